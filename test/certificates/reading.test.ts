import { describe, expect, it } from 'vitest';
import { readCertificate } from '../../src/certificates/reading/certificate.ts';
import { readCertificatePdf } from '../../src/certificates/reading/read.ts';
import { readPages } from '../../src/certificates/reading/text.ts';
import { expectedFacts, readFacts, scores } from '../support/certificate-scores.ts';
import { hardLayouts } from '../support/mill-certificates.hard.ts';
import {
  allLayouts,
  codedBilingual,
  french,
  landscapeScales,
  powder,
  transposed,
} from '../support/mill-certificates.ts';

const layouts = [...(await allLayouts()), ...(await hardLayouts())];

describe('A certificate', () => {
  it.each(layouts)(
    'in the layout "$name" is read in full and with nothing more',
    async ({ bytes, expected }) => {
      const certificate = await readCertificatePdf(bytes, { ocr: false });
      const wanted = expectedFacts(expected);
      expect(wanted.length).toBeGreaterThan(10);
      for (const { group, missed, wrong } of scores(wanted, readFacts(certificate, expected))) {
        expect({ group, missed, wrong }).toEqual({ group, missed: [], wrong: [] });
      }
    },
  );

  it('tells of each value where it stands, how sure it is, and the text as printed', async () => {
    const { bytes } = await codedBilingual();
    const certificate = await readCertificatePdf(bytes);
    const sulphur = certificate.heats[0]?.elements.find(({ symbol }) => symbol === 'S');
    expect(sulphur).toMatchObject({
      value: '0.001',
      operator: '<',
      text: '< 0,001',
      unit: '%',
      maximum: '0.025',
      code: 'C75',
      analysis: 'LADLE',
      page: 1,
    });
    // Drawn at 258 points from the left and 326 from the top.
    expect(sulphur?.box.x).toBeCloseTo(258, 0);
    expect(sulphur?.box.y).toBeGreaterThan(320);
    expect((sulphur?.box.y ?? 0) + (sulphur?.box.height ?? 0)).toBeLessThan(337);
    expect(sulphur?.confidence).toBeGreaterThan(0.9);
    for (const heat of certificate.heats) {
      for (const { box, confidence } of [...heat.elements, ...heat.properties]) {
        expect(box.width).toBeGreaterThan(0);
        expect(confidence).toBeGreaterThan(0);
        expect(confidence).toBeLessThanOrEqual(1);
      }
    }
  });

  it('keeps codes and texts of EN 10168 that have no field of their own', async () => {
    const { bytes } = await codedBilingual();
    const { codes } = await readCertificatePdf(bytes);
    expect(codes.find(({ code }) => code === 'B08')).toMatchObject({
      kind: 'PIECES',
      text: '4',
      label: 'Stückzahl / Number of pieces',
    });
    expect(codes.find(({ code }) => code === 'A08')).toMatchObject({
      kind: 'WORKS_ORDER',
      text: '88-20031/10',
    });
  });

  it('gives values of a continued table the page that they stand on', async () => {
    const { bytes, expected } = await landscapeScales();
    const { heats, pages } = await readCertificatePdf(bytes);
    expect(pages).toHaveLength(2);
    expect(heats).toHaveLength(expected.heats.length);
    expect(heats[0]?.elements[0]?.page).toBe(1);
    expect(heats.at(-1)?.elements[0]?.page).toBe(2);
    const phosphorus = heats[0]?.elements.find(({ symbol }) => symbol === 'P');
    expect(phosphorus).toMatchObject({ value: '0.011', text: '11', scale: -3 });
  });

  it('tells ladle from product analysis, and lists what was delivered', async () => {
    const { bytes } = await french();
    const { heats, items, otherTests } = await readCertificatePdf(bytes);
    const carbon = heats[0]?.elements
      .filter(({ symbol }) => symbol === 'C')
      .map(({ value, analysis }) => [value, analysis]);
    expect(carbon).toEqual([
      ['0.17', 'LADLE'],
      ['0.18', 'PRODUCT'],
    ]);
    expect(items.map(({ heat, values }) => [heat, values.find(({ kind }) => kind === 'MASS')?.text])).toEqual(
      [
        ['61/4402', '5 652'],
        ['61/4417', '4 710'],
      ],
    );
    expect(otherTests).toMatchObject([{ name: 'Contrôle ultrasons', interpretation: 'satisfaisant' }]);
  });

  it('leaves what is not printed unknown', async () => {
    const { bytes } = await powder();
    const certificate = await readCertificatePdf(bytes);
    expect(certificate).toMatchObject({
      mill: null,
      process: null,
      deliveryCondition: null,
      caresQr: null,
      inspectors: [],
    });
    const titanium = certificate.heats[0]?.elements.find(({ symbol }) => symbol === 'Ti');
    expect(titanium).toMatchObject({ value: null, text: 'Bal.' });
    expect(certificate.heats[0]?.elements.every(({ analysis }) => analysis === null)).toBe(true);
  });

  it('is doubtful of a date whose day and month could be exchanged', async () => {
    const { bytes } = await landscapeScales(2);
    const { certificateDate, certificateNumber } = await readCertificatePdf(bytes);
    expect(certificateDate?.text).toBe('05/09/2023');
    expect(certificateDate?.confidence).toBeLessThan(0.6);
    expect(certificateNumber?.confidence).toBeGreaterThan(0.9);
  });

  it('is the same every time, and survives JSON', async () => {
    const pages = await readPages((await transposed()).bytes);
    const once = readCertificate(pages);
    expect(readCertificate(structuredClone(pages))).toEqual(once);
    expect(JSON.parse(JSON.stringify(once))).toEqual(once);
  });

  it('without any page gives an empty result and no error', () => {
    expect(readCertificate([])).toMatchObject({ pages: [], heats: [], documentType: null, warnings: [] });
  });

  it('whose pages have no text says so', () => {
    const blank = {
      number: 1,
      width: 595,
      height: 842,
      turned: 0,
      source: 'NONE',
      words: [],
      links: [],
    } as const;
    const { warnings } = readCertificate([{ ...blank, words: [], links: [] }]);
    expect(warnings).toEqual([{ page: 1, message: 'No text was found on this page: look at its picture.' }]);
  });
});
