/**
 * `npm run --prefix bench certificates -- [--folder FOLDER] [--ocr] [--misses]`
 * How much of certificates is read, and how much of what is read is right: against the EN 10168 JSON beside each PDF
 * of a folder, and on layouts of invented mills. Exits with 1 where a chemical value of the folder is not right.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { dataOf } from '../src/certificates/data.ts';
import { fromEn10168 } from '../src/certificates/en10168.ts';
import { readCertificatePdf } from '../src/certificates/reading/read.ts';
import { expectedFacts, type Fact, readFacts, scores } from '../test/support/certificate-scores.ts';
import { allLayouts, type InventedCertificate, scanned } from '../test/support/mill-certificates.ts';
import { factsOf } from './certificates.facts.ts';
import { addCounts, type Counts, missesOf, scoreTable } from './certificates.report.ts';

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { folder: { type: 'string' }, ocr: { type: 'boolean' }, misses: { type: 'boolean' } },
  });
  if (values.folder !== undefined) await measureFolder(values.folder, values.misses ?? false);
  const layouts = await allLayouts();
  if (values.ocr) for (const layout of layouts.slice(0, 3)) layouts.push(await scanned(layout));
  await measureLayouts(layouts, values.misses ?? false);
}

/** Pairs of `name.pdf` and `name.json`. */
async function measureFolder(folder: string, showMisses: boolean): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.pdf')).sort();
  const files = new Set(await readdir(folder));
  const total: Counts = new Map();
  const misses: string[] = [];
  let ms = 0;
  let pages = 0;
  for (const name of names) {
    const truth = name.replace(/\.pdf$/u, '.json');
    if (!files.has(truth)) continue;
    const expected = factsOf(fromEn10168(JSON.parse(await readFile(join(folder, truth), 'utf8'))));
    const bytes = new Uint8Array(await readFile(join(folder, name)));
    const begin = performance.now();
    const certificate = await readCertificatePdf(bytes, { ocr: false });
    ms += performance.now() - begin;
    pages += certificate.pages.length;
    const found = scores(expected, factsOf(dataOf(certificate)));
    addCounts(total, found);
    misses.push(...missesOf(name, found));
  }
  if (total.size === 0) throw new Error(`${folder}: there is no pair of a PDF and its JSON.`);
  console.log(
    scoreTable(`Certificates of the folder (${pages} pages, ${Math.round(ms / pages)} ms each)`, total),
  );
  if (showMisses) console.log(misses.join('\n'));
  const chemistry = total.get('chemistry');
  if (chemistry && (chemistry.missed > 0 || chemistry.wrong > 0)) {
    console.error('Chemical values are missing or wrong.');
    process.exitCode = 1;
  }
}

async function measureLayouts(layouts: readonly InventedCertificate[], showMisses: boolean): Promise<void> {
  const total: Counts = new Map();
  for (const { name, bytes, expected } of layouts) {
    const certificate = await readCertificatePdf(bytes);
    const wanted: Fact[] = expectedFacts(expected);
    const found = scores(wanted, readFacts(certificate, expected));
    addCounts(total, found);
    const right = found.reduce((sum, score) => sum + score.right, 0);
    console.log(`${name}: ${right} of ${wanted.length}`);
    if (showMisses) console.log(missesOf(name, found).join('\n'));
  }
  console.log(scoreTable('Layouts of invented mills', total));
}

await main();
