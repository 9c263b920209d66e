/** Pictures as they are recognized best. */
import sharp from 'sharp';
import { RefusedError } from '../../apart/refused.ts';
import type { Picture } from '../../certificates/reading/ocr.ts';

/** 100 million pixels: 400 MB while it is read. */
const mostPixels = 100_000_000;
const mostPages = 100;
/** Letters are told apart best at 300 dots per inch; a picture that does not tell is made about as large as a page then. */
const dpi = 300;
const sides = { least: 2_000, most: 5_000 };
/** A picture is enlarged so many times at most. */
const largestFactor = 4;
/** What pictures say that were never printed: nothing. */
const noDensity = 72;

/**
 * The pages of a picture file: one, or several of a TIFF. Points are those of its own resolution, 72 dots per inch where
 * it tells none.
 *
 * @throws RefusedError where it cannot be read, or is too large
 */
export async function* picturesOf(content: Uint8Array): AsyncGenerator<Picture> {
  try {
    const { pages = 1 } = await sharp(content, { limitInputPixels: mostPixels }).metadata();
    if (pages > mostPages)
      throw new RefusedError(`The picture has ${pages} pages; at most ${mostPages} are read. Split it.`);
    for (let page = 0; page < pages; page++) yield await pictureOf(content, page);
  } catch (error) {
    if (error instanceof RefusedError) throw error;
    throw new RefusedError(`The picture cannot be read: ${(error as Error).message}`);
  }
}

async function pictureOf(content: Uint8Array, page: number): Promise<Picture> {
  const opened = sharp(content, { page, limitInputPixels: mostPixels });
  const { width, height, density = noDensity, orientation = 1 } = await opened.metadata();
  const isPrinted = density > noDensity && density <= 2_400;
  const longest = Math.max(width, height);
  const wanted = isPrinted
    ? dpi / density
    : Math.min(Math.max(1, sides.least / longest), sides.most / longest);
  const factor = Math.min(wanted, largestFactor);
  const across = orientation >= 5 ? height : width;
  const { data, info } = await opened
    .rotate()
    .resize({ width: Math.max(1, Math.round(across * factor)) })
    .flatten({ background: 'white' })
    .png({ compressionLevel: 1 })
    .toBuffer({ resolveWithObject: true });
  const scale = ((isPrinted ? density : noDensity) / 72) * (info.width / across);
  return {
    number: page + 1,
    png: new Uint8Array(data),
    width: info.width / scale,
    height: info.height / scale,
    scale,
  };
}
