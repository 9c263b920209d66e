/**
 * Certificates of mills that do not exist, drawn as such mills draw theirs: the same data in layouts that share
 * nothing. `expected` is what a reader has to find.
 */
import { createRequire } from 'node:module';
import PDFDocument from 'pdfkit';
import sharp from 'sharp';
import { renderPage } from '../../src/certificates/reading/render.ts';

export interface ExpectedProperty {
  kind: string;
  symbol?: string | null;
  value: string | null;
  unit: string | null;
  individualValues?: string[];
  temperature?: string | null;
  direction?: string | null;
  specimen?: string | null;
  minimum?: string | null;
  maximum?: string | null;
}

export interface ExpectedHeat {
  number: string | null;
  /** Symbol to value; `<0.001` where an operator is printed. */
  elements: Record<string, string>;
  formulas?: Record<string, string>;
  properties: ExpectedProperty[];
}

export interface ExpectedCertificate {
  documentType: string | null;
  certificateNumber: string | null;
  certificateDate: string | null;
  mill: string | null;
  customer: string | null;
  purchaseOrder: string | null;
  standards: string[];
  qualities: string[];
  heats: ExpectedHeat[];
}

export interface InventedCertificate {
  name: string;
  bytes: Uint8Array;
  expected: ExpectedCertificate;
}

const dejavu = createRequire(import.meta.url).resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf');

/** A sheet of paper: words at places in points from the upper left corner. */
export class Sheet {
  private readonly document: PDFKit.PDFDocument;
  private readonly chunks: Buffer[] = [];
  font = 'Helvetica';
  size = 8;

  constructor(options: { landscape?: boolean; font?: string; size?: number } = {}) {
    this.document = new PDFDocument({
      size: 'A4',
      layout: options.landscape ? 'landscape' : 'portrait',
      margin: 0,
    });
    this.document.on('data', (chunk: Buffer) => this.chunks.push(chunk));
    this.font = options.font ?? this.font;
    this.size = options.size ?? this.size;
  }

  text(
    text: string,
    x: number,
    y: number,
    options: { size?: number; bold?: boolean; align?: 'left' | 'right' | 'center'; width?: number } = {},
  ): void {
    const bold =
      this.font === 'Helvetica' ? 'Helvetica-Bold' : this.font === 'Courier' ? 'Courier-Bold' : this.font;
    this.document.font(options.bold ? bold : this.font).fontSize(options.size ?? this.size);
    const wide = this.document.widthOfString(text);
    const room = options.width ?? wide;
    const left =
      options.align === 'right' ? x + room - wide : options.align === 'center' ? x + (room - wide) / 2 : x;
    this.document.text(text, left, y, { lineBreak: false });
  }

  /** The cells of a row, each in its column; empty cells are left out. */
  row(
    texts: readonly string[],
    columns: readonly { x: number; width: number }[],
    y: number,
    options: { size?: number; bold?: boolean; align?: 'left' | 'right' | 'center' } = {},
  ): void {
    for (const [index, text] of texts.entries()) {
      const column = columns[index];
      if (text && column) this.text(text, column.x, y, { ...options, width: column.width });
    }
  }

  line(x1: number, y1: number, x2: number, y2: number): void {
    this.document.moveTo(x1, y1).lineTo(x2, y2).lineWidth(0.4).stroke();
  }

  image(png: Uint8Array, width: number): void {
    this.document.image(Buffer.from(png), 0, 0, { width });
  }

  page(options: { landscape?: boolean } = {}): void {
    this.document.addPage({ size: 'A4', layout: options.landscape ? 'landscape' : 'portrait', margin: 0 });
  }

  async bytes(): Promise<Uint8Array> {
    const ended = new Promise<void>((resolve) => this.document.on('end', () => resolve()));
    this.document.end();
    await ended;
    return new Uint8Array(Buffer.concat(this.chunks));
  }
}

/** Columns side by side from x on. */
export function columns(x: number, widths: readonly number[]): { x: number; width: number }[] {
  let at = x;
  return widths.map((width) => {
    const column = { x: at, width: width - 3 };
    at += width;
    return column;
  });
}

