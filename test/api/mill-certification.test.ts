import { createHash } from 'node:crypto';
import { unzipSync } from 'fflate';
import PDFDocument from 'pdfkit';
import { getDocumentProxy } from 'unpdf';
import { describe, expect, it, vi } from 'vitest';
import { graphql } from '../../client/generated/gql.ts';
import type { CreateMillCertificationInput } from '../../client/generated/graphql.ts';
import { unique, useApp } from '../support/app.ts';
import { keepPages } from '../support/artefacts.ts';
import type { Client } from '../support/client.ts';
import { makeLot, makePowder } from '../support/materials.ts';
import { american, type InventedCertificate, landscapeScales } from '../support/mill-certificates.ts';
import { subscribe } from '../support/stream.ts';
import { storeFile } from '../support/uploads.ts';
import { absentId, act } from './support.ts';

// Processes that read are started one after the other: on a busy machine that takes its time.
vi.setConfig({ testTimeout: 180_000 });

const app = useApp({ jobs: { poll: 200, pause: 50 } });

const Upload = graphql(`
  mutation MillUpload($input: UploadMillCertificationInput!) {
    uploadMillCertification(input: $input) {
      __typename
      ... on UploadMillCertificationSuccess { millCertification { id status version source originalFileName } }
      ... on BlockedError { blockedBy { rule message subject { id } } }
      ... on InvalidInputError { issues { path message } }
    }
  }
`);
const Create = graphql(`
  mutation MillCreate($input: CreateMillCertificationInput!) {
    createMillCertification(input: $input) {
      __typename
      ... on CreateMillCertificationSuccess { millCertification { ...MillShown } }
      ... on BlockedError { blockedBy { rule message } }
      ... on InvalidInputError { issues { path message } }
    }
  }
`);
const Update = graphql(`
  mutation MillUpdate($input: UpdateMillCertificationInput!) {
    updateMillCertification(input: $input) {
      __typename
      ... on UpdateMillCertificationSuccess { millCertification { ...MillShown } }
      ... on BlockedError { blockedBy { rule message subject { id label } } }
      ... on InvalidInputError { issues { path message } }
      ... on TransitionError { from }
      ... on ConflictError { currentVersion }
      ... on NotFoundError { id }
    }
  }
`);
const Review = graphql(`
  mutation MillReview($input: ReviewMillCertificationInput!) {
    reviewMillCertification(input: $input) {
      __typename
      ... on ReviewMillCertificationSuccess { millCertification { ...MillShown } }
      ... on BlockedError { blockedBy { rule message } }
      ... on InvalidInputError { issues { path message } }
      ... on TransitionError { from allowedActions }
    }
  }
`);
const MakeDocument = graphql(`
  mutation MillDocument($input: CreateMaterialTestCertificateInput!) {
    createMaterialTestCertificate(input: $input) {
      __typename
      ... on CreateMaterialTestCertificateSuccess {
        materialTestCertificate { id revision isDraft sha256 file { name mediaType sha256 url } }
      }
      ... on TransitionError { from }
    }
  }
`);
graphql(`
  fragment MillShown on MillCertification {
    id version revision status statusNotes source isTestRun originalFileName newFileName pageCount hasTextLayer
    documentType certificateNumber supplier mill standard quality product productionProcess certificateDate
    customerName customerAddress orderNumber reviewStatus reviewComment reviewedAt reviewedBy { id } heatNumbers
    allowedActions
    findings { rule severity message heatNumber numbers { name value } }
    readings { field reading { page x y width height confidence text } }
    heats(orderBy: [{ field: POSITION, direction: ASC }]) {
      nodes {
        id number position reading { page confidence }
        elements { id symbol isFormula operator value text unit minimum maximum reading { page confidence text } }
        properties {
          id kind symbol operator value text unit minimum maximum individualValues temperature direction specimen method
          reading { page }
        }
      }
    }
  }
`);
const Read = graphql(`
  query MillRead($id: ID!) { millCertification(id: $id) { ...MillShown } }
`);
const Downloads = graphql(`
  query MillDownloads($id: ID!) {
    millCertification(id: $id) {
      file { url }
      pages { number width height isRecognized heatNumbers fileName url }
      byPage: scansUrl(groupBy: PAGE) byHeat: scansUrl(groupBy: HEAT) csvUrl
    }
  }
`);
const List = graphql(`
  query MillList($filter: MillCertificationFilter, $search: String) {
    millCertifications(filter: $filter, search: $search) { totalCount nodes { id } }
  }
`);
const Heats = graphql(`
  query MillHeats($lot: ID!, $filter: HeatFilter) {
    materialLot(id: $lot) { heats { nodes { heat { number elements { symbol value } millCertification { id } } } } }
    heats(filter: $filter) { totalCount nodes { id } }
  }
`);
const Events = graphql(`
  subscription MillEvents($id: ID, $after: Cursor) {
    millCertificationEvents(millCertificationId: $id, after: $after) {
      __typename
      ... on MillCertificationCreated { cursor }
      ... on MillCertificationStatusChanged { cursor from to }
    }
  }
`);

