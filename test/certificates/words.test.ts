import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { parseDate } from '../../src/certificates/reading/dates.ts';
import { documentTypeIn } from '../../src/certificates/reading/document-type.ts';
import { parseElementLabel, parseScaleCell } from '../../src/certificates/reading/elements.ts';
import { findLabel, limitOf } from '../../src/certificates/reading/labels.ts';
import { decimalMarkOf, parseNumber, shiftDecimal } from '../../src/certificates/reading/numbers.ts';
import { directionOf, parsePropertyLabel, temperatureIn } from '../../src/certificates/reading/properties.ts';
import { gradesIn, standardsIn } from '../../src/certificates/reading/standards.ts';
import { parseUnit, splitUnit } from '../../src/certificates/reading/units.ts';
import { limitsOf, listOf } from '../../src/certificates/reading/values.ts';

describe('A printed number', () => {
  it.each([
    ['0.150', '0.150', null],
    ['0,0047', '0.0047', null],
    ['.019', '.019', null],
    ['< 0,001', '0.001', '<'],
    ['≤0.02', '0.02', '<='],
    ['max. 0.22', '0.22', '<='],
    ['>=355', '355', '>='],
    ['1.234,5', '1234.5', null],
    ['12 000', '12000', null],
    ['1,234,567', '1234567', null],
    ['2.1E-3', '0.0021', null],
    ['0.047*', '0.047', null],
    ['−20', '-20', null],
  ])('%s is %s', (text, value, operator) => {
    expect(parseNumber(text)).toMatchObject({ value: value.replace(/^\./u, '0.'), operator });
  });

  it.each(['', '-', 'S355', '1.2.3', '12.03.2023', '20x30', 'n.a.', '1,23,4', '0.15 %'])(
    '%s is none',
    (text) => {
      expect(parseNumber(text)).toBeNull();
    },
  );

  it('whose comma may group or divide is read as the document does, and said to be doubtful', () => {
    expect(parseNumber('66,100', '.')).toEqual({ value: '66100', operator: null, ambiguous: true });
    expect(parseNumber('66,100', ',')).toEqual({ value: '66.100', operator: null, ambiguous: false });
    expect(parseNumber('66,100')).toMatchObject({ value: '66.100', ambiguous: true });
    expect(decimalMarkOf(['0,15', '12,4', '1.200', '2023'])).toBe(',');
    expect(decimalMarkOf(['0.15', '0,2'])).toBeNull();
  });

  test.prop([fc.bigInt({ min: 0n, max: 10n ** 12n }), fc.nat({ max: 6 }), fc.integer({ min: -8, max: 8 })])(
    'keeps every digit when its point is moved there and back',
    (whole, decimals, by) => {
      const digits = whole.toString().padStart(decimals + 1, '0');
      const value = decimals ? `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}` : digits;
      const back = shiftDecimal(shiftDecimal(value, by), -by);
      expect(Number(back)).toBe(Number(value));
      expect(shiftDecimal('15', -2)).toBe('0.15');
      expect(shiftDecimal('4', -3)).toBe('0.004');
    },
  );
});

describe('A heading of an element', () => {
  it.each([
    ['C', 'C', null, null],
    ['Mn %', 'Mn', '%', null],
    ['%Cr', 'Cr', '%', null],
    ['C71 C', 'C', null, null],
    ['SI', 'Si', null, null],
    ['Cb', 'Nb', null, null],
    ['N ppm', 'N', 'ppm', null],
    ['N [ppm]', 'N', 'ppm', null],
    ['P x1000', 'P', null, -3],
    ['C × 100', 'C', null, -2],
    ['S x10³', 'S', null, -3],
    ['B 10^-4', 'B', null, -4],
    ['Al-tot', 'Al', null, null],
    ['sol. Al', 'Al', null, null],
    ['Carbon (C)', 'C', null, null],
    ['Kohlenstoff', 'C', null, null],
    ['N2', 'N', null, null],
  ])('%s is %s', (text, symbol, unit, scale) => {
    expect(parseElementLabel(text)).toMatchObject({ type: 'ELEMENT', symbol, unit, scale });
  });

  it.each([
    ['CEV', 'CEV'],
    ['C.E.', 'CEV'],
    ['Ceq', 'CEV'],
    ['CE', 'CEV'],
    ['Pcm', 'Pcm'],
    ['CET', 'CET'],
    ['Cr+Mo+Ni', 'Cr+Mo+Ni'],
    ['Céq', 'CEV'],
  ])('%s is a formula and no element', (text, symbol) => {
    expect(parseElementLabel(text)).toMatchObject({ type: 'FORMULA', symbol });
  });

  it.each(['', 'Heat', 'Rm', 'kg', 'Page', 'Coil', 'In the', 'A', 'No', 'Total'])('%s is neither', (text) => {
    const label = parseElementLabel(text);
    expect(label === null || (label.type === 'ELEMENT' && !label.exact)).toBe(true);
    expect(label).toBeNull();
  });

  it.each([
    ['x100', -2],
    ['1000', -3],
    ['10-3', -3],
    ['1/1000', -3],
    ['×10⁻⁴', -4],
    ['1', 0],
    ['0.15', null],
    ['15', null],
  ])('%s scales by %s', (text, scale) => {
    expect(parseScaleCell(text)).toBe(scale);
  });
});