/** English and German with codes of EN 10168 in front, boxes for the parties, one heat, two specimens. */
export async function codedBilingual(): Promise<InventedCertificate> {
  const sheet = new Sheet({ size: 7 });
  sheet.text('Nordwalz Hütte GmbH', 40, 30, { size: 15, bold: true });
  sheet.text("A01 Herstellerwerk / Manufacturer's works", 40, 60, { bold: true });
  for (const [index, line] of ['Nordwalz Hütte GmbH', 'Am Kanal 7', '26721 Emden, Germany'].entries())
    sheet.text(line, 40, 71 + index * 9);
  sheet.text('A06 Besteller / Purchaser', 300, 60, { bold: true });
  for (const [index, line] of [
    'Bruckner Maschinenbau KG',
    'Industriestr. 14',
    '4600 Wels, Austria',
  ].entries())
    sheet.text(line, 300, 71 + index * 9);
  const pairs: [string, string][] = [
    [
      'A02 Art der Prüfbescheinigung / Type of inspection document',
      'Abnahmeprüfzeugnis 3.1 nach EN 10204:2004',
    ],
    ['A03 Bescheinigungsnummer / Document number', 'NW-2023-004711'],
    ['A07 Bestellnummer / Purchase order number', '4500081234'],
    ['A08 Werksauftragsnummer / Works order number', '88-20031/10'],
    ['B01 Erzeugnis / Product', 'Warmgewalztes Grobblech / Hot rolled heavy plate'],
    ['B02 Stahlbezeichnung / Steel designation', 'S355J2+N'],
    ['B03 Produktnorm / Product standard', 'EN 10025-2:2019'],
    ['B04 Lieferzustand / Delivery condition', 'normalisierend gewalzt (+N)'],
    ['B08 Stückzahl / Number of pieces', '4'],
    ['C00 Schmelze Nr. / Heat number', '718 342'],
    ['C70 Erschmelzungsart / Steelmaking process', 'Y'],
  ];
  for (const [index, [label, value]] of pairs.entries()) {
    sheet.text(label, 40, 115 + index * 12, { bold: true });
    sheet.text(value, 290, 115 + index * 12);
  }
  sheet.text('Chemische Zusammensetzung (Schmelzanalyse) / Chemical composition (ladle analysis)', 40, 260, {
    size: 9,
    bold: true,
  });
  const chem = columns(90, [42, 42, 42, 42, 42, 42, 42, 42, 42, 48]);
  sheet.row(['C71', 'C72', 'C73', 'C74', 'C75', 'C76', 'C77', 'C78', 'C85', 'C92'], chem, 276);
  sheet.row(['C', 'Si', 'Mn', 'P', 'S', 'Al-ges', 'Cr', 'Ni', 'N', 'CEV'], chem, 286);
  sheet.text('%', 60, 296);
  sheet.row(['%', '%', '%', '%', '%', '%', '%', '%', '%', ''], chem, 296);
  sheet.text('min.', 40, 306);
  sheet.row(['', '', '', '', '', '0,020', '', '', '', ''], chem, 306);
  sheet.text('max.', 40, 316);
  sheet.row(['0,20', '0,55', '1,60', '0,025', '0,025', '', '', '', '0,012', '0,45'], chem, 316);
  sheet.text('Ist / actual', 40, 326);
  sheet.row(
    ['0,164', '0,35', '1,42', '0,012', '< 0,001', '0,038', '0,05', '0,03', '0,0047', '0,42'],
    chem,
    326,
  );
  sheet.text('Zugversuch / Tensile test', 40, 350, { size: 9, bold: true });
  const tensile = columns(40, [70, 60, 60, 60, 60, 60]);
  sheet.row(['Probe Nr.', 'Richtung', 'C11 ReH', 'C12 Rm', 'C13 A5', 'Re/Rm'], tensile, 366);
  sheet.row(['Specimen', 'Direction', 'MPa', 'MPa', '%', ''], tensile, 376);
  sheet.row(['P1', 'quer', '389', '532', '27,5', '0,73'], tensile, 388);
  sheet.row(['P2', 'längs', '401', '541', '28,0', '0,74'], tensile, 398);
  sheet.text('Kerbschlagbiegeversuch / Notched bar impact test', 40, 422, { size: 9, bold: true });
  const impact = columns(40, [70, 60, 60, 50, 50, 50, 70]);
  sheet.row(['Probe Nr.', 'Richtung', 'Temp. °C', 'KV2 (J)', '', '', 'Mittelwert'], impact, 438);
  sheet.row(['Specimen', 'Direction', '', '1', '2', '3', 'Mean'], impact, 448);
  sheet.row(['K1', 'längs', '-20', '121', '134', '128', '127,7'], impact, 460);
  sheet.text('Z01 Bestätigung / Statement of compliance', 40, 500, { bold: true });
  sheet.text('Die Lieferung entspricht den Bedingungen der Bestellung.', 290, 500);
  sheet.text('Z02 Datum der Ausstellung / Date of issue', 40, 512, { bold: true });
  sheet.text('14.03.2023', 290, 512);
  sheet.text('Z03 Abnahmebeauftragter / Inspection representative', 40, 524, { bold: true });
  sheet.text('Dipl.-Ing. H. Petersen, Abt. Qualitätswesen', 290, 524);
  return {
    name: 'coded, English and German',
    bytes: await sheet.bytes(),
    expected: {
      documentType: '3.1',
      certificateNumber: 'NW-2023-004711',
      certificateDate: '2023-03-14',
      mill: 'Nordwalz Hütte GmbH',
      customer: 'Bruckner Maschinenbau KG',
      purchaseOrder: '4500081234',
      standards: ['EN 10025-2:2019'],
      qualities: ['S355J2+N'],
      heats: [
        {
          number: '718 342',
          elements: {
            C: '0.164',
            Si: '0.35',
            Mn: '1.42',
            P: '0.012',
            S: '<0.001',
            Al: '0.038',
            Cr: '0.05',
            Ni: '0.03',
            N: '0.0047',
          },
          formulas: { CEV: '0.42' },
          properties: [
            {
              kind: 'YIELD_STRENGTH_UPPER',
              symbol: 'ReH',
              value: '389',
              unit: 'MPa',
              direction: 'TRANSVERSE',
              specimen: 'P1',
            },
            {
              kind: 'TENSILE_STRENGTH',
              symbol: 'Rm',
              value: '532',
              unit: 'MPa',
              direction: 'TRANSVERSE',
              specimen: 'P1',
            },
            {
              kind: 'ELONGATION',
              symbol: 'A5',
              value: '27.5',
              unit: '%',
              direction: 'TRANSVERSE',
              specimen: 'P1',
            },
            {
              kind: 'YIELD_RATIO',
              symbol: 'Re/Rm',
              value: '0.73',
              unit: null,
              direction: 'TRANSVERSE',
              specimen: 'P1',
            },
            {
              kind: 'YIELD_STRENGTH_UPPER',
              symbol: 'ReH',
              value: '401',
              unit: 'MPa',
              direction: 'LONGITUDINAL',
              specimen: 'P2',
            },
            {
              kind: 'TENSILE_STRENGTH',
              symbol: 'Rm',
              value: '541',
              unit: 'MPa',
              direction: 'LONGITUDINAL',
              specimen: 'P2',
            },
            {
              kind: 'ELONGATION',
              symbol: 'A5',
              value: '28.0',
              unit: '%',
              direction: 'LONGITUDINAL',
              specimen: 'P2',
            },
            {
              kind: 'YIELD_RATIO',
              symbol: 'Re/Rm',
              value: '0.74',
              unit: null,
              direction: 'LONGITUDINAL',
              specimen: 'P2',
            },
            {
              kind: 'IMPACT_ENERGY',
              symbol: 'KV2',
              value: '127.7',
              unit: 'J',
              individualValues: ['121', '134', '128'],
              temperature: '-20',
              direction: 'LONGITUDINAL',
              specimen: 'K1',
            },
          ],
        },
      ],
    },
  };
}

