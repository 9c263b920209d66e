import { describe, expect, it } from 'vitest';
import { type CertificateData, dataOf } from '../../src/certificates/data.ts';
import { En10168InvalidError, fromEn10168, toEn10168 } from '../../src/certificates/en10168.ts';
import { readCertificatePdf } from '../../src/certificates/reading/read.ts';
import { hardLayouts } from '../support/mill-certificates.hard.ts';
import { allLayouts } from '../support/mill-certificates.ts';

/** A document as another system writes it: one inspection of each kind, and fields that nobody here knows. */
function document() {
  return {
    RefSchemaUrl: 'https://schemas.example/en10168-schemas/v0.4.1/schema.json',
    DocumentMetadata: { id: 'a', version: 2 },
    Certificate: {
      CertificateLanguages: ['EN', 'DE'],
      CommercialTransaction: {
        A01: {
          CompanyName: 'Nordwalz GmbH',
          Street: ['Am Kanal 7', 'Tor 3'],
          ZipCode: '26721',
          City: 'Emden',
          Country: 'DE',
          Identifiers: { VAT: 'DE1' },
        },
        A02: 'Inspection certificate EN 10204 3.1',
        A03: 'NW-1',
        A04: 'data:image/png;base64,AA==',
        A05: 'Works inspection',
        'A06.1': {
          CompanyName: 'Bruckner KG',
          Street: 'Industriestr. 14',
          ZipCode: '4600',
          City: 'Wels',
          Country: 'AT',
        },
        'A06.3': { Name: 'Hafen AG', Street: 'Kai 1', ZipCode: '20457', City: 'Hamburg', Country: 'DE' },
        A07: '4500081234',
        A98: 'LS-1',
        SupplementaryInformation: { A10: { Key: 'Our mark', Value: 'X7', Type: 'string' } },
      },
      ProductDescription: {
        B01: 'Heavy plate',
        B02: { SteelDesignation: ['S355J2+N'], ProductNorm: ['EN 10025-2:2019'], MassNorm: ['EN 10029'] },
        B04: '+N',
        B07: 'T-1',
        B08: 4,
        B09: { Form: 'Plate', Width: 2500, Thickness: 20, Unit: 'mm' },
        B10: { Property: 'Length', Value: 12000, Unit: 'mm' },
      },
      Inspection: [
        {
          C00: '718342',
          C02: 'transverse',
          C03: '-20 Celsius',
          Unknown: { kept: true },
          ChemicalComposition: {
            C70: 'Y',
            C71: { Symbol: 'C', Actual: '0.1640', Maximum: '0.20' },
            C75: { Symbol: 'S', Actual: '0.0010' },
            C92: { Symbol: 'CEV', Actual: '0.42' },
          },
          TensileTest: {
            C10: 'flat',
            C11: { Property: 'Yield strength ReH', Value: 389, Unit: 'MPa', Minimum: 345 },
            C12: { Value: 532.5, Unit: 'MPa' },
            C13: { Property: 'A5', Value: 27.5, Unit: '%' },
            SupplementaryInformation: {
              C14: { Key: 'Re/Rm', Value: '0.73', Type: 'number' },
              C15: { Key: 'Sample Identifier', Value: 'P1', Type: 'string' },
            },
          },
          HardnessTest: {
            C30: 'HBW 2.5',
            C31: [
              { Value: 160, Unit: 'HBW' },
              { Value: 162, Unit: 'HBW' },
            ],
            C32: { Value: 161, Unit: 'HBW' },
          },
          NotchedBarImpactTest: {
            C40: 'KV2',
            C41: { Property: 'Width', Value: 10, Unit: 'mm' },
            C42: [
              { Value: 121, Unit: 'J' },
              { Value: 134, Unit: 'J' },
              { Value: 128, Unit: 'J' },
            ],
            C43: { Value: 127.7, Unit: 'J', Minimum: 27 },
          },
          OtherMechanicalTests: { C50: { Key: 'Bend test', Value: 'satisfactory' } },
        },
      ],
      OtherTests: {
        D01: 'as ordered',
        NonDestructiveTests: {
          D02: { Key: 'Ultrasonic', Value: '100', Unit: '%', Interpretation: 'Positive', Type: 'number' },
        },
      },
      Validation: {
        Z01: 'We certify.',
        Z02: '2023-03-14',
        Z03: 'H. Petersen',
        Z04: { CE_Image: 'x', NotifiedBodyNumber: '0780', DoCYear: '23', DoCNumber: '1' },
      },
    },
  };
}

const layouts = [...(await allLayouts()), ...(await hardLayouts())];

