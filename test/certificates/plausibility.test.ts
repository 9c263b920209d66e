import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import type {
  CertificateData,
  CertificateElement,
  CertificateHeat,
  CertificateProperty,
} from '../../src/certificates/data.ts';
import { check } from '../../src/certificates/plausibility/check.ts';
import { recompute } from '../../src/certificates/plausibility/chemistry.ts';
import { gradeOf, grades } from '../../src/certificates/plausibility/grades.ts';
import { sameHeat } from '../../src/certificates/plausibility/same-heat.ts';

function element(symbol: string, text: string, more: Partial<CertificateElement> = {}): CertificateElement {
  const operator = text.startsWith('<') ? '<' : null;
  return {
    symbol,
    value: text.replace('<', ''),
    operator,
    text,
    unit: '%',
    minimum: null,
    maximum: null,
    part: null,
    analysis: null,
    ...more,
  };
}

function property(
  kind: CertificateProperty['kind'],
  value: string | null,
  unit: string | null,
  more: Partial<CertificateProperty> = {},
): CertificateProperty {
  return {
    kind,
    value,
    unit,
    operator: null,
    text: value ?? '',
    minimum: null,
    maximum: null,
    symbol: null,
    individualValues: [],
    temperature: null,
    direction: null,
    directionText: null,
    location: null,
    specimen: null,
    specimenWidth: null,
    method: null,
    ...more,
  };
}

/** A sound certificate of one heat, with what a test changes. */
function certificate(
  heat: Partial<CertificateHeat> = {},
  more: Partial<CertificateData> = {},
): CertificateData {
  const sound: CertificateHeat = {
    number: '4711',
    process: null,
    codes: {},
    formulas: [],
    elements: [
      element('C', '0.16'),
      element('Mn', '1.42'),
      element('P', '0.012'),
      element('S', '<0.002'),
      element('Al', '0.038'),
      element('N', '0.0047'),
    ],
    properties: [
      property('YIELD_STRENGTH_UPPER', '389', 'MPa', { symbol: 'ReH' }),
      property('TENSILE_STRENGTH', '532', 'MPa', { symbol: 'Rm' }),
      property('ELONGATION', '27.5', '%'),
    ],
  };
  return {
    languages: ['EN'],
    documentType: '3.1',
    documentTypeText: 'EN 10204 3.1',
    certificateNumber: '1',
    certificateDate: '2024-01-01',
    mill: null,
    supplier: null,
    customer: null,
    consignee: null,
    recipient: null,
    originator: 'Quality department',
    standards: [],
    qualities: [],
    product: null,
    process: null,
    deliveryCondition: null,
    inspectors: ['A. Lang'],
    department: null,
    inspectionBody: null,
    statement: null,
    codes: {},
    otherTests: [],
    heats: [{ ...sound, ...heat }],
    ...more,
  };
}

const rulesOf = (data: CertificateData) => check(data).map(({ rule, severity }) => `${severity} ${rule}`);

