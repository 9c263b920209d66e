/** More certificates of invented mills: layouts that are met less often, or that lead a reader astray. */
import {
  columns,
  type ExpectedCertificate,
  type ExpectedProperty,
  type InventedCertificate,
  Sheet,
} from './mill-certificates.ts';

const nothing: ExpectedCertificate = {
  documentType: null,
  certificateNumber: null,
  certificateDate: null,
  mill: null,
  customer: null,
  purchaseOrder: null,
  standards: [],
  qualities: [],
  heats: [],
};

/** East Asian plate mill: sizes, tensile values and chemistry of a plate in one row, scales under the symbols. */
export async function plateMill(): Promise<InventedCertificate> {
  const sheet = new Sheet({ landscape: true, size: 6.5 });
  sheet.text('HANEUL PLATE MILL CO., LTD.', 30, 25, { size: 13, bold: true });
  sheet.text('INSPECTION CERTIFICATE (EN 10204 3.1)', 520, 27, { size: 10, bold: true });
  sheet.text('CERTIFICATE NO. : HPM-2405-00317', 30, 50);
  sheet.text('DATE OF ISSUE : 2024.05.21', 300, 50);
  sheet.text('CUSTOMER : OSTSEE TANKBAU GMBH', 520, 50);
  sheet.text('P.O. NO. : OT-24-118', 30, 62);
  sheet.text('SPECIFICATION : EN 10025-2 S355J2+N', 300, 62);
  sheet.text('COMMODITY : HOT ROLLED STEEL PLATE', 520, 62);
  const table = columns(30, [26, 62, 58, 92, 28, 46, 40, 40, 34, 34, 34, 34, 34, 34, 34, 34, 34]);
  sheet.text('DIMENSION', 190, 84);
  sheet.text('TENSILE TEST', 330, 84);
  sheet.text('CHEMICAL COMPOSITION (%) - LADLE ANALYSIS', 470, 84);
  sheet.row(
    [
      'ITEM',
      'PLATE NO.',
      'HEAT NO.',
      'T x W x L (mm)',
      "Q'TY",
      'WEIGHT',
      'Y.P.',
      'T.S.',
      'EL.',
      'C',
      'Si',
      'Mn',
      'P',
      'S',
      'Sol.Al',
      'Cu',
      'Ceq',
    ],
    table,
    94,
    { align: 'center' },
  );
  sheet.row(
    [
      '',
      '',
      '',
      '',
      '(PC)',
      '(KG)',
      'N/mm2',
      'N/mm2',
      '%',
      'x100',
      'x100',
      'x100',
      'x1000',
      'x1000',
      'x1000',
      'x100',
      'x100',
    ],
    table,
    103,
    { align: 'center' },
  );
  sheet.row(
    ['', 'SPEC. MIN', '', '', '', '', '345', '470', '20', '', '', '', '', '', '', '', ''],
    table,
    114,
    { align: 'center' },
  );
  sheet.row(
    ['', 'SPEC. MAX', '', '', '', '', '', '630', '', '22', '55', '160', '30', '30', '', '55', '45'],
    table,
    123,
    { align: 'center' },
  );
  sheet.row(
    [
      '01',
      'P40711-1',
      'HA20934',
      '20.00 x 2500 x 12000',
      '1',
      '4710',
      '402',
      '541',
      '27',
      '16',
      '31',
      '145',
      '14',
      '3',
      '32',
      '2',
      '41',
    ],
    table,
    135,
    { align: 'center' },
  );
  sheet.row(
    [
      '02',
      'P40711-2',
      'HA20934',
      '20.00 x 2500 x 12000',
      '1',
      '4710',
      '398',
      '539',
      '28',
      '16',
      '31',
      '145',
      '14',
      '3',
      '32',
      '2',
      '41',
    ],
    table,
    144,
    { align: 'center' },
  );
  sheet.row(
    [
      '03',
      'P40715-1',
      'HA20941',
      '30.00 x 2500 x 9000',
      '1',
      '5299',
      '389',
      '533',
      '26',
      '15',
      '33',
      '147',
      '12',
      '2',
      '35',
      '1',
      '40',
    ],
    table,
    153,
    { align: 'center' },
  );
  sheet.text('QUALITY ASSURANCE MANAGER : S. K. RYU', 520, 300);
  const tests = (specimen: string, y: string, t: string, e: string): ExpectedProperty[] => [
    { kind: 'YIELD_STRENGTH', value: y, unit: 'N/mm²', specimen, minimum: '345', maximum: null },
    { kind: 'TENSILE_STRENGTH', value: t, unit: 'N/mm²', specimen, minimum: '470', maximum: '630' },
    { kind: 'ELONGATION', value: e, unit: '%', specimen, minimum: '20', maximum: null },
  ];
  return {
    name: 'plate mill, one row a plate',
    bytes: await sheet.bytes(),
    expected: {
      ...nothing,
      documentType: '3.1',
      certificateNumber: 'HPM-2405-00317',
      certificateDate: '2024-05-21',
      customer: 'OSTSEE TANKBAU GMBH',
      purchaseOrder: 'OT-24-118',
      standards: ['EN 10025-2'],
      qualities: ['S355J2+N'],
      heats: [
        {
          number: 'HA20934',
          elements: { C: '0.16', Si: '0.31', Mn: '1.45', P: '0.014', S: '0.003', Al: '0.032', Cu: '0.02' },
          formulas: { CEV: '0.41' },
          properties: [...tests('P40711-1', '402', '541', '27'), ...tests('P40711-2', '398', '539', '28')],
        },
        {
          number: 'HA20941',
          elements: { C: '0.15', Si: '0.33', Mn: '1.47', P: '0.012', S: '0.002', Al: '0.035', Cu: '0.01' },
          formulas: { CEV: '0.40' },
          properties: tests('P40715-1', '389', '533', '26'),
        },
      ],
    },
  };
}