const idOf = (client: Client) => async (input: object) =>
  (await client.success(Upload, { input: input as never }, 'UploadMillCertificationSuccess'))
    .millCertification;

async function uploadPdf(client: Client, content: Uint8Array, input: object = {}) {
  const fileId = await storeFile(app(), client, content as Uint8Array<ArrayBuffer>, { name: 'scan.pdf' });
  return idOf(client)({ fileId, ...input });
}

async function read(client: Client, id: string) {
  const { millCertification } = await client.query(Read, { id });
  if (!millCertification) throw new Error('It is gone.');
  return millCertification;
}

/** Waits until it is read, or could not be. */
async function settled(client: Client, id: string) {
  await expect
    .poll(async () => (await read(client, id)).status, { timeout: 110_000, interval: 200 })
    .toMatch(/COMPLETED|FAILED|REJECTED/);
  return read(client, id);
}

async function fetched(url: string | null | undefined): Promise<{ content: Buffer; headers: Headers }> {
  if (!url) throw new Error('There is no link.');
  const response = await fetch(new URL(url, app().url));
  expect(response.status).toBe(200);
  return { content: Buffer.from(await response.arrayBuffer()), headers: response.headers };
}

async function wordsOf(pdf: Uint8Array): Promise<string[]> {
  const document = await getDocumentProxy(new Uint8Array(pdf));
  const words: string[] = [];
  for (let page = 1; page <= document.numPages; page++) {
    const { items } = await (await document.getPage(page)).getTextContent();
    words.push(...items.flatMap((item) => ('str' in item && item.str.trim() ? [item.str.trim()] : [])));
  }
  return words;
}

/** A document by hand: two heats of 316L, plausible in all. */
const byHand = (more: Partial<CreateMillCertificationInput> = {}): CreateMillCertificationInput => ({
  document: {
    documentType: 'TYPE_3_1',
    certificateNumber: unique('C'),
    supplier: 'Kvarken Steel',
    mill: 'Kvarken Works',
    quality: '1.4404',
    certificateDate: '2026-03-02',
    inspector: 'A. Holm',
    department: 'Quality department',
  },
  heats: ['K100', 'K200'].map((number) => ({
    number,
    elements: [
      { symbol: 'C', value: '0.02', text: '0.020' },
      { symbol: 'Cr', value: '17.1' },
      { symbol: 'Ni', value: '11.2' },
      { symbol: 'Mo', value: '2.1' },
      { symbol: 'S', operator: 'LESS', value: '0.002' },
    ],
  })),
  properties: [
    { heatNumber: 'K100', kind: 'TENSILE_STRENGTH', symbol: 'Rm', value: '585', unit: 'MPa' },
    { heatNumber: 'K100', kind: 'PROOF_STRENGTH', symbol: 'Rp0.2', value: '290', unit: 'MPa' },
    { heatNumber: 'K200', kind: 'TENSILE_STRENGTH', symbol: 'Rm', value: '590', unit: 'MPa' },
  ],
  ...more,
});

const create = async (client: Client, input: CreateMillCertificationInput) =>
  (await client.success(Create, { input }, 'CreateMillCertificationSuccess')).millCertification;

const pdfWith = (write: (document: PDFKit.PDFDocument) => void, options: object = {}): Promise<Buffer> =>
  new Promise((resolve) => {
    const document = new PDFDocument(options);
    const chunks: Buffer[] = [];
    document.on('data', (chunk: Buffer) => chunks.push(chunk));
    document.on('end', () => resolve(Buffer.concat(chunks)));
    write(document);
    document.end();
  });

/** Two certificates, one page after the other. */
const joined = async (...parts: InventedCertificate[]): Promise<Uint8Array> => {
  const { PDFDocument: Joined } = await import('@cantoo/pdf-lib');
  const target = await Joined.create();
  for (const { bytes } of parts) {
    const source = await Joined.load(bytes);
    for (const page of await target.copyPages(source, source.getPageIndices())) target.addPage(page);
  }
  return target.save();
};

