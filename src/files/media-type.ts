import { fileTypeFromBuffer, supportedMimeTypes } from 'file-type';

/** How much of the beginning of a content is kept to find out what it is. */
export const headBytes = 64 * 1024;

/** Whether a content is text, and how it is written. `other`: no NUL in it, but no UTF-8, as of older machines. */
export type TextKind = 'utf-8' | 'utf-16' | 'other' | 'none';

/** What is known of a content when its last byte has come. */
export interface Look {
  /** Its beginning. */
  readonly head: Buffer;
  /** Whether the head is all of it. */
  readonly whole: boolean;
  readonly text: TextKind;
}

// The test file of virus scanners: it stands for what they would find.
const eicar = 'X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*';

const machO = new Set([0xfeedface, 0xfeedfacf, 0xcefaedfe, 0xcffaedfe]);

/** Why a content that begins so is refused whatever it is said to be, or null. */
export function refusedAtSight(head: Buffer): string | null {
  if (isProgram(head)) return 'It is a program that a computer could run.';
  if (head.includes(eicar)) return 'It is the test file of virus scanners (EICAR).';
  return null;
}

function isProgram(head: Buffer): boolean {
  if (head.length < 4) return false;
  const magic = head.readUInt32BE(0);
  if (magic === 0x7f454c46 || machO.has(magic)) return true;
  // Of several architectures in one: a Java class begins alike, with its version where the number of them would be.
  if (magic === 0xcafebabe && head.length >= 8) return head.readUInt32BE(4) < 0x20;
  if (head.toString('latin1', 0, 2) !== 'MZ' || head.length < 0x40) return false;
  const header = head.readUInt32LE(0x3c);
  return header + 4 <= head.length && head.toString('latin1', header, header + 4) === 'PE\0\0';
}

export type Verdict = { mediaType: string } | { refusal: string };

/**
 * The media type of a content: what its signature says; where that names a container only, or there is none, what the
 * client said, if nothing speaks against it.
 */
export async function mediaTypeOf(
  look: Look,
  { name, declared }: { name: string; declared: string | null },
): Promise<Verdict> {
  const said = declared === null || declared === unspecific ? null : (sameAs[declared] ?? declared);
  const refuse = (is: string): Verdict => ({ refusal: `It was announced as ${declared}, but ${is}.` });
  const signed = await signatureOf(look);
  if (signed) {
    if (said === null || said === signed) return { mediaType: signed };
    return mayHold(signed, said) ? { mediaType: said } : refuse(`it is ${signed}`);
  }
  if (look.text === 'utf-8' || look.text === 'utf-16') return textType(look, name, said, refuse);
  if (said !== null && look.text === 'none' && isTextual(said)) return refuse('it is not text');
  if (said !== null && alwaysSigned(said)) return refuse('it does not begin as one');
  return { mediaType: said ?? unspecific };
}

const unspecific = 'application/octet-stream';

/** Other names of the same types. */
const sameAs: Readonly<Record<string, string>> = {
  'text/xml': 'application/xml',
  'text/json': 'application/json',
  'application/csv': 'text/csv',
  'application/x-zip-compressed': 'application/zip',
  'application/x-gzip': 'application/gzip',
  'application/x-pdf': 'application/pdf',
  'image/jpg': 'image/jpeg',
  'image/x-ms-bmp': 'image/bmp',
  'audio/x-wav': 'audio/wav',
};

// What begins with letters: a text may well begin so too, but these say more than "text".
const writtenSignatures = new Set(['application/pdf', 'application/postscript', 'application/rtf']);

/** The type that the signature at the beginning names. Text is told by its letters, not by a signature. */
async function signatureOf({ head, text }: Look): Promise<string | null> {
  const isText = text === 'utf-8' || text === 'utf-16';
  const found = (await fileTypeFromBuffer(head))?.mime ?? null;
  if (found === 'application/xml') return null;
  if (isText) return found !== null && writtenSignatures.has(found) ? found : null;
  return (
    found ??
    beginnings.find(({ hex, at = 0 }) => head.subarray(at).toString('hex', 0, hex.length / 2) === hex)
      ?.type ??
    null
  );
}

// Of some types more than the beginning is looked at, to tell variants apart, and nothing is found where that lies
// further on than the head.
const beginnings: readonly { type: string; hex: string; at?: number }[] = [
  { type: 'application/zip', hex: '504b0304' },
  { type: 'image/png', hex: '89504e470d0a1a0a' },
  { type: 'image/jpeg', hex: 'ffd8ff' },
  { type: 'image/tiff', hex: '49492a00' },
  { type: 'image/tiff', hex: '4d4d002a' },
  { type: 'application/pdf', hex: '255044462d' },
  { type: 'video/mp4', hex: '66747970', at: 4 },
];