describe('A label of a test', () => {
  it.each([
    ['Rp0.2 (MPa)', 'PROOF_STRENGTH', 'Rp0.2', 'MPa'],
    ['Rp 0,2 N/mm²', 'PROOF_STRENGTH', 'Rp0.2', 'N/mm²'],
    ['Rt0.5', 'PROOF_STRENGTH', 'Rt0.5', null],
    ['0.2% Proof Stress', 'PROOF_STRENGTH', 'Rp0.2', null],
    ['.2% YIELD STRENGTH KSI', 'PROOF_STRENGTH', 'Rp0.2', 'ksi'],
    ['ReH', 'YIELD_STRENGTH_UPPER', 'ReH', null],
    ['Streckgrenze', 'YIELD_STRENGTH', null, null],
    ["Limite d'élasticité", 'YIELD_STRENGTH', null, null],
    ['Snervamento', 'YIELD_STRENGTH', null, null],
    ['Granica plastyczności', 'YIELD_STRENGTH', null, null],
    ['Límite elástico', 'YIELD_STRENGTH', null, null],
    ['Rm', 'TENSILE_STRENGTH', 'Rm', null],
    ['Tensile Strength psi', 'TENSILE_STRENGTH', 'Rm', 'psi'],
    ['Zugfestigkeit', 'TENSILE_STRENGTH', 'Rm', null],
    ['Carico di rottura', 'TENSILE_STRENGTH', 'Rm', null],
    ['Resistencia a la tracción', 'TENSILE_STRENGTH', 'Rm', null],
    ['Wytrzymałość na rozciąganie', 'TENSILE_STRENGTH', 'Rm', null],
    ['U.T.S.', 'TENSILE_STRENGTH', null, null],
    ['A5 %', 'ELONGATION', 'A5', '%'],
    ['A80', 'ELONGATION', 'A80', null],
    ['Elongation in 2"', 'ELONGATION', 'A50', null],
    ['Allongement', 'ELONGATION', null, null],
    ['Bruchdehnung A50mm', 'ELONGATION', 'A50', null],
    ['Agt', 'UNIFORM_ELONGATION', 'Agt', null],
    ['Z', 'REDUCTION_OF_AREA', 'Z', null],
    ['Brucheinschnürung', 'REDUCTION_OF_AREA', 'Z', null],
    ['R.A. %', 'REDUCTION_OF_AREA', null, '%'],
    ['KV2 (J)', 'IMPACT_ENERGY', 'KV2', 'J'],
    ['Charpy V ft-lbs', 'IMPACT_ENERGY', null, 'ft·lbf'],
    ['Kerbschlagarbeit', 'IMPACT_ENERGY', null, null],
    ['HBW 2,5/187,5', 'HARDNESS', 'HBW', null],
    ['Hardness HRC', 'HARDNESS', 'HRC', null],
    ['HV10', 'HARDNESS', 'HV10', null],
    ['Re/Rm', 'YIELD_RATIO', 'Re/Rm', null],
    ['Y/T ratio', 'YIELD_RATIO', 'Re/Rm', null],
  ])('%s is %s', (text, kind, symbol, unit) => {
    expect(parsePropertyLabel(text)).toMatchObject({ kind, symbol, unit });
  });

  it.each(
    ['Heat', 'Customer', 'Zertifikat', 'Area code', 'A', 'Remarks', 'Rema'].filter((text) => text !== 'A'),
  )('%s is none', (text) => {
    expect(parsePropertyLabel(text)).toBeNull();
  });

  it('may tell a temperature and a direction', () => {
    expect(temperatureIn('KV at -20 °C')).toEqual({ value: '-20', unit: 'Cel', text: '-20 °C' });
    expect(temperatureIn('Charpy at 32°F')).toMatchObject({ value: '32', unit: '[degF]' });
    expect(temperatureIn('at room temperature')).toMatchObject({ value: null, unit: null });
    expect(temperatureIn('EN 10025')).toBeNull();
    expect([
      directionOf('0001 längs'),
      directionOf('T'),
      directionOf('quer'),
      directionOf('Transverse'),
      directionOf('P1'),
    ]).toEqual(['LONGITUDINAL', 'TRANSVERSE', 'TRANSVERSE', 'TRANSVERSE', null]);
  });
});

