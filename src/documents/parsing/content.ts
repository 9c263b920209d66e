/** Reads what documents of all kinds have in them, as sheets. */
import { parse as parseCsv } from 'csv-parse/sync';
import { RefusedError } from '../../apart/refused.ts';
import { DocumentUnreadableError, type UnreadableReason } from '../../certificates/reading/errors.ts';
import { recognizePages, recognizePictures } from '../../certificates/reading/ocr.ts';
import { readPages } from '../../certificates/reading/text.ts';
import { separatorOf, textOf } from '../../files/text.ts';
import { entriesOf } from './keys.ts';
import { picturesOf } from './pictures.ts';
import { gridSheet, keysSheet, pageSheet, type Sheet, textSheet } from './sheet.ts';

/** Characters of a document that is text. */
const longestText = 4 * 1_024 * 1_024;

const pictures: ReadonlySet<string> = new Set(['image/png', 'image/jpeg', 'image/tiff', 'image/webp']);
/** Text whose marks would be taken for values, or that has no lines. */
const unreadableText: ReadonlySet<string> = new Set(['text/html', 'text/javascript', 'text/css']);

/** What a person is told of a PDF that cannot be read, where that of a mill's certificate does not fit. */
const otherwise: Partial<Record<UnreadableReason, string>> = {
  NOT_A_PDF: 'The content is no PDF, although it is said to be one.',
  TOO_LARGE: 'The PDF has more words on a page than are read. Split it, or make it smaller.',
};

/**
 * The text of a document, in the order of reading.
 *
 * @throws RefusedError where its kind is not read, or it cannot be read; the message is for a person
 */
export async function readSheets(mediaType: string, content: Uint8Array): Promise<Sheet[]> {
  if (mediaType === 'application/pdf') return readPdf(content);
  if (pictures.has(mediaType)) return (await recognizePictures(picturesOf(content))).map(pageSheet);
  if (mediaType === 'text/csv') return [gridSheet(tableOf(shortText(content)))];
  if (mediaType === 'text/tab-separated-values') return [gridSheet(tableOf(shortText(content), '\t'))];
  if (mediaType === 'application/json' || mediaType.endsWith('+json'))
    return [keysSheet(entriesOf(shortText(content)))];
  const isText = mediaType.startsWith('text/') || mediaType === 'application/yaml';
  if (isText && !unreadableText.has(mediaType)) return [textSheet(shortText(content))];
  throw new RefusedError(
    `Documents of the kind ${mediaType} are not read. PDF, PNG, JPEG, TIFF, WebP, text, CSV and JSON are.`,
  );
}

function shortText(content: Uint8Array): string {
  const text = textOf(content);
  if (text.length <= longestText) return text;
  throw new RefusedError(`The text has ${text.length} characters; at most ${longestText} are read.`);
}

/** Pages without a text layer are recognized. */
async function readPdf(content: Uint8Array): Promise<Sheet[]> {
  try {
    return (await recognizePages(content, await readPages(content))).map(pageSheet);
  } catch (error) {
    if (error instanceof DocumentUnreadableError)
      throw new RefusedError(otherwise[error.reason] ?? error.message);
    throw error;
  }
}

function tableOf(text: string, delimiter = separatorOf(text)): string[][] {
  try {
    return parseCsv(text, { bom: true, delimiter, relax_column_count: true, relax_quotes: true, trim: true });
  } catch (error) {
    throw new RefusedError(`The content is no table of texts: ${(error as Error).message}.`);
  }
}