describe('A certificate', () => {
  it('that is sound has no findings', () => {
    expect(check(certificate())).toEqual([]);
  });

  it.each<[string, string, Partial<CertificateHeat>]>([
    ['a share above 100 %', 'ERROR chemistry.share', { elements: [element('C', '160')] }],
    ['a negative share', 'ERROR chemistry.share', { elements: [element('C', '-0.1')] }],
    ['a sum above 100.5 %', 'ERROR chemistry.sum', { elements: [element('Fe', '98'), element('Cr', '2.6')] }],
    ['ppm that were read as percent', 'WARNING chemistry.unlikely', { elements: [element('N', '47')] }],
    [
      'nitrogen ten times too high beside aluminium',
      'WARNING chemistry.nitrogen',
      { elements: [element('Al', '0.041'), element('N', '0.047')] },
    ],
    [
      'one element twice with two values',
      'WARNING chemistry.double',
      { elements: [element('C', '0.16'), element('C', '0.17')] },
    ],
    [
      'a value above its printed maximum',
      'ERROR limits.maximum',
      { elements: [element('P', '0.031', { maximum: '0.030' })] },
    ],
    [
      'a value below its printed minimum',
      'ERROR limits.minimum',
      { properties: [property('ELONGATION', '19', '%', { minimum: '20' })] },
    ],
    [
      'limits the wrong way round',
      'ERROR limits.order',
      { elements: [element('P', '0.03', { minimum: '0.05', maximum: '0.01' })] },
    ],
    [
      'a yield strength above its tensile strength',
      'ERROR mechanics.yield',
      { properties: [property('PROOF_STRENGTH', '600', 'MPa'), property('TENSILE_STRENGTH', '85', 'ksi')] },
    ],
    [
      '456 ksi where MPa are meant',
      'ERROR mechanics.unit',
      { properties: [property('TENSILE_STRENGTH', '656', 'ksi')] },
    ],
    [
      '66 psi where ksi are meant',
      'ERROR mechanics.unit',
      { properties: [property('TENSILE_STRENGTH', '66', 'psi')] },
    ],
    [
      'a strength without a unit',
      'WARNING mechanics.unit',
      { properties: [property('TENSILE_STRENGTH', '520', null)] },
    ],
    ['an elongation of nothing', 'ERROR mechanics.share', { properties: [property('ELONGATION', '0', '%')] }],
    [
      'a reduction of area above 100 %',
      'ERROR mechanics.share',
      { properties: [property('REDUCTION_OF_AREA', '170', '%')] },
    ],
    [
      'a mean that its values do not give',
      'ERROR mechanics.mean',
      { properties: [property('IMPACT_ENERGY', '90', 'J', { individualValues: ['71', '84', '85'] })] },
    ],
    [
      'a ratio that its strengths do not give',
      'WARNING mechanics.ratio',
      {
        properties: [
          property('YIELD_STRENGTH', '400', 'MPa'),
          property('TENSILE_STRENGTH', '500', 'MPa'),
          property('YIELD_RATIO', '0.70', null),
        ],
      },
    ],
  ])('with %s is found', (_, rule, heat) => {
    const findings = check(certificate(heat));
    expect(findings.map(({ rule: name, severity }) => `${severity} ${name}`)).toEqual([rule]);
    const [finding] = findings;
    expect(finding?.heat).toBe('4711');
    expect(finding?.path.slice(0, 2)).toEqual(['heats', '0']);
    expect(finding?.message.length).toBeGreaterThan(20);
  });

  it.each<[string, Partial<CertificateHeat>]>([
    ['rounds its sum a little', { elements: [element('Fe', '97.85'), element('Cr', '2.6')] }],
    ['states <0.030 beside a maximum of 0.025', { elements: [element('P', '<0.030', { maximum: '0.025' })] }],
    [
      'is of stainless steel with nitrogen',
      { elements: [element('Al', '0.02'), element('N', '0.16'), element('Cr', '22')] },
    ],
    [
      'cuts the digits of its mean',
      { properties: [property('IMPACT_ENERGY', '80', 'J', { individualValues: ['71.2', '84.2', '85.2'] })] },
    ],
    [
      'prints the ratio of rebars, Rm/Re',
      {
        properties: [
          property('YIELD_STRENGTH', '500', 'MPa'),
          property('TENSILE_STRENGTH', '600', 'MPa'),
          property('YIELD_RATIO', '1.20', null),
        ],
      },
    ],
    [
      'has specimens of two directions',
      {
        properties: [
          property('YIELD_STRENGTH', '500', 'MPa', { specimen: 'A' }),
          property('TENSILE_STRENGTH', '600', 'MPa', { specimen: 'A' }),
          property('TENSILE_STRENGTH', '490', 'MPa', { specimen: 'B' }),
        ],
      },
    ],
  ])('that %s is not found', (_, heat) => {
    expect(check(certificate(heat))).toEqual([]);
  });

  it.each<[string, string, Partial<CertificateData>]>([
    ['2.1 with results', 'ERROR document.results', { documentType: '2.1' }],
    ['2.2 without results', 'WARNING document.results', { documentType: '2.2', heats: [] }],
    ['3.1 without results', 'ERROR document.results', { heats: [] }],
    ['3.1 without an inspector', 'WARNING document.inspector', { inspectors: [] }],
    ['3.1 without a department', 'WARNING document.department', { originator: null }],
    ['3.2 with one signature', 'ERROR document.signatories', { documentType: '3.2' }],
    ['without a type', 'WARNING document.type', { documentType: null }],
    ['without a number', 'WARNING document.number', { certificateNumber: null }],
    ['without a date', 'WARNING document.date', { certificateDate: null }],
  ])('%s is found', (_, rule, more) => {
    expect(rulesOf(certificate({}, more))).toEqual([rule]);
  });

  it('3.2 with two signatures, or one and an inspection body, is not found', () => {
    expect(check(certificate({}, { documentType: '3.2', inspectors: ['A', 'B'] }))).toEqual([]);
    expect(check(certificate({}, { documentType: '3.2', inspectionBody: 'Lloyd' }))).toEqual([]);
  });

  it('with results of no heat, or with a heat twice, is found', () => {
    expect(rulesOf(certificate({ number: null }))).toEqual(['ERROR document.heat']);
    const [heat] = certificate().heats;
    expect(
      rulesOf(certificate({}, { heats: [heat, { ...heat, number: '47 11' }] as CertificateHeat[] })),
    ).toEqual(['ERROR heats.double']);
  });
});