/** Two lines of headings and two lines of values for each heat: what does not fit goes below. */
export async function doubleDecker(): Promise<InventedCertificate> {
  const sheet = new Sheet({ size: 8 });
  sheet.text('Stålverket Norr AB', 40, 30, { size: 13, bold: true });
  sheet.text('Inspection certificate EN 10204 - 3.1', 330, 32, { size: 10 });
  sheet.text('Certificate No', 40, 60);
  sheet.text('Date', 180, 60);
  sheet.text('Customer', 300, 60);
  sheet.text('SN-700441', 40, 71);
  sheet.text('2022-11-30', 180, 71);
  sheet.text('Fjordmek AS', 300, 71);
  sheet.text('Chemical composition, heat analysis, %', 40, 100, { bold: true });
  const grid = columns(40, [70, 48, 48, 48, 48, 48, 48, 48]);
  sheet.row(['Heat', 'C', 'Si', 'Mn', 'P', 'S', 'Cr', 'Ni'], grid, 114);
  sheet.row(['', 'Mo', 'V', 'Ti', 'Cu', 'Al', 'Nb', 'N'], grid, 124);
  sheet.row(['51-2207', '.07', '.01', '1.38', '.008', '.002', '.04', '.05'], grid, 138);
  sheet.row(['', '.006', '.011', '.015', '.01', '.036', '.044', '.004'], grid, 148);
  sheet.row(['51-2219', '.06', '.02', '1.41', '.009', '.001', '.05', '.04'], grid, 160);
  sheet.row(['', '.007', '.012', '.016', '.02', '.038', '.045', '.005'], grid, 170);
  const names = ['C', 'Si', 'Mn', 'P', 'S', 'Cr', 'Ni', 'Mo', 'V', 'Ti', 'Cu', 'Al', 'Nb', 'N'];
  const heat = (number: string, values: string) => ({
    number,
    elements: Object.fromEntries(values.split(' ').map((value, index) => [names[index] ?? '', value])),
    properties: [],
  });
  return {
    name: 'two lines a heat',
    bytes: await sheet.bytes(),
    expected: {
      ...nothing,
      documentType: '3.1',
      certificateNumber: 'SN-700441',
      certificateDate: '2022-11-30',
      customer: 'Fjordmek AS',
      heats: [
        heat('51-2207', '0.07 0.01 1.38 0.008 0.002 0.04 0.05 0.006 0.011 0.015 0.01 0.036 0.044 0.004'),
        heat('51-2219', '0.06 0.02 1.41 0.009 0.001 0.05 0.04 0.007 0.012 0.016 0.02 0.038 0.045 0.005'),
      ],
    },
  };
}

