import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openRenderer } from '../../src/certificates/reading/render.ts';

/** What tests leave for people to look at; not in the repository. */
const folder = fileURLToPath(new URL('../artefacts/', import.meta.url));

/** Leaves every page of a PDF as `test/artefacts/<name>-<page>.png`, for people to look at. */
export async function keepPages(name: string, pdf: Uint8Array): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const renderer = await openRenderer(pdf);
  try {
    for (let page = 1; page <= renderer.pageCount; page++) {
      const { png } = await renderer.png(page, { dpi: 110 });
      writeFileSync(join(folder, `${name}-${page}.png`), png);
    }
  } finally {
    renderer.close();
  }
}