describe('A carbon equivalent', () => {
  const elements = [
    element('C', '0.15'),
    element('Mn', '1.00'),
    element('Cr', '0.02'),
    element('Mo', '0.002'),
    element('V', '0.002'),
    element('Ni', '0.009'),
    element('Cu', '0.01'),
  ];
  const heatWith = (symbol: string, value: string, list = elements) =>
    certificate({
      elements: list,
      formulas: [
        {
          symbol,
          value,
          operator: null,
          text: value,
          unit: '%',
          minimum: null,
          maximum: null,
          analysis: null,
        },
      ],
    });

  it('is computed by its formula', () => {
    // 0.15 + 1/6 + 0.024/5 + 0.019/15
    expect(recompute(heatWith('CEV', '0').heats[0] as CertificateHeat, 'CEV')?.value.toFixed(4)).toBe(
      '0.3227',
    );
    // 0.15 + 1/10 + 0.002/10 + 0.02/20 + 0.01/20 + 0.009/40
    expect(recompute(heatWith('CET', '0').heats[0] as CertificateHeat, 'CET')?.value.toFixed(4)).toBe(
      '0.2519',
    );
    // 0.15 + 1/20 + 0.01/20 + 0.02/20 + 0.009/60 + 0.002/15 + 0.002/10
    expect(recompute(heatWith('Pcm', '0').heats[0] as CertificateHeat, 'Pcm')?.value.toFixed(4)).toBe(
      '0.2020',
    );
  });

  it('may differ by what rounding of the printed digits makes, and no more', () => {
    expect(check(heatWith('CEV', '0.32'))).toEqual([]);
    expect(check(heatWith('CEV', '0.323'))).toEqual([]);
    expect(rulesOf(heatWith('CEV', '0.34'))).toEqual(['ERROR chemistry.formula']);
    const exact = elements.map((each) => ({ ...each, value: `${Number(each.value).toFixed(4)}` }));
    expect(check(heatWith('CEV', '0.327', exact))).toMatchObject([
      { rule: 'chemistry.formula', numbers: { printed: '0.327', computed: '0.3227' } },
    ]);
  });

  it('is not judged where carbon or manganese is missing', () => {
    expect(check(heatWith('CEV', '0.90', [element('C', '0.15')]))).toEqual([]);
  });

  it('of a sum is that of its elements', () => {
    expect(rulesOf(heatWith('Cr+Mo+Ni', '0.09'))).toEqual(['ERROR chemistry.formula']);
    expect(check(heatWith('Cr+Mo+Ni', '0.03'))).toEqual([]);
  });
});

