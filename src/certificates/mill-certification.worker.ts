/** Reads a mill's PDF in a process apart: what it is made of is not trusted. */
import type { ApartWork } from '../apart/apart.ts';
import { heatsOfPages, merged, tooMuch } from './mill-certification.heats.ts';
import { DocumentUnreadableError } from './reading/errors.ts';
import { findHazards } from './reading/hazards.ts';
import { readCertificatePdf } from './reading/read.ts';
import type { ReadCertificate, ReadHeat } from './reading/result.ts';
import { splitPages } from './reading/split.ts';

/** What the process hands out first: that nothing hostile was found. */
export const scanned = 'scanned';
/** The name of a part that is some heats, as JSON: all of them at once would be a burden to the server. */
export const heatsPart = 'heats';
const heatsAtOnce = 50;
/** The name of the part that is that page. */
export const pagePart = (number: number): string => `page ${number}`;

export interface ReadTask {
  /** Whether text is recognized in images. */
  readonly ocr: boolean;
}

/** What is kept of a certificate, without its heats, which came before. */
export type ReadDocument = Omit<ReadCertificate, 'heats' | 'items'>;

/** What was read; or why the document is refused, or could not be read. */
export type ReadAnswer =
  | { readonly document: ReadDocument; readonly heatsOfPages: ReturnType<typeof heatsOfPages> }
  | { readonly rejected: string }
  | { readonly failed: string };

const work: ApartWork<ReadTask, ReadAnswer> = async ({ ocr }, content, part) => {
  try {
    const hazards = (await findHazards(content)).filter(({ refuse }) => refuse);
    if (hazards.length > 0) return { rejected: hazards.map(({ message }) => message).join(' ') };
    await part(scanned, new Uint8Array(0));
    const { heats: all, items: _, ...document } = await readCertificatePdf(content, { ocr });
    const numberOf = ({ number }: ReadHeat) => number?.value;
    const heats = merged(all, numberOf);
    const failed = tooMuch(heats, numberOf);
    if (failed) return { failed };
    for (let start = 0; start < heats.length; start += heatsAtOnce) {
      await part(heatsPart, Buffer.from(JSON.stringify(heats.slice(start, start + heatsAtOnce))));
    }
    let number = 0;
    for await (const page of splitPages(content)) await part(pagePart(++number), page);
    return { document, heatsOfPages: heatsOfPages(heats) };
  } catch (error) {
    if (!(error instanceof DocumentUnreadableError)) throw error;
    const isHostile = error.reason === 'ENCRYPTED' || error.reason === 'NOT_A_PDF';
    return isHostile ? { rejected: error.message } : { failed: error.message };
  }
};

export default work;