describe('A label of a form', () => {
  it.each([
    ['Heat No. / Schmelze Nr.: 4711', 'HEAT', '4711'],
    ['N° de coulée', 'HEAT', ''],
    ['Certificat n° FM 23-1187', 'CERTIFICATE_NUMBER', 'FM 23-1187'],
    ['Bescheinigungsnummer', 'CERTIFICATE_NUMBER', ''],
    ['Purchaser order number / Kundenbestellnummer', 'PURCHASE_ORDER', ''],
    ['Data wystawienia / Date of issue: 2024-02-09', 'CERTIFICATE_DATE', '2024-02-09'],
    ['Gatunek stali / Steel grade', 'QUALITY', ''],
    ['Recipient of the test certificate / Empfänger der Prüfbescheinigung', 'RECIPIENT', ''],
    ['Colada nº', 'HEAT', ''],
    ['Weight (kg)', 'MASS', ''],
  ])('%s', (text, kind, rest) => {
    expect(findLabel(text)).toMatchObject({ kind, rest });
  });

  it('is told from a limit of a table', () => {
    expect(['Min [%]', 'max.', 'Actual [%]', 'Soll', 'Wymagane', 'min/max', 'Heat'].map(limitOf)).toEqual([
      'MINIMUM',
      'MAXIMUM',
      'ACTUAL',
      'RANGE',
      'RANGE',
      'RANGE',
      null,
    ]);
  });
});

describe('A text', () => {
  it.each([
    ['Mill Certificate EN 10204 3.1', '3.1'],
    ['Abnahmeprüfzeugnis 3.2 nach EN 10204:2004', '3.2'],
    ['Test report 2.2 acc. to EN 10204', '2.2'],
    ['EN 10204:2004 - 2.1', '2.1'],
    ['DIN EN 10204 / 3.1', '3.1'],
    ['ISO 10474 3.1.B', '3.1'],
    ['Inspection certificate 3.1', '3.1'],
  ])('%s names the type %s', (text, type) => {
    expect(documentTypeIn(text)?.type).toBe(type);
  });

  it.each(['EN 10204', 'Rev. 3.1', 'Chapter 2.2', 'EN 10025-2:2019', '3.15'])('%s names none', (text) => {
    expect(documentTypeIn(text)).toBeNull();
  });

  it.each([
    ['2018-10-23', '2018-10-23', false],
    ['23.10.2018', '2018-10-23', false],
    ['10/23/2018', '2018-10-23', false],
    ['04/05/2021', '2021-05-04', true],
    ['7 juin 2023', '2023-06-07', false],
    ['Oct 3, 2024', '2024-10-03', false],
    ['19 sierpnia 2024', '2024-08-19', false],
    ['12-MAR-22', '2022-03-12', false],
  ])('%s is the date %s', (text, value, ambiguous) => {
    expect(parseDate(text)).toEqual({ value, ambiguous });
  });

  it('of no date is none', () => {
    for (const text of ['31.02.2020', '1866645/001', '99/99/2020', '3.1', '0334/2019/ZZS'])
      expect(parseDate(text)).toBeNull();
    expect(parseDate('04/05/2021', true)).toEqual({ value: '2021-04-05', ambiguous: true });
  });

  it('names norms of products, not those of tests, and grades', () => {
    expect(standardsIn('S355J2+N acc. EN 10025-2:2019, EN 10204, tested to EN ISO 6892-1')).toEqual([
      'EN 10025-2:2019',
    ]);
    expect(standardsIn('ASTM A276/A276M-17 and DIN EN 10088-3')).toEqual([
      'ASTM A276/A276M-17',
      'DIN EN 10088-3',
    ]);
    expect(gradesIn('S355J2+N / P265GH / 1.4404 / Ti-6Al-4V')).toEqual([
      'S355J2+N',
      'P265GH',
      '1.4404',
      'Ti-6Al-4V',
    ]);
  });

  it('gives units, lists and limits', () => {
    expect(['N/mm2', 'MPa', '[%]', 'KSI', 'ft-lbs', 'apples'].map(parseUnit)).toEqual([
      'N/mm²',
      'MPa',
      '%',
      'ksi',
      'ft·lbf',
      null,
    ]);
    expect(splitUnit('85.2J')).toEqual({ number: '85.2', unit: 'J' });
    expect(listOf('71.2, 84.2, 85.2J', '.')).toEqual({ values: ['71.2', '84.2', '85.2'], unit: 'J' });
    expect(listOf('71/84/85', null)?.values).toEqual(['71', '84', '85']);
    expect(limitsOf('0,15 - 0,22', ',')).toEqual({ minimum: '0.15', maximum: '0.22' });
    expect(limitsOf('0.040 Max', null)).toEqual({ minimum: null, maximum: '0.040' });
    expect(limitsOf('min 265', null)).toEqual({ minimum: '265', maximum: null });
    expect(limitsOf('0.15', null)).toEqual({ minimum: null, maximum: null });
  });
});