/** Printed by a line printer: strokes between columns, psi with commas, everything in capitals. */
export async function linePrinter(): Promise<InventedCertificate> {
  const sheet = new Sheet({ font: 'Courier', size: 7.5 });
  const lines = [
    'BUCKEYE BAR & FORGE CO.                     CERTIFIED TEST REPORT',
    '4410 MILL STREET, CANTON, OH 44706',
    '',
    'CUSTOMER: GREAT LAKES PUMP INC.             CERT NO: 88-10442',
    'PO NUMBER: GLP-7731                         DATE: 03/17/2022',
    'GRADE: 4140                                 SPEC: ASTM A29/A29M',
    '',
    '+----------+------+------+------+------+------+------+------+------+',
    '| HEAT NO. |  C   |  MN  |  P   |  S   |  SI  |  CR  |  MO  |  NI  |',
    '+----------+------+------+------+------+------+------+------+------+',
    '| 7J44182  | .41  | .87  | .011 | .021 | .25  | .98  | .20  | .09  |',
    '| 7J44190  | .40  | .85  | .012 | .019 | .24  | .97  | .21  | .10  |',
    '+----------+------+------+------+------+------+------+------+------+',
    '',
    '| HEAT NO. | TENSILE PSI | YIELD PSI | ELONG % | RED AREA % | BHN |',
    '| 7J44182  | 152,300     | 131,900   | 16.2    | 52.4       | 321 |',
    '| 7J44190  | 151,700     | 130,800   | 16.5    | 53.0       | 319 |',
  ];
  for (const [index, line] of lines.entries()) if (line) sheet.text(line, 40, 40 + index * 10);
  const tests = (t: string, y: string, e: string, z: string, h: string): ExpectedProperty[] => [
    { kind: 'TENSILE_STRENGTH', value: t, unit: 'psi' },
    { kind: 'YIELD_STRENGTH', value: y, unit: 'psi' },
    { kind: 'ELONGATION', value: e, unit: '%' },
    { kind: 'REDUCTION_OF_AREA', value: z, unit: '%' },
    { kind: 'HARDNESS', symbol: 'HB', value: h, unit: null },
  ];
  return {
    name: 'line printer',
    bytes: await sheet.bytes(),
    expected: {
      ...nothing,
      certificateNumber: '88-10442',
      certificateDate: '2022-03-17',
      customer: 'GREAT LAKES PUMP INC.',
      purchaseOrder: 'GLP-7731',
      standards: ['ASTM A29/A29M'],
      qualities: ['4140'],
      heats: [
        {
          number: '7J44182',
          elements: {
            C: '0.41',
            Mn: '0.87',
            P: '0.011',
            S: '0.021',
            Si: '0.25',
            Cr: '0.98',
            Mo: '0.20',
            Ni: '0.09',
          },
          properties: tests('152300', '131900', '16.2', '52.4', '321'),
        },
        {
          number: '7J44190',
          elements: {
            C: '0.40',
            Mn: '0.85',
            P: '0.012',
            S: '0.019',
            Si: '0.24',
            Cr: '0.97',
            Mo: '0.21',
            Ni: '0.10',
          },
          properties: tests('151700', '130800', '16.5', '53.0', '319'),
        },
      ],
    },
  };
}