/** Landscape, many heats in one table that goes on to the next page, a row of scales, decimal commas, in Spanish. */
export async function landscapeScales(
  heatCount = 46,
  heatsPerPage = Number.POSITIVE_INFINITY,
): Promise<InventedCertificate> {
  const sheet = new Sheet({ landscape: true, size: 7 });
  const heads = [
    'COLADA Nº',
    'C',
    'Mn',
    'Si',
    'P',
    'S',
    'Cr',
    'Ni',
    'Mo',
    'Cu',
    'N (ppm)',
    'Re',
    'Rm',
    'A %',
  ];
  const scales = [
    '',
    'x100',
    'x100',
    'x100',
    'x1000',
    'x1000',
    'x100',
    'x100',
    'x1000',
    'x100',
    '',
    'MPa',
    'MPa',
    '5d',
  ];
  const table = columns(40, [80, 40, 40, 40, 40, 40, 40, 40, 40, 40, 60, 50, 50, 50]);
  const head = (page: number) => {
    sheet.text('ACERÍA DEL SUR IBÉRICO, S.L.', 40, 25, { size: 13, bold: true });
    sheet.text('CERTIFICADO DE INSPECCIÓN 3.1 SEGÚN EN 10204', 480, 28, { size: 9, bold: true });
    sheet.text(`Página ${page}`, 770, 45);
    if (page > 1) return 70;
    sheet.text('Certificado nº: 23/08815', 480, 60);
    sheet.text('Fecha: 05/09/2023', 640, 60);
    sheet.text('Cliente: Talleres Guadaíra, S.A.', 40, 60);
    sheet.text('Pedido nº: P-77120', 250, 60);
    sheet.text('Producto: Redondo laminado en caliente', 40, 74);
    sheet.text('Calidad: 42CrMo4', 250, 74);
    sheet.text('Norma: EN 10083-3:2006', 480, 74);
    sheet.text('ANÁLISIS QUÍMICO Y CARACTERÍSTICAS MECÁNICAS', 40, 96, { bold: true });
    sheet.line(40, 108, 660, 108);
    sheet.row(heads, table, 112, { align: 'right' });
    sheet.row(scales, table, 122, { align: 'right' });
    sheet.line(40, 132, 660, 132);
    return 136;
  };
  let y = head(1);
  let page = 1;
  const heats: ExpectedHeat[] = [];
  for (let index = 0; index < heatCount; index++) {
    if (y > 540 || (index > 0 && index % heatsPerPage === 0)) {
      sheet.page({ landscape: true });
      y = head(++page);
    }
    const number = `E${30417 + index * 3}`;
    const tens = (base: number) => String(base + (index % 7));
    const cells = [
      number,
      tens(40),
      tens(75),
      tens(25),
      tens(11),
      tens(4),
      `10${index % 7}`,
      tens(12),
      tens(190),
      tens(18),
      tens(62),
      tens(912),
      `1.0${10 + index}`,
      `14,${index % 7}`,
    ];
    sheet.row(cells, table, y, { align: 'right' });
    y += 11;
    const by = (value: number, digits: number) => value.toFixed(digits);
    heats.push({
      number,
      elements: {
        C: by((40 + (index % 7)) / 100, 2),
        Mn: by((75 + (index % 7)) / 100, 2),
        Si: by((25 + (index % 7)) / 100, 2),
        P: by((11 + (index % 7)) / 1000, 3),
        S: by((4 + (index % 7)) / 1000, 3),
        Cr: by((100 + (index % 7)) / 100, 2),
        Ni: by((12 + (index % 7)) / 100, 2),
        Mo: by((190 + (index % 7)) / 1000, 3),
        Cu: by((18 + (index % 7)) / 100, 2),
        N: `${62 + (index % 7)} ppm`,
      },
      properties: [
        { kind: 'YIELD_STRENGTH', symbol: 'Re', value: String(912 + (index % 7)), unit: 'MPa' },
        { kind: 'TENSILE_STRENGTH', symbol: 'Rm', value: String(1010 + index), unit: 'MPa' },
        { kind: 'ELONGATION', symbol: 'A', value: `14.${index % 7}`, unit: '%' },
      ],
    });
  }
  return {
    name: 'landscape with scales, Spanish',
    bytes: await sheet.bytes(),
    expected: {
      documentType: '3.1',
      certificateNumber: '23/08815',
      certificateDate: '2023-09-05',
      mill: null,
      customer: 'Talleres Guadaíra, S.A.',
      purchaseOrder: 'P-77120',
      standards: ['EN 10083-3:2006'],
      qualities: ['42CrMo4'],
      heats,
    },
  };
}