describe('A grade', () => {
  it('is known by its names, with treatments', () => {
    expect(gradeOf('S355J2+N')?.names).toContain('S355J2');
    expect(gradeOf('AISI 316L')?.names).toContain('316L');
    expect(gradeOf('Ti-6Al-4V ELI')?.elements.O).toEqual([null, '0.13']);
    expect(gradeOf('Ti-6Al-4V')?.elements.O).toEqual([null, '0.20']);
    expect(gradeOf('S355')).toBeNull();
  });

  it('names its norm and has its limits in order', () => {
    for (const { source, elements, properties } of grades) {
      expect(source).toMatch(/(?:EN|ASTM|ISO)/u);
      for (const [low, high] of [...Object.values(elements), ...Object.values(properties)]) {
        if (low !== null && high !== null) expect(Number(low)).toBeLessThan(Number(high));
      }
    }
    const names = grades.flatMap((grade) => grade.names);
    expect(new Set(names).size).toBe(names.length);
  });

  it('whose limits the heat breaks is a warning that names the norm', () => {
    const findings = check(
      certificate(
        {},
        {
          qualities: ['S355J2+N'],
          heats: [
            {
              ...(certificate().heats[0] as CertificateHeat),
              elements: [element('C', '0.25'), element('Mn', '1.4')],
            },
          ],
        },
      ),
    );
    expect(findings).toMatchObject([
      { rule: 'grade.limits', severity: 'WARNING', numbers: { value: '0.25', maximum: '0.22' } },
    ]);
    expect(findings[0]?.message).toContain('EN 10025-2:2019');
    expect(check(certificate({}, { qualities: ['S355J2+N'] }))).toEqual([]);
  });

  it('judges strengths in ksi too, and no tests in the heat', () => {
    const hot = { value: '400', unit: 'Cel', text: '400 °C' };
    const list = [
      property('PROOF_STRENGTH', '20', 'ksi', { symbol: 'Rp0.2' }),
      property('PROOF_STRENGTH', '110', 'MPa', { symbol: 'Rp0.2', temperature: hot }),
    ];
    expect(check(certificate({ elements: [], properties: list }, { qualities: ['316L'] }))).toMatchObject([
      { rule: 'grade.limits', path: ['heats', '0', 'properties', '0'] },
    ]);
  });
});

describe('Two analyses of one heat', () => {
  it('agree where they differ by rounding, units and what is below a limit', () => {
    const a = [
      element('C', '0.16'),
      element('N', '47', { unit: 'ppm' }),
      element('B', '<0.0005'),
      element('P', '0.012'),
    ];
    const b = [element('C', '0.164'), element('N', '0.0047'), element('B', '0.0003'), element('S', '0.003')];
    expect(sameHeat(a, b)).toEqual({ same: true, compared: 3, differences: [] });
  });

  it('disagree otherwise, and say where', () => {
    const result = sameHeat(
      [element('C', '0.16'), element('Mn', '1.42')],
      [element('C', '0.17'), element('Mn', '1.42')],
    );
    expect(result).toEqual({
      same: false,
      compared: 2,
      differences: [{ symbol: 'C', first: '0.16', second: '0.17', difference: '0.01' }],
    });
    expect(sameHeat([element('S', '<0.002')], [element('S', '0.008')]).same).toBe(false);
  });

  it('leave product analyses out, which scatter', () => {
    expect(
      sameHeat([element('C', '0.16', { analysis: 'LADLE' })], [element('C', '0.18', { analysis: 'PRODUCT' })])
        .compared,
    ).toBe(0);
  });

  const any = fc.array(
    fc.record({
      symbol: fc.constantFrom('C', 'Mn', 'P', 'N'),
      value: fc.integer({ min: 1, max: 9999 }),
      below: fc.boolean(),
    }),
    { maxLength: 4 },
  );
  test.prop([any, any])('agree or not whichever comes first; each agrees with itself', (x, y) => {
    const make = (list: typeof x) => [
      ...new Map(
        list.map(({ symbol, value, below }) => [
          symbol,
          element(symbol, `${below ? '<' : ''}${(value / 10_000).toFixed(4)}`),
        ]),
      ).values(),
    ];
    const [a, b] = [make(x), make(y)];
    expect(sameHeat(a, b).same).toBe(sameHeat(b, a).same);
    expect(sameHeat(a, a).same).toBe(true);
  });
});
