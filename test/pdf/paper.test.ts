import { getDocumentProxy } from 'unpdf';
import { describe, expect, it } from 'vitest';
import { Paper, type PaperOptions } from '../../src/pdf/paper.ts';

const at = new Date('2026-05-04T10:00:00Z');
const begin = (more: Partial<PaperOptions> = {}) =>
  new Paper({ title: 'Part report', author: 'Żaneta & Søn – Ελλάς', at, ...more });

/** The lines of each page. */
async function pagesOf(pdf: Buffer): Promise<string[][]> {
  const document = await getDocumentProxy(new Uint8Array(pdf));
  const pages: string[][] = [];
  for (let number = 1; number <= document.numPages; number++) {
    const { items } = await (await document.getPage(number)).getTextContent();
    pages.push(items.flatMap((item) => ('str' in item && item.str.trim() ? [item.str] : [])));
  }
  return pages;
}

const smallPng = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

describe('a document', () => {
  it('has its head, and letters of more than western Europe', async () => {
    const paper = begin({ subtitle: 'Serial Δ-1', logo: smallPng, footer: 'Made for a test' });
    paper.section('Facts');
    paper.facts([
      ['Material', 'Сталь 316L'],
      ['Customer', null],
    ]);
    const [page = []] = await pagesOf(await paper.finish());
    expect(page).toEqual([
      'Żaneta & Søn – Ελλάς',
      'Part report',
      'Serial Δ-1',
      'Facts',
      'Material',
      'Сталь 316L',
      'Made for a test',
      '1 / 1',
    ]);
  });

  it('has the same bytes for the same content at the same instant', async () => {
    const make = () => {
      const paper = begin({ watermark: 'DRAFT' });
      paper.table([{ title: 'a' }], [['1']]);
      return paper.finish();
    };
    expect((await make()).equals(await make())).toBe(true);
  });

  it('carries a table over pages, each with the head of the table, and loses no row', async () => {
    const paper = begin({ landscape: true, watermark: 'DRAFT' });
    const rows = Array.from({ length: 200 }, (_, index) => [`row ${index}`, String(index * 2)]);
    paper.table(
      [
        { title: 'Name', weight: 2 },
        { title: 'Number', align: 'right' },
      ],
      rows,
    );
    const pages = await pagesOf(await paper.finish());
    expect(pages.length).toBeGreaterThan(3);
    for (const [index, page] of pages.entries()) {
      expect(page.filter((line) => line === 'Name')).toHaveLength(1);
      expect(page).toContain('DRAFT');
      expect(page).toContain(`${index + 1} / ${pages.length}`);
    }
    expect(pages.flat().filter((line) => line.startsWith('row '))).toEqual(rows.map(([name]) => name));
  });

  it('cuts a foot that is too long, and keeps a long watermark in one line', async () => {
    const paper = begin({ footer: 'words of a foot '.repeat(40), watermark: 'SUPERSEDED' });
    const [page = []] = await pagesOf(await paper.finish());
    const foot = page.filter((line) => line.includes('foot'));
    expect(foot).toEqual([expect.stringMatching(/^words of a foot .*…$/)]);
    expect(page).toContain('SUPERSEDED');
    expect(page).toContain('1 / 1');
  });

  it('leaves out what a page cannot show, and goes on without a logo or an image that is none', async () => {
    const paper = begin({ logo: Buffer.from('no image') });
    paper.text('a\u0000b\u202ec\u001b[31m');
    expect(paper.image(Buffer.from('no image'), { height: 100 })).toBe(false);
    expect(paper.image(smallPng, { height: 50, caption: 'A dot' })).toBe(true);
    const [page] = await pagesOf(await paper.finish());
    expect(page).toContain('abc[31m');
    expect(page).toContain('A dot');
  });

  it('shortens a cell that would not fit on a page', async () => {
    const paper = begin();
    paper.table([{ title: 'Text' }], [['word '.repeat(20_000)], ['the next']]);
    const pages = await pagesOf(await paper.finish());
    expect(pages.length).toBeLessThan(4);
    expect(pages.flat()).toContain('the next');
  });
});