/** Elements and properties down the side, limits and two heats across, Polish and English. */
export async function transposed(): Promise<InventedCertificate> {
  const sheet = new Sheet({ font: dejavu, size: 8 });
  sheet.text('HUTA BURSZTYNOWA S.A.', 60, 30, { size: 14 });
  sheet.text('ŚWIADECTWO ODBIORU 3.1 / INSPECTION CERTIFICATE 3.1 (PN-EN 10204)', 60, 52, { size: 10 });
  const pairs: [string, string][] = [
    ['Nr świadectwa / Certificate No.:', 'HB/2024/1093'],
    ['Data wystawienia / Date of issue:', '2024-02-09'],
    ['Klient / Customer:', 'Stocznia Wiślana Sp. z o.o.'],
    ['Zamówienie klienta / Customer order:', 'ZK-5518'],
    ['Wyrób / Product:', 'Rura stalowa bez szwu / Seamless steel tube'],
    ['Gatunek stali / Steel grade:', 'P265GH'],
    ['Norma / Standard:', 'PN-EN 10216-2:2014'],
  ];
  for (const [index, [label, value]] of pairs.entries()) {
    sheet.text(label, 60, 76 + index * 13);
    sheet.text(value, 260, 76 + index * 13);
  }
  sheet.text('Skład chemiczny [%] / Chemical composition [%]', 60, 180, { size: 9 });
  const grid = columns(60, [120, 60, 60, 80, 80]);
  sheet.row(['Pierwiastek / Element', 'min', 'max', 'Wytop A2211', 'Wytop A2212'], grid, 196);
  const shares: [string, string, string, string, string][] = [
    ['C', '-', '0.20', '0.140', '0.151'],
    ['Si', '-', '0.40', '0.22', '0.24'],
    ['Mn', '-', '1.40', '0.65', '0.71'],
    ['P', '-', '0.025', '0.011', '0.009'],
    ['S', '-', '0.010', '0.004', '0.003'],
    ['Cr', '-', '0.30', '0.08', '0.06'],
    ['Ni', '-', '0.30', '0.07', '0.05'],
    ['Mo', '-', '0.08', '0.01', '0.02'],
    ['Cu', '-', '0.30', '0.15', '0.13'],
    ['Al', '0.020', '-', '0.027', '0.031'],
  ];
  for (const [index, cells] of shares.entries()) sheet.row(cells, grid, 209 + index * 12);
  sheet.text('Własności mechaniczne / Mechanical properties', 60, 345, { size: 9 });
  const props = columns(60, [190, 50, 70, 70, 70]);
  sheet.row(['Własność / Property', 'Jednostka', 'Wymagane', 'A2211', 'A2212'], props, 361);
  sheet.row(['Nr wytopu / Heat No.', 'Unit', 'Required', '', ''], props, 371);
  sheet.row(['Granica plastyczności ReH', 'MPa', 'min 265', '312', '318'], props, 385);
  sheet.row(['Wytrzymałość na rozciąganie Rm', 'MPa', '410 - 570', '468', '472'], props, 397);
  sheet.row(['Wydłużenie A5', '%', 'min 23', '31', '30'], props, 409);
  sheet.row(['Twardość HBW', '', 'max 170', '141', '139'], props, 421);
  sheet.text('Kontroler / Inspector: mgr inż. K. Lis', 60, 470);
  const limits = (minimum: string | null, maximum: string | null) => ({ minimum, maximum });
  const heat = (number: string, column: 3 | 4, values: string[]): ExpectedHeat => ({
    number,
    elements: Object.fromEntries(shares.map((cells) => [cells[0], cells[column]])),
    properties: [
      {
        kind: 'YIELD_STRENGTH_UPPER',
        symbol: 'ReH',
        value: values[0] ?? null,
        unit: 'MPa',
        ...limits('265', null),
      },
      {
        kind: 'TENSILE_STRENGTH',
        symbol: 'Rm',
        value: values[1] ?? null,
        unit: 'MPa',
        ...limits('410', '570'),
      },
      { kind: 'ELONGATION', symbol: 'A5', value: values[2] ?? null, unit: '%', ...limits('23', null) },
      { kind: 'HARDNESS', symbol: 'HBW', value: values[3] ?? null, unit: null, ...limits(null, '170') },
    ],
  });
  return {
    name: 'transposed, Polish and English',
    bytes: await sheet.bytes(),
    expected: {
      documentType: '3.1',
      certificateNumber: 'HB/2024/1093',
      certificateDate: '2024-02-09',
      mill: null,
      customer: 'Stocznia Wiślana Sp. z o.o.',
      purchaseOrder: 'ZK-5518',
      standards: ['PN-EN 10216-2:2014'],
      qualities: ['P265GH'],
      heats: [heat('A2211', 3, ['312', '468', '31', '141']), heat('A2212', 4, ['318', '472', '30', '139'])],
    },
  };
}