/** A laboratory's report: full names of elements and tests down the side, limits in words, results right. */
export async function laboratory(): Promise<InventedCertificate> {
  const sheet = new Sheet({ size: 9 });
  sheet.text('Kestrel Metallurgical Laboratories', 60, 40, { size: 14, bold: true });
  sheet.text('Test Certificate', 420, 42, { size: 12 });
  for (const [index, [label, value]] of (
    [
      ['Report No', 'KML/24/0882'],
      ['Date of issue', '19 August 2024'],
      ['Client', 'Harrow Castings Ltd'],
      ['Order No', 'HC-3391'],
      ['Material', 'IN718'],
      ['Cast No', 'VX1142'],
    ] as const
  ).entries()) {
    sheet.text(label, 60, 70 + index * 14);
    sheet.text(value, 180, 70 + index * 14);
  }
  sheet.text('Chemical Analysis (weight %)', 60, 170, { bold: true });
  sheet.text('Element', 60, 186);
  sheet.text('Specification', 200, 186);
  sheet.text('Result', 340, 186);
  const rows: [string, string, string][] = [
    ['Carbon', '0.08 max', '0.031'],
    ['Chromium', '17.0 - 21.0', '18.62'],
    ['Nickel', '50.0 - 55.0', '53.40'],
    ['Molybdenum', '2.80 - 3.30', '3.04'],
    ['Niobium', '4.75 - 5.50', '5.11'],
    ['Titanium', '0.65 - 1.15', '0.97'],
    ['Aluminium', '0.20 - 0.80', '0.52'],
    ['Boron', '0.006 max', '0.0031'],
    ['Sulphur', '0.015 max', '<0.001'],
    ['Iron', 'Balance', 'Balance'],
  ];
  for (const [index, [name, limits, value]] of rows.entries()) {
    sheet.text(name, 60, 200 + index * 13);
    sheet.text(limits, 200, 200 + index * 13);
    sheet.text(value, 340, 200 + index * 13);
  }
  sheet.text('Mechanical Tests at Room Temperature', 60, 350, { bold: true });
  const tests: [string, string, string][] = [
    ['0.2% Proof Stress (MPa)', '1034 min', '1162'],
    ['Tensile Strength (MPa)', '1276 min', '1391'],
    ['Elongation on 4D (%)', '12 min', '19.5'],
    ['Reduction of Area (%)', '15 min', '34'],
    ['Hardness (HRC)', '36 min', '43'],
  ];
  for (const [index, [name, limits, value]] of tests.entries()) {
    sheet.text(name, 60, 366 + index * 13);
    sheet.text(limits, 200, 366 + index * 13);
    sheet.text(value, 340, 366 + index * 13);
  }
  const limits = (minimum: string | null, maximum: string | null) => ({ minimum, maximum });
  return {
    name: 'laboratory, names down the side',
    bytes: await sheet.bytes(),
    expected: {
      ...nothing,
      certificateNumber: 'KML/24/0882',
      certificateDate: '2024-08-19',
      customer: 'Harrow Castings Ltd',
      purchaseOrder: 'HC-3391',
      qualities: ['IN718'],
      heats: [
        {
          number: 'VX1142',
          elements: {
            C: '0.031',
            Cr: '18.62',
            Ni: '53.40',
            Mo: '3.04',
            Nb: '5.11',
            Ti: '0.97',
            Al: '0.52',
            B: '0.0031',
            S: '<0.001',
            Fe: 'null',
          },
          properties: [
            { kind: 'PROOF_STRENGTH', symbol: 'Rp0.2', value: '1162', unit: 'MPa', ...limits('1034', null) },
            { kind: 'TENSILE_STRENGTH', value: '1391', unit: 'MPa', ...limits('1276', null) },
            { kind: 'ELONGATION', symbol: 'A4', value: '19.5', unit: '%', ...limits('12', null) },
            { kind: 'REDUCTION_OF_AREA', value: '34', unit: '%', ...limits('15', null) },
            { kind: 'HARDNESS', symbol: 'HRC', value: '43', unit: null, ...limits('36', null) },
          ],
        },
      ],
    },
  };
}

