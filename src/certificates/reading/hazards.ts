import {
  decodePDFRawStream,
  PDFArray,
  PDFDict,
  PDFDocument,
  PDFHexString,
  PDFName,
  type PDFObject,
  PDFRawStream,
  PDFStream,
  PDFString,
} from '@cantoo/pdf-lib';
import { expectPdf } from './text.ts';

export type HazardKind =
  | 'JAVASCRIPT'
  | 'LAUNCH_ACTION'
  | 'FORM_SUBMISSION'
  | 'REMOTE_ACTION'
  | 'XFA_FORM'
  | 'RICH_MEDIA'
  | 'EMBEDDED_PROGRAM'
  | 'EMBEDDED_FILE'
  | 'ENCRYPTION'
  | 'TEST_VIRUS'
  | 'UNEXAMINABLE';

/** Something in a PDF that a certificate has no need of. */
export interface Hazard {
  kind: HazardKind;
  /** True: refuse the document. False: a thing to know, such as the data that some mills attach. */
  refuse: boolean;
  /** For a person. */
  message: string;
}

/**
 * The harmless string that all scanners report, put together here so that no scanner reports this file.
 * https://www.eicar.org/download-anti-malware-testfile/
 */
const testVirus = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$', 'EICAR-STANDARD-ANTIVIRUS', '-TEST-FILE!$H+H*'].join('');

/** Attachments of these names are data or documents; all others are taken for programs. */
const plainAttachments = /\.(json|xml|csv|txt|pdf|png|jpe?g|tiff?|step|stp|ifc)$/i;

/** Bytes of streams that are unpacked in search of the test virus; what is beyond is not looked into. */
const unpackAtMost = 64 * 1024 * 1024;

/**
 * Looks for what could act on the machine of a reader: scripts, launches, programs, forms that send, and the
 * test virus, also in packed streams. No virus scanner: one belongs before it where strangers upload.
 * @throws DocumentUnreadableError for what is no PDF at all
 */
export async function findHazards(bytes: Uint8Array): Promise<Hazard[]> {
  expectPdf(bytes);
  const found = new Map<string, Hazard>();
  const add = (kind: HazardKind, message: string, refuse = true) => {
    found.set(kind + message, { kind, refuse, message });
  };
  if (contains(bytes, testVirus)) add('TEST_VIRUS', 'The file holds the EICAR test virus.');
  let document: PDFDocument;
  try {
    document = await PDFDocument.load(bytes, { ignoreEncryption: true, updateMetadata: false });
  } catch {
    // What our parser gives up on, a forgiving viewer may still open.
    for (const [name, kind] of rawNames) {
      if (contains(bytes, name)) add(kind, `The file is damaged and contains ${name}.`);
    }
    add('UNEXAMINABLE', 'The structure of the PDF is damaged: it could not be examined.', false);
    return [...found.values()];
  }
  if (document.isEncrypted) add('ENCRYPTION', 'The PDF is encrypted: ask its sender for one without.');
  let left = unpackAtMost;
  for (const [, object] of document.context.enumerateIndirectObjects()) {
    walk(object, (dict) => examine(document, dict, add), 0);
    if (object instanceof PDFRawStream && left > 0 && !document.isEncrypted && unpackable(object)) {
      const content = unpacked(object);
      left -= content.length;
      if (contains(content, testVirus))
        add('TEST_VIRUS', 'A packed part of the file is the EICAR test virus.');
    }
  }
  return [...found.values()];
}

const rawNames: [string, HazardKind][] = [
  ['/JavaScript', 'JAVASCRIPT'],
  ['/JS', 'JAVASCRIPT'],
  ['/Launch', 'LAUNCH_ACTION'],
  ['/EmbeddedFile', 'EMBEDDED_PROGRAM'],
  ['/XFA', 'XFA_FORM'],
];

type Add = (kind: HazardKind, message: string, refuse?: boolean) => void;

function examine(document: PDFDocument, dict: PDFDict, add: Add): void {
  const name = (key: string) => {
    const value = document.context.lookup(dict.get(PDFName.of(key)));
    return value instanceof PDFName ? value.decodeText() : null;
  };
  const has = (key: string) => dict.get(PDFName.of(key)) !== undefined;
  const action = name('S');
  if (action === 'JavaScript' || has('JS') || has('JavaScript')) {
    add('JAVASCRIPT', 'The PDF runs JavaScript.');
  }
  if (action === 'Launch') add('LAUNCH_ACTION', 'The PDF starts a program.');
  if (action === 'SubmitForm' || action === 'ImportData')
    add('FORM_SUBMISSION', 'The PDF sends or loads data.');
  if (action === 'GoToR' || action === 'GoToE') add('REMOTE_ACTION', 'The PDF opens another file.');
  if (has('XFA')) add('XFA_FORM', 'The PDF is an XFA form, whose content is a program: print it to a PDF.');
  const subtype = name('Subtype');
  if (subtype === 'RichMedia' || subtype === 'Movie' || subtype === 'Screen' || subtype === '3D') {
    add('RICH_MEDIA', 'The PDF plays media.');
  }
  if (has('EF')) {
    const file = fileName(document, dict);
    if (file && plainAttachments.test(file)) {
      add('EMBEDDED_FILE', `The PDF carries the file "${file}", which is not read.`, false);
    } else add('EMBEDDED_PROGRAM', `The PDF carries the file "${file ?? 'without a name'}".`);
  }
}

function fileName(document: PDFDocument, dict: PDFDict): string | null {
  // A viewer shows UF and may save under F: both must be harmless.
  const names = ['UF', 'F'].flatMap((key) => {
    const value = document.context.lookup(dict.get(PDFName.of(key)));
    return value instanceof PDFString || value instanceof PDFHexString ? [value.decodeText()] : [];
  });
  return names.find((name) => !plainAttachments.test(name)) ?? names[0] ?? null;
}

/** Every dictionary within an object; references are followed by the loop over all objects. */
function walk(object: PDFObject, visit: (dict: PDFDict) => void, depth: number): void {
  if (depth > 50) return;
  if (object instanceof PDFStream) walk(object.dict, visit, depth + 1);
  else if (object instanceof PDFDict) {
    visit(object);
    for (const value of object.values()) walk(value, visit, depth + 1);
  } else if (object instanceof PDFArray) {
    for (const value of object.asArray()) walk(value, visit, depth + 1);
  }
}

/** Pictures and fonts cannot hold a file; those filters that pdf-lib knows can be undone. */
function unpackable(stream: PDFRawStream): boolean {
  const subtype = stream.dict.get(PDFName.of('Subtype'));
  if (subtype === PDFName.of('Image')) return false;
  // A packed stream of a megabyte may unpack to a thousand: certificates hold no such text.
  return stream.contents.length < 8 * 1024 * 1024;
}

function unpacked(stream: PDFRawStream): Uint8Array {
  try {
    return decodePDFRawStream(stream).decode();
  } catch {
    return stream.contents;
  }
}

function contains(bytes: Uint8Array, text: string): boolean {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes(text, 0, 'latin1');
}