describe('uploadMillCertification', () => {
  it('reads the document: status by status, values with their places, and nothing that it does not say', async () => {
    const { ours, theirs } = await app().organizations();
    const document = await american();
    const watching = await subscribe(ours.client, Events, {});
    const { id, status } = await uploadPdf(ours.client, document.bytes);
    expect(status).toBe('UPLOADED');
    const done = await settled(ours.client, id);
    expect(done).toMatchObject({
      status: 'COMPLETED',
      source: 'UPLOAD',
      pageCount: 1,
      hasTextLayer: true,
      certificateNumber: 'MTR-55821',
      certificateDate: '2023-11-28',
      quality: '316L',
      standard: 'ASTM A276/A276M-17',
      customerName: 'Delta Valve Works LLC',
      orderNumber: 'DV-20931',
      originalFileName: 'scan.pdf',
      heatNumbers: ['9X1247'],
      reviewStatus: null,
    });
    expect(done.newFileName).toMatch(/9X1247_MTR-55821_2023-11-28\.pdf$/);
    const [heat] = done.heats.nodes;
    const expected = document.expected.heats[0];
    expect(Object.fromEntries(heat?.elements.map(({ symbol, text }) => [symbol, text]) ?? [])).toMatchObject({
      Cr: '16.62',
      S: '.0240',
    });
    expect(heat?.elements.map(({ symbol, value }) => [symbol, Number(value)])).toEqual(
      Object.entries(expected?.elements ?? {}).map(([symbol, value]) => [symbol, Number(value)]),
    );
    for (const { reading } of heat?.elements ?? []) {
      expect(reading?.page).toBe(1);
      expect(reading?.confidence).toBeGreaterThan(0.5);
    }
    expect(heat?.properties.map(({ kind, value, unit }) => ({ kind, value, unit }))).toEqual(
      expected?.properties.map(({ kind, value, unit }) => ({ kind, value, unit })),
    );
    expect(done.readings.find(({ field }) => field === 'certificateNumber')?.reading.text).toContain('55821');
    const statuses: unknown[] = [];
    while (statuses.at(-1) !== 'COMPLETED') {
      const message = await watching.next();
      if (message.__typename === 'MillCertificationStatusChanged') {
        statuses.push(message.to);
      }
    }
    expect(statuses).toEqual(['SCANNED', 'PROCESSED', 'COMPLETED']);
    await watching.close();
    expect((await theirs.client.query(Read, { id })).millCertification).toBeNull();
  });

  it('gives pages alone, archives by page and by heat, and its details as CSV', async () => {
    const { ours } = await app().organizations();
    const { id } = await uploadPdf(ours.client, await joined(await american(), await landscapeScales(3)));
    expect((await settled(ours.client, id)).status).toBe('COMPLETED');
    const { millCertification } = await ours.client.query(Downloads, { id });
    const pages = millCertification?.pages ?? [];
    expect(pages.map(({ number }) => number)).toEqual([1, 2]);
    expect(pages[0]?.heatNumbers).toEqual(['9X1247']);
    expect(Number(pages[0]?.width)).toBeLessThan(Number(pages[1]?.width));
    const [first, second] = await Promise.all(pages.map(({ url }) => fetched(url)));
    expect(await wordsOf(first?.content ?? Buffer.alloc(0))).toContainEqual(
      expect.stringContaining('9X1247'),
    );
    expect(await wordsOf(second?.content ?? Buffer.alloc(0))).not.toContainEqual(
      expect.stringContaining('9X1247'),
    );
    expect(first?.headers.get('content-type')).toBe('application/pdf');

    const byPage = unzipSync((await fetched(millCertification?.byPage)).content);
    expect(Object.keys(byPage).sort()).toEqual([
      expect.stringMatching(/-1\.pdf$/),
      expect.stringMatching(/-2\.pdf$/),
    ]);
    expect(Buffer.from(Object.values(byPage)[0] ?? []).equals(first?.content ?? Buffer.alloc(0))).toBe(true);
    const byHeat = Object.keys(unzipSync((await fetched(millCertification?.byHeat)).content));
    expect(byHeat).toContainEqual(expect.stringMatching(/^heat-9X1247\/.*-1\.pdf$/));
    expect(byHeat.filter((name) => name.endsWith('-2.pdf'))).toHaveLength(pages[1]?.heatNumbers.length ?? 0);

    const { content, headers } = await fetched(millCertification?.csvUrl);
    const lines = content.toString('utf8').trim().split('\n');
    expect(headers.get('content-type')).toContain('text/csv');
    expect(lines[0]).toContain('certificate,supplier,mill');
    expect(lines.find((line) => line.includes(',Cr,'))).toContain('16.62');
  });

  it('keeps one under the id that the client chose: the same content is the same, other content is refused', async () => {
    const { ours, theirs } = await app().organizations();
    const guid = '3F2504E0-4F89-41D3-9A0C-0305E82C3301';
    const { bytes } = await american();
    const first = await uploadPdf(ours.client, bytes, { guid });
    expect(first.id).toBe('mill_3f2504e04f8941d39a0c0305e82c3301');
    const again = await uploadPdf(ours.client, bytes, { guid: first.id });
    expect(again.id).toBe(first.id);
    const other = await storeFile(
      app(),
      ours.client,
      (await pdfWith((document) => document.text('other'))) as Buffer<ArrayBuffer>,
    );
    const { blockedBy } = await ours.client.refused(
      Upload,
      { input: { fileId: other, guid } },
      'BlockedError',
    );
    expect(blockedBy.map(({ rule, subject }) => [rule, subject?.id])).toEqual([
      ['millCertification.otherContent', first.id],
    ]);
    // Ids are an organization's own.
    const same = await uploadPdf(theirs.client, bytes, { guid });
    expect(same.id).toBe(first.id);
    const mine = await ours.client.query(List, {});
    expect(mine.millCertifications.nodes.map(({ id }) => id)).toEqual([first.id]);
  });

  it('refuses what is no PDF, and rejects what is hostile or cannot be opened, with the reason', async () => {
    const { ours } = await app().organizations();
    const text = await storeFile(app(), ours.client, 'just text', { name: 'text.pdf' });
    const { issues } = await ours.client.refused(Upload, { input: { fileId: text } }, 'InvalidInputError');
    expect(issues).toEqual([{ path: ['fileId'], message: 'must be a PDF; it is text/plain.' }]);
    const scripted = await pdfWith((document) => {
      document.text('certificate');
      document.addNamedJavaScript('begin', 'app.alert(1)');
    });
    const encrypted = await pdfWith((document) => document.text('certificate'), { userPassword: 'secret' });
    const broken = Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.alloc(2_000, 'x')]);
    const of = async (content: Buffer) => {
      const done = await settled(ours.client, (await uploadPdf(ours.client, content)).id);
      expect(done.heats.nodes).toEqual([]);
      expect(done.statusNotes).toBeTruthy();
      return done.status;
    };
    expect(await Promise.all([of(scripted), of(encrypted), of(broken)])).toEqual([
      'REJECTED',
      'REJECTED',
      'FAILED',
    ]);
  });
});

