import { describe, expect, it } from 'vitest';
import { readCertificatePdf } from '../../src/certificates/reading/read.ts';
import { readPages } from '../../src/certificates/reading/text.ts';
import { expectedFacts, readFacts, scores } from '../support/certificate-scores.ts';
import { french, italian, scanned } from '../support/mill-certificates.ts';

describe('A scanned certificate', () => {
  it('has no text, is recognised from its picture, and is less sure than print', async () => {
    const scan = await scanned(await french());
    const [page] = await readPages(scan.bytes);
    expect(page).toMatchObject({ source: 'NONE', words: [] });
    const unread = await readCertificatePdf(scan.bytes, { ocr: false });
    expect(unread.heats).toEqual([]);
    expect(unread.warnings).toHaveLength(1);

    const certificate = await readCertificatePdf(scan.bytes);
    expect(certificate.pages[0]).toMatchObject({ source: 'OCR', width: 595.28, height: 841.89 });
    const results = scores(expectedFacts(scan.expected), readFacts(certificate, scan.expected));
    for (const group of [
      'heats',
      'chemistry',
      'formulas',
      'mechanical values',
      'units',
      'individual values',
      'certificate number',
    ]) {
      expect(results.find((score) => score.group === group)).toMatchObject({ group, missed: [], wrong: [] });
    }
    const printed = await readCertificatePdf((await french()).bytes);
    const sure = (elements: { confidence: number }[] | undefined) =>
      Math.min(...(elements ?? []).map(({ confidence }) => confidence));
    expect(sure(certificate.heats[0]?.elements)).toBeLessThan(sure(printed.heats[0]?.elements));
  }, 120_000);

  it('that lies on its side is turned before it is read', async () => {
    const scan = await scanned(await italian(), { turned: 90 });
    const certificate = await readCertificatePdf(scan.bytes);
    expect(certificate.heats.map((heat) => heat.number?.value)).toEqual(['247701', '247702']);
    const box = certificate.heats[0]?.number?.box;
    // Upright the number stands at the left; on the page as scanned its line runs downwards.
    expect(box && box.height > box.width).toBe(true);
  }, 240_000);
});
