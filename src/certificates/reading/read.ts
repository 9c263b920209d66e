import { readCertificate } from './certificate.ts';
import { recognizePages } from './ocr.ts';
import type { ReadCertificate } from './result.ts';
import { defaultLimits, type ReadingLimits, readPages } from './text.ts';

export interface ReadPdfOptions {
  /** Whether pages without text are recognised from their picture: some seconds a page. Default true. */
  ocr?: boolean;
  /** Default: `defaultLimits`. */
  limits?: ReadingLimits;
}

/**
 * Reads the certificate that a PDF holds: its text, and pictures of the pages without text. Look for hazards
 * before (`findHazards`): this does not. @throws DocumentUnreadableError
 */
export async function readCertificatePdf(
  bytes: Uint8Array,
  { ocr = true, limits = defaultLimits }: ReadPdfOptions = {},
): Promise<ReadCertificate> {
  const pages = await readPages(bytes, limits);
  return readCertificate(ocr ? await recognizePages(bytes, pages) : pages);
}