/** A report in typewriter letters as in the United States: ASTM, ksi, inches, headings over two lines. */
export async function american(): Promise<InventedCertificate> {
  const sheet = new Sheet({ font: 'Courier', size: 8 });
  sheet.text('CUMBERLAND SPECIALTY METALS, INC.', 40, 30, { size: 13, bold: true });
  sheet.text('1200 Furnace Road, Oak Ridge, TN 37830', 40, 46);
  sheet.text('CERTIFIED MATERIAL TEST REPORT', 360, 30, { size: 10, bold: true });
  sheet.text('Sold To:', 40, 70);
  for (const [index, line] of ['Delta Valve Works LLC', '88 Bayou St', 'Houston, TX 77002'].entries())
    sheet.text(line, 100, 70 + index * 10);
  sheet.text('Cert. No: MTR-55821', 360, 70);
  sheet.text('Date: 11/28/2023', 360, 80);
  sheet.text('P.O. No: DV-20931', 360, 90);
  sheet.text('Heat No: 9X1247', 360, 100);
  sheet.text('Material: 316L', 40, 112);
  sheet.text('Spec: ASTM A276/A276M-17', 200, 112);
  sheet.text('Size: 2.000 in RD', 400, 112);
  sheet.text('CHEMICAL ANALYSIS (WT %)', 40, 134, { bold: true });
  const chem = columns(40, [50, 50, 50, 50, 50, 50, 50, 50, 50, 50]);
  sheet.row(['C', 'MN', 'P', 'S', 'SI', 'CR', 'NI', 'MO', 'N', 'CO'], chem, 148);
  sheet.row(['.019', '1.42', '.031', '.0240', '.38', '16.62', '10.05', '2.03', '.048', '.21'], chem, 160);
  sheet.text('MECHANICAL PROPERTIES', 40, 184, { bold: true });
  const mech = columns(40, [80, 80, 90, 90, 70]);
  sheet.row(['TENSILE', '.2% YIELD', 'ELONGATION', 'REDUCTION', 'HARDNESS'], mech, 198);
  sheet.row(['STRENGTH', 'STRENGTH', 'IN 2"', 'OF AREA', ''], mech, 208);
  sheet.row(['KSI', 'KSI', '%', '%', 'HB'], mech, 218);
  sheet.row(['86.4', '41.2', '58', '74', '163'], mech, 231);
  sheet.text('Intergranular corrosion test per ASTM A262 Practice E: Passed', 40, 255);
  sheet.text(
    'WE HEREBY CERTIFY THAT THE ABOVE IS CORRECT AS CONTAINED IN THE RECORDS OF THE COMPANY.',
    40,
    280,
    { size: 7 },
  );
  sheet.text('Quality Manager: R. Whitfield', 40, 300);
  return {
    name: 'American',
    bytes: await sheet.bytes(),
    expected: {
      documentType: null,
      certificateNumber: 'MTR-55821',
      certificateDate: '2023-11-28',
      mill: null,
      customer: 'Delta Valve Works LLC',
      purchaseOrder: 'DV-20931',
      standards: ['ASTM A276/A276M-17'],
      qualities: ['316L'],
      heats: [
        {
          number: '9X1247',
          elements: {
            C: '0.019',
            Mn: '1.42',
            P: '0.031',
            S: '0.0240',
            Si: '0.38',
            Cr: '16.62',
            Ni: '10.05',
            Mo: '2.03',
            N: '0.048',
            Co: '0.21',
          },
          properties: [
            { kind: 'TENSILE_STRENGTH', value: '86.4', unit: 'ksi' },
            { kind: 'PROOF_STRENGTH', symbol: 'Rp0.2', value: '41.2', unit: 'ksi' },
            { kind: 'ELONGATION', symbol: 'A50', value: '58', unit: '%' },
            { kind: 'REDUCTION_OF_AREA', symbol: 'Z', value: '74', unit: '%' },
            { kind: 'HARDNESS', symbol: 'HB', value: '163', unit: null },
          ],
        },
      ],
    },
  };
}