describe('a mill certification by hand', () => {
  it('is complete at once, with its PDF kept and not read', async () => {
    const { ours } = await app().organizations();
    const fileId = await storeFile(app(), ours.client, (await american()).bytes as Uint8Array<ArrayBuffer>);
    const made = await create(ours.client, byHand({ fileId }));
    expect(made).toMatchObject({ status: 'COMPLETED', source: 'MANUAL', pageCount: null, revision: 1 });
    expect(made.heats.nodes.map(({ number, properties }) => [number, properties.length])).toEqual([
      ['K100', 2],
      ['K200', 1],
    ]);
    expect(made.heats.nodes[0]?.elements.map(({ symbol, text }) => `${symbol} ${text}`)).toEqual([
      'C 0.020',
      'Cr 17.1',
      'Ni 11.2',
      'Mo 2.1',
      'S < 0.002',
    ]);
    expect(made.findings.filter(({ severity }) => severity === 'ERROR')).toEqual([]);
  });

  it('is told what is not plausible, with the numbers', async () => {
    const { ours } = await app().organizations();
    const made = await create(
      ours.client,
      byHand({
        heats: [
          {
            number: 'K1',
            elements: [
              { symbol: 'Cr', value: '71' },
              { symbol: 'Ni', value: '40' },
            ],
          },
        ],
        properties: [
          { kind: 'TENSILE_STRENGTH', symbol: 'Rm', value: '300', unit: 'MPa' },
          { kind: 'YIELD_STRENGTH_UPPER', symbol: 'ReH', value: '420', unit: 'MPa' },
        ],
      }),
    );
    const errors = made.findings.filter(({ severity }) => severity === 'ERROR');
    expect(errors.map(({ rule }) => rule)).toEqual(expect.arrayContaining(['chemistry.sum']));
    expect(errors.some(({ numbers }) => numbers.some(({ value }) => value === '420'))).toBe(true);
  });

  it('is told when another document has another chemistry of the same heat', async () => {
    const { ours } = await app().organizations();
    await create(ours.client, byHand());
    const twin = byHand();
    const heats = twin.heats?.map((heat) => ({
      ...heat,
      elements: heat.elements.map((each) => (each.symbol === 'Cr' ? { ...each, value: '16.2' } : each)),
    }));
    const made = await create(ours.client, { ...twin, heats: heats ?? null });
    const found = made.findings.filter(({ rule }) => rule === 'heat.otherChemistry');
    expect(found.map(({ heatNumber }) => heatNumber)).toEqual(['K100', 'K200']);
    expect(found[0]?.message).toContain('Cr 16.2 here, 17.1 there');
  });

  it('refuses what does not belong together, naming each place', async () => {
    const { ours } = await app().organizations();
    const refused = async (input: CreateMillCertificationInput) => {
      const { issues } = await ours.client.refused(Create, { input }, 'InvalidInputError');
      return issues.map(({ path }) => path.join('.'));
    };
    const heat = byHand().heats?.[0];
    if (!heat) throw new Error('No heat.');
    expect(await refused(byHand({ heats: [heat, heat] }))).toEqual(['heats.1.number']);
    expect(
      await refused(byHand({ properties: [{ heatNumber: 'K300', kind: 'HARDNESS', value: '160' }] })),
    ).toEqual(['properties.0.heatNumber']);
    expect(await refused(byHand({ properties: [{ kind: 'HARDNESS', value: '160' }] }))).toEqual([
      'properties.0.heatId',
    ]);
    expect(await refused(byHand({ heats: [{ ...heat, heatId: absentId('Heat') }], properties: [] }))).toEqual(
      ['heats.0.heatId'],
    );
  });
});