describe('An EN 10168 document', () => {
  it('is understood: parties, norms, heats, tests with units, limits and circumstances', () => {
    const data = fromEn10168(document());
    expect(data).toMatchObject({
      documentType: '3.1',
      certificateNumber: 'NW-1',
      certificateDate: '2023-03-14',
      originator: 'Works inspection',
      inspectors: ['H. Petersen'],
      mill: { name: 'Nordwalz GmbH', street: ['Am Kanal 7', 'Tor 3'], postalCode: '26721' },
      customer: { name: 'Bruckner KG' },
      recipient: { name: 'Hafen AG' },
      consignee: null,
      standards: ['EN 10025-2:2019', 'EN 10029'],
      qualities: ['S355J2+N'],
      codes: { A07: '4500081234', A10: 'X7', B08: '4', B10: '12000 mm', D01: 'as ordered' },
    });
    const [heat] = data.heats;
    expect(heat?.elements.map(({ symbol, value, maximum }) => [symbol, value, maximum])).toEqual([
      ['C', '0.1640', '0.20'],
      ['S', '0.0010', null],
    ]);
    expect(heat?.formulas).toMatchObject([{ symbol: 'CEV', value: '0.42' }]);
    expect(
      heat?.properties.map(({ kind, symbol, value, unit, temperature }) => [
        kind,
        symbol,
        value,
        unit,
        temperature?.value ?? null,
      ]),
    ).toEqual([
      ['YIELD_STRENGTH_UPPER', 'ReH', '389', 'MPa', null],
      ['TENSILE_STRENGTH', null, '532.5', 'MPa', null],
      ['ELONGATION', 'A5', '27.5', '%', null],
      ['YIELD_RATIO', 'Re/Rm', '0.73', null, null],
      ['HARDNESS', 'HBW', '161', 'HBW', null],
      ['IMPACT_ENERGY', 'KV2', '127.7', 'J', '-20'],
    ]);
    expect(heat?.properties[0]).toMatchObject({ minimum: '345', specimen: 'P1', direction: 'TRANSVERSE' });
    expect(heat?.properties.at(-1)).toMatchObject({
      individualValues: ['121', '134', '128'],
      specimenWidth: '10 mm',
      minimum: '27',
    });
    expect(data.otherTests.map(({ code }) => code)).toEqual(['C50', 'D02']);
  });

  it('comes out as it went in, down to what is not understood', () => {
    const imported = document();
    expect(toEn10168(fromEn10168(imported), imported)).toEqual(imported);
    expect(imported).toEqual(document());
  });

  it('keeps all but what was changed', () => {
    const imported = document();
    const data = fromEn10168(imported);
    const heat = data.heats[0] as CertificateData['heats'][number];
    const [carbon, ...others] = heat.elements;
    if (!carbon) throw new Error('No carbon.');
    const edited: CertificateData = {
      ...data,
      certificateNumber: 'NW-2',
      heats: [{ ...heat, elements: [{ ...carbon, value: '0.17', text: '0.17' }, ...others] }],
    };
    const written = toEn10168(edited, imported);
    expect(written.Certificate.CommercialTransaction).toEqual({
      ...imported.Certificate.CommercialTransaction,
      A03: 'NW-2',
    });
    expect(written.Certificate.ProductDescription).toEqual(imported.Certificate.ProductDescription);
    expect(written.Certificate.Validation).toEqual(imported.Certificate.Validation);
    const again = fromEn10168(written);
    expect(again.heats[0]?.elements.map(({ value }) => value)).toEqual(['0.17', '0.0010']);
    expect(again.heats[0]?.properties.map(({ kind, value, unit }) => [kind, value, unit]).sort()).toEqual(
      heat.properties.map(({ kind, value, unit }) => [kind, value, unit]).sort(),
    );
    expect(again.otherTests).toEqual(data.otherTests);
  });

  it('is refused with the places that are wrong', () => {
    const wrong = document();
    const { CommercialTransaction: transaction } = wrong.Certificate;
    const broken = {
      ...wrong,
      Certificate: {
        ...wrong.Certificate,
        CommercialTransaction: { ...transaction, A03: 7, A01: { Street: 'x' } },
        Inspection: { ChemicalComposition: { C71: { Symbol: 'C' } }, TensileTest: { C11: { Value: '377' } } },
      },
    };
    const issues = (() => {
      try {
        fromEn10168(broken);
        return [];
      } catch (error) {
        if (!(error instanceof En10168InvalidError)) throw error;
        return error.issues;
      }
    })();
    const paths = issues.map(({ path }) => path.join('.'));
    expect(paths).toContain('Certificate.CommercialTransaction.A03');
    expect(paths).toContain('Certificate.CommercialTransaction.A01');
    expect(paths.some((path) => path.startsWith('Certificate.Inspection'))).toBe(true);
    for (const json of [null, [], 'x', {}, { Certificate: {} }])
      expect(() => fromEn10168(json)).toThrow(En10168InvalidError);
  });

  it.each(layouts)(
    'of what was read in the layout "$name" says the same when it is read again',
    async ({ bytes }) => {
      const data = dataOf(await readCertificatePdf(bytes, { ocr: false }));
      const again = fromEn10168(JSON.parse(JSON.stringify(toEn10168(data))));
      const shares = ({ heats }: CertificateData) =>
        heats.flatMap((heat) =>
          heat.elements.map(({ symbol, value, operator, unit, analysis, maximum }) => {
            const percent = unit === 'ppm' ? String(Number(value) / 10_000) : value;
            return [
              heat.number,
              symbol,
              operator,
              percent === null ? null : Number(percent),
              analysis,
              maximum === null ? null : Number(maximum),
            ].join(' ');
          }),
        );
      expect(shares(again).sort()).toEqual(shares(data).sort());
      const tests = ({ heats }: CertificateData) =>
        heats.flatMap((heat) =>
          heat.properties.map(({ kind, value, unit, individualValues, specimen, temperature }) =>
            [
              heat.number,
              kind,
              value === null ? null : Number(value),
              unit,
              individualValues.map(Number).join('/'),
              specimen,
              temperature?.value,
            ].join(' '),
          ),
        );
      expect(tests(again).sort()).toEqual(tests(data).sort());
      expect(again).toMatchObject({
        documentType: data.documentType,
        certificateNumber: data.certificateNumber,
        certificateDate: data.certificateDate,
        qualities: data.qualities,
        standards: data.standards,
      });
    },
  );
});