/** French, ladle and product analysis of two heats, a table of items, impact under a heading of its own. */
export async function french(): Promise<InventedCertificate> {
  const sheet = new Sheet({ size: 8 });
  sheet.text('Forges de la Meuse SAS', 50, 30, { size: 14, bold: true });
  sheet.text('CERTIFICAT DE RÉCEPTION 3.1 - NF EN 10204', 300, 34, { size: 10, bold: true });
  sheet.text('Producteur', 50, 60, { bold: true });
  sheet.text('Forges de la Meuse SAS', 50, 71);
  sheet.text('12 quai des Aciéries', 50, 81);
  sheet.text('55100 Verdun', 50, 91);
  sheet.text('Client', 220, 60, { bold: true });
  sheet.text('Chaudronnerie Lambert', 220, 71);
  sheet.text('3 rue du Port', 220, 81);
  sheet.text('44600 Saint-Nazaire', 220, 91);
  sheet.text('Certificat n°', 400, 60, { bold: true });
  sheet.text('FM 23-1187', 400, 71);
  sheet.text("Date d'émission", 480, 60, { bold: true });
  sheet.text('7 juin 2023', 480, 71);
  sheet.text('Votre commande', 400, 88, { bold: true });
  sheet.text('CL/99120', 400, 99);
  sheet.text('Nuance : P355NH', 50, 120);
  sheet.text('Norme : NF EN 10028-3', 220, 120);
  sheet.text('État de livraison : normalisé', 400, 120);
  const items = columns(50, [50, 110, 60, 80, 90]);
  sheet.row(['Poste', 'Dimensions (mm)', 'Nombre', 'Poids (kg)', 'Coulée n°'], items, 142, { bold: true });
  sheet.row(['1', '12 x 2500 x 8000', '3', '5 652', '61/4402'], items, 154);
  sheet.row(['2', '20 x 2500 x 6000', '2', '4 710', '61/4417'], items, 166);
  sheet.text('Analyse chimique (%)', 50, 190, { size: 9, bold: true });
  const chem = columns(50, [60, 60, 38, 38, 38, 38, 38, 38, 38, 38, 44]);
  sheet.row(['Coulée', 'Analyse', 'C', 'Si', 'Mn', 'P', 'S', 'Al', 'Nb', 'V', 'Céq'], chem, 204, {
    bold: true,
  });
  sheet.row(
    ['61/4402', 'coulée', '0,17', '0,38', '1,49', '0,011', '0,002', '0,034', '0,018', '0,004', '0,43'],
    chem,
    216,
  );
  sheet.row(
    ['', 'produit', '0,18', '0,39', '1,50', '0,012', '0,002', '0,033', '0,019', '0,004', ''],
    chem,
    228,
  );
  sheet.row(
    ['61/4417', 'coulée', '0,16', '0,36', '1,47', '0,010', '<=0,001', '0,036', '0,020', '-', '0,42'],
    chem,
    240,
  );
  sheet.text('Essais de traction', 50, 264, { size: 9, bold: true });
  const tensile = columns(50, [70, 50, 70, 70, 70]);
  sheet.row(['Coulée', 'Sens', 'ReH N/mm²', 'Rm N/mm²', 'A %'], tensile, 278, { bold: true });
  sheet.row(['61/4402', 'T', '402', '548', '26,5'], tensile, 290);
  sheet.row(['61/4417', 'T', '395', '541', '27'], tensile, 302);
  sheet.text('Essais de résilience KV2 à -40 °C (J)', 50, 326, { size: 9, bold: true });
  const impact = columns(50, [70, 50, 40, 40, 40, 60]);
  sheet.row(['Coulée', 'Sens', '1', '2', '3', 'Moyenne'], impact, 340, { bold: true });
  sheet.row(['61/4402', 'L', '88', '93', '90', '90,3'], impact, 352);
  sheet.row(['61/4417', 'L', '101', '97', '99', '99'], impact, 364);
  sheet.text('Contrôle ultrasons : satisfaisant', 50, 390);
  sheet.text('Contrôleur : M. Delvaux, service qualité', 50, 410);
  const properties = (reh: string, rm: string, a: string, kv: string[], mean: string): ExpectedProperty[] => [
    { kind: 'YIELD_STRENGTH_UPPER', symbol: 'ReH', value: reh, unit: 'N/mm²', direction: 'TRANSVERSE' },
    { kind: 'TENSILE_STRENGTH', symbol: 'Rm', value: rm, unit: 'N/mm²', direction: 'TRANSVERSE' },
    { kind: 'ELONGATION', symbol: 'A', value: a, unit: '%', direction: 'TRANSVERSE' },
    {
      kind: 'IMPACT_ENERGY',
      symbol: 'KV2',
      value: mean,
      unit: 'J',
      individualValues: kv,
      temperature: '-40',
      direction: 'LONGITUDINAL',
    },
  ];
  return {
    name: 'French',
    bytes: await sheet.bytes(),
    expected: {
      documentType: '3.1',
      certificateNumber: 'FM 23-1187',
      certificateDate: '2023-06-07',
      mill: 'Forges de la Meuse SAS',
      customer: 'Chaudronnerie Lambert',
      purchaseOrder: 'CL/99120',
      standards: ['NF EN 10028-3'],
      qualities: ['P355NH'],
      heats: [
        {
          number: '61/4402',
          elements: {
            'C LADLE': '0.17',
            'Si LADLE': '0.38',
            'Mn LADLE': '1.49',
            'P LADLE': '0.011',
            'S LADLE': '0.002',
            'Al LADLE': '0.034',
            'Nb LADLE': '0.018',
            'V LADLE': '0.004',
            'C PRODUCT': '0.18',
            'Si PRODUCT': '0.39',
            'Mn PRODUCT': '1.50',
            'P PRODUCT': '0.012',
            'S PRODUCT': '0.002',
            'Al PRODUCT': '0.033',
            'Nb PRODUCT': '0.019',
            'V PRODUCT': '0.004',
          },
          formulas: { CEV: '0.43' },
          properties: properties('402', '548', '26.5', ['88', '93', '90'], '90.3'),
        },
        {
          number: '61/4417',
          elements: {
            'C LADLE': '0.16',
            'Si LADLE': '0.36',
            'Mn LADLE': '1.47',
            'P LADLE': '0.010',
            'S LADLE': '<=0.001',
            'Al LADLE': '0.036',
            'Nb LADLE': '0.020',
          },
          formulas: { CEV: '0.42' },
          properties: properties('395', '541', '27', ['101', '97', '99'], '99'),
        },
      ],
    },
  };
}