/** A document of EN 10168, of a mill that does not exist. */
const en10168 = {
  RefSchemaUrl: 'https://example.com/en10168/schema.json',
  Certificate: {
    CertificateLanguages: ['EN'],
    CommercialTransaction: {
      A01: {
        CompanyName: 'Brenta Acciai SpA',
        Street: 'Via Forgia 3',
        ZipCode: '36100',
        City: 'Vicenza',
        Country: 'IT',
      },
      A02: 'Inspection certificate EN 10204 3.1',
      A03: 'BA-7712',
      A06: {
        CompanyName: 'Alpe Flange GmbH',
        Street: 'Ofenweg 2',
        ZipCode: '6020',
        City: 'Innsbruck',
        Country: 'AT',
      },
      A07: 'PO-991',
      SupplementaryInformation: { A10: { Key: 'Colour of the tag', Value: 'green', Type: 'string' } },
    },
    ProductDescription: {
      B01: 'Round bars',
      B02: { SteelDesignation: ['42CrMo4'], ProductNorm: ['EN 10083-3'] },
    },
    Inspection: {
      C00: 'H5501',
      ChemicalComposition: {
        C71: { Symbol: 'C', Actual: '0.410' },
        C73: { Symbol: 'Mn', Actual: '0.75' },
        C77: { Symbol: 'Cr', Actual: '1.05' },
      },
      TensileTest: { C12: { Property: 'Tensile strength Rm', Value: 1050, Unit: 'MPa' } },
    },
    Validation: { Z01: 'The material complies with the order.', Z02: '2026-02-11', Z03: 'G. Conti' },
  },
};

const Import = graphql(`
  mutation MillImport($input: ImportMillCertificationInput!) {
    importMillCertification(input: $input) {
      __typename
      ... on ImportMillCertificationSuccess { millCertification { en10168 ...MillShown } }
      ... on InvalidInputError { issues { path message } }
      ... on BlockedError { blockedBy { rule } }
    }
  }
`);

describe('importMillCertification', () => {
  it('takes EN 10168 and gives it back, with what has no field here, and with what was corrected', async () => {
    const { ours } = await app().organizations();
    const { millCertification } = await ours.client.success(
      Import,
      { input: { document: en10168 } },
      'ImportMillCertificationSuccess',
    );
    expect(millCertification).toMatchObject({
      status: 'COMPLETED',
      documentType: 'TYPE_3_1',
      certificateNumber: 'BA-7712',
      mill: 'Brenta Acciai SpA',
      customerName: 'Alpe Flange GmbH',
      quality: '42CrMo4',
      standard: 'EN 10083-3',
      certificateDate: '2026-02-11',
      orderNumber: 'PO-991',
      heatNumbers: ['H5501'],
    });
    expect(millCertification.heats.nodes[0]?.elements.map(({ symbol, text }) => `${symbol} ${text}`)).toEqual(
      ['C 0.410', 'Mn 0.75', 'Cr 1.05'],
    );
    expect(millCertification.en10168).toEqual(en10168);
    const [heat] = millCertification.heats.nodes;
    await ours.client.success(
      Update,
      {
        input: {
          millCertificationId: millCertification.id,
          heats: [
            {
              heatId: heat?.id ?? '',
              number: 'H5501',
              elements: [{ symbol: 'C', value: '0.42', text: '0.420' }],
            },
          ],
        },
      },
      'UpdateMillCertificationSuccess',
    );
    const [now] = (
      (await ours.client.sendText('{ millCertifications { nodes { en10168 } } }')).data() as {
        millCertifications: { nodes: { en10168: typeof en10168 }[] };
      }
    ).millCertifications.nodes;
    expect(now?.en10168.Certificate.Inspection.ChemicalComposition).toEqual({
      C71: { Symbol: 'C', Actual: '0.420' },
    });
    expect(now?.en10168.Certificate.CommercialTransaction).toEqual(en10168.Certificate.CommercialTransaction);
  });

  it('refuses what is none, naming each member', async () => {
    const { ours } = await app().organizations();
    const wrong = {
      Certificate: { ...en10168.Certificate, CommercialTransaction: { A01: 'a name', A02: 3 } },
    };
    const { issues } = await ours.client.refused(Import, { input: { document: wrong } }, 'InvalidInputError');
    expect(issues.map(({ path }) => path.slice(0, 4).join('.'))).toEqual(
      expect.arrayContaining([
        'document.Certificate.CommercialTransaction.A01',
        'document.Certificate.CommercialTransaction.A03',
      ]),
    );
  });
});