/** A bar mill of India: percent signs before the symbols, impact values in one cell, a specification row. */
export async function barMill(): Promise<InventedCertificate> {
  const sheet = new Sheet({ size: 7.5 });
  sheet.text('SHREE GANGA ALLOY STEELS PVT. LTD.', 40, 30, { size: 13, bold: true });
  sheet.text('MATERIAL TEST CERTIFICATE', 40, 48, { size: 11, bold: true });
  sheet.text('(AS PER EN 10204:2004 TYPE 3.1)', 230, 50);
  sheet.text('TC No. : SGA/24-25/1187', 40, 70);
  sheet.text('Date : 12-07-2024', 300, 70);
  sheet.text('Customer : M/s. Precision Gears', 40, 82);
  sheet.text('P.O. No. : PG/24/0091', 300, 82);
  sheet.text('Grade : EN 24', 40, 94);
  sheet.text('Chemical Composition', 40, 116, { bold: true });
  const chem = columns(40, [90, 42, 42, 42, 42, 42, 42, 42, 42]);
  sheet.row(['Heat No.', '%C', '%Mn', '%Si', '%S', '%P', '%Cr', '%Ni', '%Mo'], chem, 130, {
    align: 'center',
  });
  sheet.row(
    [
      'Specified',
      '0.36-0.44',
      '0.45-0.70',
      '0.10-0.35',
      '0.040 Max',
      '0.035 Max',
      '1.00-1.40',
      '1.30-1.70',
      '0.20-0.35',
    ],
    chem,
    141,
    { align: 'center', size: 6 },
  );
  sheet.row(['G-24118', '0.39', '0.61', '0.24', '0.018', '0.021', '1.18', '1.44', '0.26'], chem, 153, {
    align: 'center',
  });
  sheet.text('Mechanical Properties', 40, 176, { bold: true });
  const mech = columns(40, [70, 70, 70, 60, 60, 60, 100]);
  sheet.row(['Heat No.', 'Y.S.', 'U.T.S.', '% El.', '% R.A.', 'Hardness', 'Charpy Impact'], mech, 190, {
    align: 'center',
  });
  sheet.row(['', '(N/mm2)', '(N/mm2)', '5.65√So', '', '(BHN)', '(J) at -20°C'], mech, 200, {
    align: 'center',
  });
  sheet.row(['G-24118', '742', '918', '16.4', '51.2', '277', '48, 52, 50'], mech, 213, { align: 'center' });
  return {
    name: 'bar mill',
    bytes: await sheet.bytes(),
    expected: {
      ...nothing,
      documentType: '3.1',
      certificateNumber: 'SGA/24-25/1187',
      certificateDate: '2024-07-12',
      customer: 'M/s. Precision Gears',
      purchaseOrder: 'PG/24/0091',
      qualities: ['EN 24'],
      heats: [
        {
          number: 'G-24118',
          elements: {
            C: '0.39',
            Mn: '0.61',
            Si: '0.24',
            S: '0.018',
            P: '0.021',
            Cr: '1.18',
            Ni: '1.44',
            Mo: '0.26',
          },
          properties: [
            { kind: 'YIELD_STRENGTH', value: '742', unit: 'N/mm²' },
            { kind: 'TENSILE_STRENGTH', value: '918', unit: 'N/mm²' },
            { kind: 'ELONGATION', value: '16.4', unit: '%' },
            { kind: 'REDUCTION_OF_AREA', value: '51.2', unit: '%' },
            { kind: 'HARDNESS', symbol: 'HB', value: '277', unit: null },
            {
              kind: 'IMPACT_ENERGY',
              value: null,
              unit: 'J',
              individualValues: ['48', '52', '50'],
              temperature: '-20',
            },
          ],
        },
      ],
    },
  };
}

/** All of them. */
export function hardLayouts(): Promise<InventedCertificate[]> {
  return Promise.all([plateMill(), doubleDecker(), linePrinter(), laboratory(), barMill()]);
}