/** Italian: everything of a heat in one wide row, and a second block of values in running pairs. */
export async function italian(): Promise<InventedCertificate> {
  const sheet = new Sheet({ landscape: true, size: 7 });
  sheet.text('Acciaierie Val Serena S.p.A.', 40, 28, { size: 13, bold: true });
  sheet.text('CERTIFICATO DI COLLAUDO TIPO 3.1 - UNI EN 10204:2005', 480, 30, { size: 9, bold: true });
  sheet.text('Certificato n.', 40, 60);
  sheet.text('24/003917', 110, 60);
  sheet.text('Data', 200, 60);
  sheet.text('22.01.2024', 240, 60);
  sheet.text('Cliente', 330, 60);
  sheet.text('Officine Brambati S.r.l.', 380, 60);
  sheet.text('Ordine cliente', 540, 60);
  sheet.text('OB-4410', 610, 60);
  sheet.text('Qualità', 40, 74);
  sheet.text('1.4404', 110, 74);
  sheet.text('Norma', 200, 74);
  sheet.text('EN 10088-3:2014', 240, 74);
  const wide = columns(40, [70, 36, 36, 36, 36, 36, 36, 36, 36, 36, 60, 56, 46, 46, 46]);
  sheet.row(
    ['Colata', 'C', 'Si', 'Mn', 'P', 'S', 'Cr', 'Ni', 'Mo', 'N', 'Rp0,2', 'Rp1,0', 'Rm', 'A', 'Durezza'],
    wide,
    100,
    { align: 'center', bold: true },
  );
  sheet.row(
    ['', '%', '%', '%', '%', '%', '%', '%', '%', '%', 'N/mm²', 'N/mm²', 'N/mm²', '%', 'HB'],
    wide,
    110,
    { align: 'center' },
  );
  sheet.row(
    ['Min', '', '', '', '', '', '16,5', '10,0', '2,00', '', '200', '235', '500', '40', ''],
    wide,
    122,
    { align: 'center' },
  );
  sheet.row(
    [
      'Max',
      '0,030',
      '1,00',
      '2,00',
      '0,045',
      '0,030',
      '18,5',
      '13,0',
      '2,50',
      '0,10',
      '',
      '',
      '700',
      '',
      '215',
    ],
    wide,
    132,
    { align: 'center' },
  );
  sheet.row(
    [
      '247701',
      '0,021',
      '0,44',
      '1,31',
      '0,032',
      '0,021',
      '16,81',
      '10,08',
      '2,04',
      '0,058',
      '271',
      '312',
      '577',
      '54',
      '172',
    ],
    wide,
    144,
    { align: 'center' },
  );
  sheet.row(
    [
      '247702',
      '0,018',
      '0,41',
      '1,36',
      '0,030',
      '0,024',
      '16,77',
      '10,11',
      '2,02',
      '0,061',
      '268',
      '309',
      '571',
      '55',
      '170',
    ],
    wide,
    154,
    { align: 'center' },
  );
  sheet.text('Responsabile qualità: Ing. P. Ferraris', 40, 200);
  const limits = (minimum: string | null, maximum: string | null) => ({ minimum, maximum });
  const heat = (number: string, e: string[], p: string[]): ExpectedHeat => ({
    number,
    elements: Object.fromEntries(
      ['C', 'Si', 'Mn', 'P', 'S', 'Cr', 'Ni', 'Mo', 'N'].map((symbol, index) => [symbol, e[index] ?? '']),
    ),
    properties: [
      { kind: 'PROOF_STRENGTH', symbol: 'Rp0.2', value: p[0] ?? null, unit: 'N/mm²', ...limits('200', null) },
      { kind: 'PROOF_STRENGTH', symbol: 'Rp1.0', value: p[1] ?? null, unit: 'N/mm²', ...limits('235', null) },
      { kind: 'TENSILE_STRENGTH', symbol: 'Rm', value: p[2] ?? null, unit: 'N/mm²', ...limits('500', '700') },
      { kind: 'ELONGATION', symbol: 'A', value: p[3] ?? null, unit: '%', ...limits('40', null) },
      { kind: 'HARDNESS', symbol: 'HB', value: p[4] ?? null, unit: null, ...limits(null, '215') },
    ],
  });
  return {
    name: 'Italian, one row a heat',
    bytes: await sheet.bytes(),
    expected: {
      documentType: '3.1',
      certificateNumber: '24/003917',
      certificateDate: '2024-01-22',
      mill: null,
      customer: 'Officine Brambati S.r.l.',
      purchaseOrder: 'OB-4410',
      standards: ['EN 10088-3:2014'],
      qualities: ['1.4404'],
      heats: [
        heat(
          '247701',
          ['0.021', '0.44', '1.31', '0.032', '0.021', '16.81', '10.08', '2.04', '0.058'],
          ['271', '312', '577', '54', '172'],
        ),
        heat(
          '247702',
          ['0.018', '0.41', '1.36', '0.030', '0.024', '16.77', '10.11', '2.02', '0.061'],
          ['268', '309', '571', '55', '170'],
        ),
      ],
    },
  };
}