describe('updateMillCertification', () => {
  it('changes the sections that are given, and leaves the others', async () => {
    const { ours } = await app().organizations();
    const made = await create(ours.client, byHand());
    const [first, second] = made.heats.nodes;
    if (!first || !second) throw new Error('Two heats are needed.');
    const named = await ours.client.success(
      Update,
      { input: { millCertificationId: made.id, document: { supplier: 'Kvarken Trading', standard: null } } },
      'UpdateMillCertificationSuccess',
    );
    expect(named.millCertification).toMatchObject({
      supplier: 'Kvarken Trading',
      mill: 'Kvarken Works',
      standard: null,
      revision: 2,
    });
    expect(named.millCertification.heats).toEqual(made.heats);

    // The numbers of the two are exchanged, one comes between, and a property goes to another heat.
    const elements = [{ symbol: 'Ti', value: '0.3', text: '0.30' }];
    const changed = await ours.client.success(
      Update,
      {
        input: {
          millCertificationId: made.id,
          heats: [
            { heatId: second.id, number: 'K100', elements },
            { number: 'K150', elements },
            { heatId: first.id, number: 'K200', elements: [] },
          ],
          properties: [
            {
              mechanicalPropertyId: second.properties[0]?.id ?? '',
              heatNumber: 'K150',
              kind: 'HARDNESS',
              value: '160',
            },
            { heatId: second.id, kind: 'ELONGATION', symbol: 'A5', value: '45', unit: '%' },
          ],
          deletedMechanicalPropertyIds: first.properties.map(({ id }) => id),
        },
      },
      'UpdateMillCertificationSuccess',
    );
    expect(
      changed.millCertification.heats.nodes.map(({ id, number, elements, properties }) => [
        id === first.id ? 'first' : id === second.id ? 'second' : 'new',
        number,
        elements.map(({ symbol }) => symbol),
        properties.map(({ id, kind }) => [id === second.properties[0]?.id, kind]),
      ]),
    ).toEqual([
      ['second', 'K100', ['Ti'], [[false, 'ELONGATION']]],
      ['new', 'K150', ['Ti'], [[true, 'HARDNESS']]],
      ['first', 'K200', [], []],
    ]);
    expect(changed.millCertification.revision).toBe(3);
  });

  it('wants every one that is there named, in the section or among the deleted', async () => {
    const { ours } = await app().organizations();
    const made = await create(ours.client, byHand());
    const [first, second] = made.heats.nodes;
    const input = { millCertificationId: made.id };
    const refused = async (more: object) => {
      const { issues } = await ours.client.refused(
        Update,
        { input: { ...input, ...more } },
        'InvalidInputError',
      );
      return issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    };
    const heat = { heatId: first?.id ?? '', number: 'K100', elements: [] };
    expect(await refused({ heats: [heat] })).toEqual([
      'heats: leaves out 1 that are there. Name them in heats, or among deletedHeatIds.',
    ]);
    expect(await refused({ heats: [heat, heat], deletedHeatIds: [second?.id] })).toEqual([
      'heats: names the same id twice.',
    ]);
    expect(await refused({ deletedHeatIds: [second?.id] })).toEqual([
      expect.stringContaining('mechanical properties stay'),
    ]);
    expect(await refused({ deletedHeatIds: [absentId('Heat')] })).toEqual([
      'deletedHeatIds.0: names nothing of this mill certification.',
    ]);
    expect((await read(ours.client, made.id)).heats).toEqual(made.heats);
    const { millCertification } = await ours.client.success(
      Update,
      {
        input: {
          ...input,
          deletedHeatIds: [second?.id ?? ''],
          deletedMechanicalPropertyIds: second?.properties.map(({ id }) => id) ?? [],
        },
      },
      'UpdateMillCertificationSuccess',
    );
    expect(millCertification.heatNumbers).toEqual(['K100']);
  });

  it('does not remove a heat that a lot came from, and refuses an older version', async () => {
    const { ours } = await app().organizations();
    const made = await create(ours.client, byHand());
    const powder = await makePowder(ours.client);
    const lot = await makeLot(ours.client, powder);
    const [first] = made.heats.nodes;
    await act(
      ours.client,
      'linkMaterialLotHeats',
      { lotId: lot.id, heatIds: [first?.id] },
      'materialLot { id }',
    );
    const { blockedBy } = await ours.client.refused(
      Update,
      {
        input: {
          millCertificationId: made.id,
          deletedHeatIds: [first?.id ?? ''],
          deletedMechanicalPropertyIds: first?.properties.map(({ id }) => id) ?? [],
        },
      },
      'BlockedError',
    );
    expect(blockedBy.map(({ rule, subject }) => [rule, subject?.id])).toEqual([['heat.noLots', lot.id]]);
    const { currentVersion } = await ours.client.refused(
      Update,
      { input: { millCertificationId: made.id, expectedVersion: 99, document: {} } },
      'ConflictError',
    );
    expect(currentVersion).toBe(made.version);
  });
});

