import { createRequire } from 'node:module';
import sharp from 'sharp';
import { createWorker, OEM, PSM, type Worker } from 'tesseract.js';
import type { TextPage, Word } from './pages.ts';
import { openRenderer } from './render.ts';
import { separated } from './text.ts';

/** What 8-point letters need to be told apart. */
const dpi = 300;

/** Below this mean confidence a page may lie on its side: the other directions are tried. */
const doubtful = 0.6;

/** Recognised words below this are specks and lines, not letters. */
const noise = 0.15;

/**
 * Reads the pages that have no text layer from their picture; the other pages stay as they are. The model
 * comes from node_modules: nothing is downloaded, nothing is written. @throws DocumentUnreadableError
 */
export async function recognizePages(bytes: Uint8Array, pages: readonly TextPage[]): Promise<TextPage[]> {
  if (pages.every((page) => page.source !== 'NONE')) return [...pages];
  const renderer = await openRenderer(bytes);
  let worker: Worker | undefined;
  try {
    worker = await openWorker();
    const result: TextPage[] = [];
    for (const page of pages) {
      if (page.source !== 'NONE') {
        result.push(page);
        continue;
      }
      const { png, scale } = await renderer.png(page.number, { dpi });
      result.push(await recognized(worker, page, png, scale));
    }
    return result;
  } finally {
    await worker?.terminate();
    renderer.close();
  }
}

/** A picture of one page, such as a scan or a photo. */
export interface Picture {
  /** From 1. */
  readonly number: number;
  readonly png: Uint8Array;
  /** In points. */
  readonly width: number;
  readonly height: number;
  /** Pixels a point. */
  readonly scale: number;
}

/** Reads pictures of pages, one at a time. As {@link recognizePages}, nothing is downloaded or written. */
export async function recognizePictures(pictures: AsyncIterable<Picture>): Promise<TextPage[]> {
  const worker = await openWorker();
  try {
    const result: TextPage[] = [];
    for await (const { number, png, width, height, scale } of pictures) {
      const page: TextPage = { number, width, height, turned: 0, source: 'NONE', words: [], links: [] };
      result.push(await recognized(worker, page, png, scale));
    }
    return result;
  } finally {
    await worker.terminate();
  }
}

async function openWorker(): Promise<Worker> {
  const language: { code: string; langPath: string; gzip: boolean } = createRequire(import.meta.url)(
    '@tesseract.js-data/eng',
  );
  return createWorker(language.code, OEM.LSTM_ONLY, {
    langPath: language.langPath,
    gzip: language.gzip,
    cacheMethod: 'none',
  });
}

async function recognized(worker: Worker, page: TextPage, png: Uint8Array, scale: number): Promise<TextPage> {
  let best = { turned: 0 as TextPage['turned'], words: await recognize(worker, png, scale) };
  for (const turned of [90, 270, 180] as const) {
    if (meanConfidence(best.words) >= doubtful) break;
    const picture = new Uint8Array(await sharp(png).rotate(turned).png().toBuffer());
    const words = await recognize(worker, picture, scale);
    if (meanConfidence(words) > meanConfidence(best.words)) best = { turned, words };
  }
  const swapped = best.turned === 90 || best.turned === 270;
  return {
    ...page,
    source: best.words.length ? 'OCR' : 'NONE',
    turned: best.turned,
    width: swapped ? page.height : page.width,
    height: swapped ? page.width : page.height,
    words: best.words,
  };
}

/** Letters are higher than the boxes of most words: a word without b, g or p has the height of its x. */
const boxToSize = 1.3;

/** The words of a picture. */
async function recognize(worker: Worker, png: Uint8Array, scale: number): Promise<Word[]> {
  // Scattered words are found best as such; single letters, the symbols of elements, in lines.
  const scattered = await pass(worker, png, scale, PSM.SPARSE_TEXT);
  if (meanConfidence(scattered) < doubtful) return scattered;
  const inLines = await pass(worker, png, scale, PSM.SINGLE_BLOCK);
  const words = merged(scattered, inLines);
  const heights = words.map((word) => word.height).sort((a, b) => a - b);
  const usual = heights[Math.floor(heights.length / 2)] ?? 8;
  return words.map((word) => ({ ...word, fontSize: boxToSize * Math.max(word.height, 0.9 * usual) }));
}

/** Both passes' words; of two at one place the surer, but the longer where one has lost a part. */
function merged(first: readonly Word[], second: readonly Word[]): Word[] {
  const result = [...first];
  for (const word of second) {
    const at = result.filter((other) => sharedArea(word, other) > 0.3);
    if (at.length === 0) {
      if (word.confidence >= 0.3) result.push(word);
      continue;
    }
    const [only] = at;
    if (at.length !== 1 || !only) continue;
    const longer =
      word.text.length > only.text.length && word.confidence > 0.8 && sharedArea(only, word) > 0.8;
    if (word.confidence > only.confidence + 0.05 || longer) result[result.indexOf(only)] = word;
  }
  return result;
}

/** The share of the smaller box that both have. */
function sharedArea(a: Word, b: Word): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  if (width <= 0 || height <= 0) return 0;
  return (width * height) / Math.min(a.width * a.height, b.width * b.height);
}

async function pass(worker: Worker, png: Uint8Array, scale: number, mode: PSM): Promise<Word[]> {
  await worker.setParameters({
    tessedit_pageseg_mode: mode,
    preserve_interword_spaces: '1',
    user_defined_dpi: String(dpi),
  });
  const { data } = await worker.recognize(Buffer.from(png), {}, { blocks: true, text: false });
  const words: Word[] = [];
  for (const block of data.blocks ?? []) {
    for (const paragraph of block.paragraphs) {
      for (const line of paragraph.lines) {
        for (const { text, confidence, bbox } of line.words) {
          const box = {
            x: bbox.x0 / scale,
            y: bbox.y0 / scale,
            width: (bbox.x1 - bbox.x0) / scale,
            height: (bbox.y1 - bbox.y0) / scale,
          };
          const letters = cleaned(text);
          if (!letters || confidence / 100 < noise || box.height < 2) continue;
          const word = {
            ...box,
            text: letters,
            fontSize: box.height,
            font: null,
            confidence: confidence / 100,
          };
          words.push(...separated(word));
        }
      }
    }
  }
  return words;
}

/** Lines of tables are read as strokes, and a single capital as itself and its small letter. */
function cleaned(text: string): string {
  const letters = text.trim().replace(/^[|_—[\]]+(?=.)|[|_—]+$/gu, '');
  const [first = '', second = ''] = letters;
  const doubled = letters.length === 2 && 'CSPVWO'.includes(first) && second === first.toLowerCase();
  return doubled ? first : letters;
}

/** Weighted by length: a page on its side gives many sure-looking single letters. */
function meanConfidence(words: readonly Word[]): number {
  const long = words.filter((word) => word.text.length > 1);
  const letters = long.reduce((sum, word) => sum + word.text.length, 0);
  if (!letters) return 0;
  return long.reduce((sum, word) => sum + word.confidence * word.text.length, 0) / letters;
}