/** A powder's certificate: pairs of element and value in running lines, balance, ppm, a 2.2 report. */
export async function powder(): Promise<InventedCertificate> {
  const sheet = new Sheet({ size: 9 });
  sheet.text('Atomica Powders B.V.', 50, 40, { size: 15, bold: true });
  sheet.text('Test report 2.2 acc. to EN 10204', 330, 44, { size: 11 });
  sheet.text('Certificate no. AP-0311', 50, 80);
  sheet.text('Issue date 3 Oct 2024', 250, 80);
  sheet.text('Customer: Printwerk Delft', 50, 95);
  sheet.text('Purchase order: 70021', 250, 95);
  sheet.text('Grade: Ti-6Al-4V grade 23', 50, 110);
  sheet.text('Standard: ASTM F3001', 250, 110);
  sheet.text('Batch no. T23-1140', 50, 125);
  sheet.text('Heat no. 88-20417', 250, 125);
  sheet.text('Chemical composition (wt.%)', 50, 150, { bold: true });
  sheet.text(
    'Al 6.21   V 3.98   Fe 0.18   C 0.010   N 0.014   H 0.0021   O 0.098   Y <0.001   Ti Bal.',
    50,
    166,
  );
  return {
    name: 'running pairs, powder',
    bytes: await sheet.bytes(),
    expected: {
      documentType: '2.2',
      certificateNumber: 'AP-0311',
      certificateDate: '2024-10-03',
      mill: null,
      customer: 'Printwerk Delft',
      purchaseOrder: '70021',
      standards: ['ASTM F3001'],
      qualities: ['Ti-6Al-4V grade 23'],
      heats: [
        {
          number: '88-20417',
          elements: {
            Al: '6.21',
            V: '3.98',
            Fe: '0.18',
            C: '0.010',
            N: '0.014',
            H: '0.0021',
            O: '0.098',
            Y: '<0.001',
            Ti: 'null',
          },
          properties: [],
        },
      ],
    },
  };
}

/** The same certificate as a picture of 200 dpi with some noise and a little tilt: what a scanner sends. */
export async function scanned(
  original: InventedCertificate,
  options: { turned?: 0 | 90 | 180 | 270 } = {},
): Promise<InventedCertificate> {
  const drawn = await renderPage(original.bytes, 1, 1654);
  const { width = 1654, height = 2339 } = await sharp(drawn).metadata();
  const scan = sharp(drawn)
    .rotate(0.2, { background: 'white' })
    .resize(width, height, { fit: 'fill' })
    .greyscale()
    .blur(0.4);
  const flat = await scan.png().toBuffer();
  const png = options.turned ? await sharp(flat).rotate(options.turned).png().toBuffer() : flat;
  const sideways = options.turned === 90 || options.turned === 270;
  const landscape = sideways ? height > width : width > height;
  const sheet = new Sheet({ landscape });
  sheet.image(new Uint8Array(png), landscape ? 841.89 : 595.28);
  return { name: `${original.name}, scanned`, bytes: await sheet.bytes(), expected: original.expected };
}

/** All layouts that have a text layer. */
export function allLayouts(): Promise<InventedCertificate[]> {
  return Promise.all([
    codedBilingual(),
    landscapeScales(),
    transposed(),
    american(),
    french(),
    italian(),
    powder(),
  ]);
}