describe('reviewMillCertification', () => {
  it('approves or names an issue, and any correction makes that void', async () => {
    const { ours } = await app().organizations();
    const made = await create(ours.client, byHand());
    const input = { millCertificationId: made.id };
    const { issues } = await ours.client.refused(
      Review,
      { input: { ...input, status: 'ISSUE' } },
      'InvalidInputError',
    );
    expect(issues.map(({ path }) => path)).toEqual([['comment']]);
    const issue = await ours.client.success(
      Review,
      { input: { ...input, status: 'ISSUE', comment: 'The supplier is another.' } },
      'ReviewMillCertificationSuccess',
    );
    expect(issue.millCertification).toMatchObject({
      reviewStatus: 'ISSUE',
      reviewComment: 'The supplier is another.',
      reviewedBy: { id: expect.stringMatching(/^tok_/) },
    });
    const approved = await ours.client.success(
      Review,
      { input: { ...input, status: 'APPROVED' } },
      'ReviewMillCertificationSuccess',
    );
    expect(approved.millCertification).toMatchObject({
      reviewStatus: 'APPROVED',
      reviewComment: null,
      revision: 1,
    });
    const { millCertification } = await ours.client.success(
      Update,
      { input: { ...input, document: { supplier: 'Another' } } },
      'UpdateMillCertificationSuccess',
    );
    expect(millCertification).toMatchObject({ reviewStatus: null, reviewedAt: null, revision: 2 });
  });

  it('is for other eyes than the last editor, where the organization wants that', async () => {
    const { ours } = await app().organizations();
    await act(ours.client, 'updateOrganization', { fourEyes: true }, 'organization { fourEyes }');
    const made = await create(ours.client, byHand());
    const { token } = await act<{ token: string }>(
      ours.client,
      'createApiToken',
      { name: unique('Reviewer'), role: 'ADMINISTRATOR' },
      'token',
    );
    const input = { millCertificationId: made.id, status: 'APPROVED' as const };
    const { blockedBy } = await ours.client.refused(Review, { input }, 'BlockedError');
    expect(blockedBy.map(({ rule }) => rule)).toEqual(['millCertification.fourEyes']);
    await ours.client.as(token).success(Review, { input }, 'ReviewMillCertificationSuccess');
  });
});

describe('createMaterialTestCertificate', () => {
  it('makes a PDF in landscape with the logo: a draft until the data are approved, each kept with its hash', async () => {
    const { ours } = await app().organizations();
    const made = await create(ours.client, byHand());
    const input = { millCertificationId: made.id };
    const draft = await ours.client.success(MakeDocument, { input }, 'CreateMaterialTestCertificateSuccess');
    expect(draft.materialTestCertificate).toMatchObject({ revision: 1, isDraft: true });
    const { content } = await fetched(draft.materialTestCertificate.file.url);
    expect(createHash('sha256').update(content).digest('hex')).toBe(draft.materialTestCertificate.sha256);
    await keepPages('material-test-certificate-draft', content);
    const words = await wordsOf(content);
    expect(words).toEqual(
      expect.arrayContaining(['DRAFT', 'Material test certificate', 'K100', '17.1', '585']),
    );
    const page = await (await getDocumentProxy(new Uint8Array(content))).getPage(1);
    const { width, height } = page.getViewport({ scale: 1 });
    expect([Math.round(width), Math.round(height)]).toEqual([842, 595]);

    const logo = Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
      'base64',
    );
    const logoId = await storeFile(app(), ours.client, logo as Buffer<ArrayBuffer>, { name: 'logo.png' });
    await act(ours.client, 'setBranding', { logoId, footer: 'Kvarken Parts Oy' }, 'branding { id }');
    await ours.client.success(
      Review,
      { input: { ...input, status: 'APPROVED' } },
      'ReviewMillCertificationSuccess',
    );
    const final = await ours.client.success(MakeDocument, { input }, 'CreateMaterialTestCertificateSuccess');
    expect(final.materialTestCertificate.isDraft).toBe(false);
    const approved = await fetched(final.materialTestCertificate.file.url);
    await keepPages('material-test-certificate', approved.content);
    const lines = await wordsOf(approved.content);
    expect(lines).not.toContain('DRAFT');
    expect(lines).toContain('Kvarken Parts Oy');
    expect(approved.content.includes('/Subtype /Image')).toBe(true);
  });
});

