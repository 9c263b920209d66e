/** Draws the first page of a document in a process apart: what it is made of is not trusted. */
import sharp from 'sharp';
import type { ApartWork } from '../apart/apart.ts';
import { RefusedError } from '../apart/refused.ts';
import { DocumentUnreadableError } from '../certificates/reading/errors.ts';
import { renderPage } from '../certificates/reading/render.ts';

export interface DrawTask {
  readonly mediaType: string;
}

/** The size of the picture in pixels. */
export interface Drawn {
  readonly width: number;
  readonly height: number;
}

/** The name of the part that is the picture, a PNG. */
export const picturePart = 'picture';

/** The longer side of a picture has so many pixels at most. */
const longestSide = 1_024;
/** An image of more pixels is not unpacked: 400 MB of them. */
const mostPixels = 100_000_000;

const work: ApartWork<DrawTask, Drawn> = async ({ mediaType }, content, part) => {
  try {
    const page = mediaType === 'application/pdf' ? await renderPage(content, 1, longestSide) : content;
    const { data, info } = await sharp(page, { limitInputPixels: mostPixels })
      // As the camera was held.
      .rotate()
      .resize(longestSide, longestSide, { fit: 'inside', withoutEnlargement: true })
      .png({ compressionLevel: 9 })
      .toBuffer({ resolveWithObject: true });
    await part(picturePart, data);
    return { width: info.width, height: info.height };
  } catch (error) {
    if (error instanceof DocumentUnreadableError) throw new RefusedError(error.message);
    // What the image library says of a broken image is for programmers, and may differ from release to release.
    throw new RefusedError('It is damaged, or larger than can be drawn.');
  }
};

export default work;