const topLevel = (type: string): string => type.slice(0, type.indexOf('/'));

const isZipBased = (type: string): boolean =>
  type === 'application/zip' ||
  type.endsWith('+zip') ||
  type.startsWith('application/vnd.openxmlformats-officedocument.') ||
  type.startsWith('application/vnd.oasis.opendocument.') ||
  type === 'application/java-archive' ||
  type === 'model/3mf';

/** Types whose every file begins with their signature: what does not is something else. */
const signedTypes = new Set([
  ...['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/tiff', 'image/bmp'],
  ...['application/pdf', 'application/gzip', 'application/zstd', 'application/x-7z-compressed'],
  ...['application/vnd.rar', 'application/x-bzip2', 'application/x-xz', 'video/mp4'],
]);

const alwaysSigned = (type: string): boolean => signedTypes.has(type) || isZipBased(type);

/** Whether a content with the signature of `signed` may be what it is said to be. */
function mayHold(signed: string, said: string): boolean {
  if (isTextual(said)) return false;
  if (signed === 'application/zip' || isZipBased(signed)) return isZipBased(said) || isUnknown(said);
  if (signed === 'application/x-cfb')
    return /^application\/(msword|vnd\.(ms-|visio))/.test(said) || isUnknown(said);
  // Raw pictures of cameras and microscopes are TIFF, and the containers of films and sounds are the same.
  if (topLevel(signed) === 'image' && said === 'image/tiff') return signed.startsWith('image/x-');
  if (topLevel(said) === 'image') return signed === 'image/tiff' && isUnknown(said);
  const moving = ['audio', 'video'];
  if (moving.includes(topLevel(said))) return moving.includes(topLevel(signed));
  return isUnknown(said);
}

/** A type whose signature nobody here knows: it may begin with any. */
const isUnknown = (type: string): boolean =>
  !supportedMimeTypes.has(type as never) && !isZipBased(type) && topLevel(type) !== 'font';

const textualApplications = new Set([
  ...['application/json', 'application/xml', 'application/yaml', 'application/x-ndjson', 'application/toml'],
  ...['application/javascript', 'application/sql', 'application/xhtml+xml', 'application/jsonl'],
]);

/** Whether every file of that type is text. */
const isTextual = (type: string): boolean =>
  topLevel(type) === 'text' ||
  textualApplications.has(type) ||
  type.endsWith('+json') ||
  type.endsWith('+xml') ||
  type.endsWith('+yaml');

const byEnding: Readonly<Record<string, string>> = {
  csv: 'text/csv',
  tsv: 'text/tab-separated-values',
  md: 'text/markdown',
  html: 'text/html',
  htm: 'text/html',
  gcode: 'text/x-gcode',
  svg: 'image/svg+xml',
  json: 'application/json',
  ndjson: 'application/x-ndjson',
  jsonl: 'application/x-ndjson',
  xml: 'application/xml',
  yaml: 'application/yaml',
  yml: 'application/yaml',
  stl: 'model/stl',
  obj: 'model/obj',
  step: 'model/step',
  stp: 'model/step',
};

function textType(look: Look, name: string, said: string | null, refuse: (is: string) => Verdict): Verdict {
  const text = look.head.toString(look.text === 'utf-16' ? 'utf16le' : 'utf8').replace(/^\uFEFF/, '');
  if (said === null) return { mediaType: guessedText(look, text, name) };
  if (isJson(said) && !mayBeJson(look, text)) return refuse('it is not JSON');
  if (isXml(said) && !/^\s*</.test(text)) return refuse('it is not XML');
  const isPicture = ['image', 'audio', 'video', 'font'].includes(topLevel(said)) && !isXml(said);
  return isPicture || alwaysSigned(said) ? refuse('it is text') : { mediaType: said };
}

const isJson = (type: string): boolean => type === 'application/json' || type.endsWith('+json');
const isXml = (type: string): boolean => type === 'application/xml' || type.endsWith('+xml');

/** Whether a text is JSON: certain where all of it is at hand, else by how it begins. */
function mayBeJson({ whole, text: kind }: Look, text: string): boolean {
  if (!whole || kind === 'utf-16') return /^\s*(["[{-]|\d|true|false|null)/.test(text);
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function guessedText(look: Look, text: string, name: string): string {
  const ending = byEnding[/\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase() ?? ''] ?? null;
  if (ending !== null && (!isJson(ending) || mayBeJson(look, text))) return ending;
  if (/^\s*<\?xml\s/.test(text)) return 'application/xml';
  if (/^\s*<(!doctype\s+html|html[\s>])/i.test(text)) return 'text/html';
  if (/^\s*[[{]/.test(text) && look.whole && mayBeJson(look, text)) return 'application/json';
  return 'text/plain';
}