describe('heats and lots', () => {
  it('make the chemistry of a lot a query, and hold its release until the document is there and approved', async () => {
    const { ours, theirs } = await app().organizations();
    const { client } = ours;
    const made = await create(client, byHand());
    const powder = await makePowder(client);
    await act(
      client,
      'updateMaterial',
      { materialId: powder.materialId, requiredDocument: 'TYPE_3_1' },
      'material { requiredDocument }',
    );
    const { materialLot } = await act<{ materialLot: { id: string } }>(
      client,
      'createMaterialLot',
      {
        name: unique('Lot'),
        materialId: powder.materialId,
        locationId: powder.locationId,
        status: 'RECEIVED',
      },
      'materialLot: lot { id }',
    );
    const lotId = materialLot.id;
    const release = () =>
      client.sendText(
        `mutation($input: ReleaseMaterialLotInput!) { releaseMaterialLot(input: $input) {
          __typename ... on BlockedError { blockedBy { rule message } } } }`,
        { input: { lotId } },
      );
    const messageOf = async () => {
      const { releaseMaterialLot } = (await release()).data() as {
        releaseMaterialLot: { __typename: string; blockedBy?: { message: string }[] };
      };
      return (
        releaseMaterialLot.blockedBy?.map(({ message }) => message).join(' ') ?? releaseMaterialLot.__typename
      );
    };
    expect(await messageOf()).toContain('linked to no heat');
    const [heat] = made.heats.nodes;
    await act(client, 'linkMaterialLotHeats', { lotId, heatIds: [heat?.id] }, 'materialLot { id }');
    expect(await messageOf()).toContain('is not approved');
    await client.success(
      Review,
      { input: { millCertificationId: made.id, status: 'APPROVED' } },
      'ReviewMillCertificationSuccess',
    );
    expect(await messageOf()).toBe('ReleaseMaterialLotSuccess');
    const found = await client.query(Heats, { lot: lotId, filter: { number: { equals: 'K100' } } });
    expect(found.materialLot?.heats.nodes[0]?.heat).toMatchObject({
      number: 'K100',
      elements: expect.arrayContaining([{ symbol: 'Cr', value: '17.1' }]),
      millCertification: { id: made.id },
    });
    const others = await theirs.client.query(Heats, { lot: lotId, filter: { number: { equals: 'K100' } } });
    expect(others).toEqual({ materialLot: null, heats: { totalCount: 0, nodes: [] } });
  });
});

describe('millCertifications', () => {
  it('are found by heat, grade, supplier, status and date; trials only when asked for', async () => {
    const { ours } = await app().organizations();
    const { client } = ours;
    const made = await create(client, byHand());
    const trial = await create(client, byHand({ isTestRun: true, document: { supplier: 'Elsewhere' } }));
    const ids = async (filter: object, search?: string) =>
      (await client.query(List, { filter, search: search ?? null })).millCertifications.nodes.map(
        ({ id }) => id,
      );
    expect(await ids({})).toEqual([made.id]);
    expect(await ids({ isTestRun: true })).toEqual([trial.id]);
    for (const filter of [
      { heat: { equals: 'K200' } },
      { quality: { equals: '1.4404' } },
      { supplier: { contains: 'kvarken' } },
      { status: { equals: 'COMPLETED' } },
      { certificateDate: { from: '2026-03-01T00:00:00Z', before: '2026-03-03T00:00:00Z' } },
    ]) {
      expect(await ids(filter), JSON.stringify(filter)).toEqual([made.id]);
    }
    expect(await ids({ heat: { equals: 'K300' } })).toEqual([]);
    expect(await ids({}, 'kvarken works')).toEqual([made.id]);
    const heats = await client.query(Heats, { lot: absentId('MaterialLot'), filter: {} });
    expect(heats.heats.totalCount).toBe(2);
  });
});
