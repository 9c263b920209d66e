import { describe, expect, it } from 'vitest';
import { graphql } from '../../../client/generated/gql.ts';
import { encodeId } from '../../../src/ids.ts';
import { unique, useApp } from '../../support/app.ts';
import { letter, makeDocument } from '../../support/documents.ts';
import {
  askToParse,
  ended,
  makeParserTemplate,
  parsed,
  parserTemplateNow,
  readingsNow,
} from '../../support/parsers.ts';
import { announce } from '../../support/uploads.ts';
import { absentId, act, logOf } from '../support.ts';

const app = useApp({ jobs: { poll: 100, pause: 20 } });
const organization = async () => (await app().organizations()).ours;

const Parse = graphql(`
  mutation ParserParse($input: ParseDocumentInput!) {
    parseDocument(input: $input) {
      __typename
      ... on ParseDocumentSuccess { documentParsingJob { id status notes } }
      ... on InvalidInputError { issues { path message } }
      ... on TransitionError { from action }
      ... on BlockedError { blockedBy { rule subject { id } } }
    }
  }
`);
const Record = graphql(`
  mutation ParserRecord($input: RecordDocumentParserReportInput!) {
    recordDocumentParserReport(input: $input) {
      __typename
      ... on RecordDocumentParserReportSuccess {
        documentParserReport { id version value unit isManual confidence text page place box { x } }
      }
      ... on InvalidInputError { issues { path message } }
      ... on ConflictError { currentVersion }
      ... on TransitionError { from action }
    }
  }
`);
const ReportsOf = graphql(`
  query ParserReportsOf($filter: DocumentParserReportFilter) {
    documentParserReports(filter: $filter) { nodes { value } }
  }
`);

const note = 'Net weight: 12,5 kg\nColour: red';

/** The instructions of a template, by name. */
async function instructionsOf(client: Parameters<typeof parserTemplateNow>[0], templateId: string) {
  const { instructions } = await parserTemplateNow(client, templateId);
  return new Map(instructions.nodes.map(({ name, id }) => [name, id]));
}

describe('reading a document', () => {
  it('finds the values of a template, tells where they stand, and what it did not find', async () => {
    const ours = await organization();
    const { client } = ours;
    const content = await letter(['Net weight:   12,5 kg', 'Colour:   red']);
    const documentId = await makeDocument(app(), client, { content });
    const templateId = await makeParserTemplate(client, [
      { name: 'Weight', labels: ['Net weight'], unit: 'kg' },
      'Colour',
      'Batch',
    ]);
    const job = await parsed(client, documentId, templateId);
    expect(job).toMatchObject({
      status: 'COMPLETE',
      notes: '2 of 3 values were found. Not found: Batch.',
      document: { id: documentId },
      template: { id: templateId },
      createdBy: { id: encodeId('ApiToken', ours.tokenId) },
    });
    const { parserReports, parsingJobs } = await readingsNow(client, documentId);
    expect(parsingJobs.nodes).toHaveLength(1);
    expect(parserReports.nodes).toEqual([
      expect.objectContaining({
        value: '12.5',
        unit: 'kg',
        text: '12,5 kg',
        page: 1,
        place: null,
        isManual: false,
        instruction: expect.objectContaining({ name: 'Weight' }),
        job: { id: job.id },
        user: null,
        box: {
          x: expect.any(Number),
          y: expect.any(Number),
          width: expect.any(Number),
          height: expect.any(Number),
        },
      }),
      expect.objectContaining({ value: 'red', unit: null }),
    ]);
    const kinds = (await logOf(app(), ours)).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind.startsWith('DocumentPars'))).toEqual([
      'DocumentParserTemplateCreated',
      ...Array(3).fill('DocumentParserInstructionCreated'),
      'DocumentParsingJobCreated',
      'DocumentParsingJobStatusChanged',
      'DocumentParserReportCreated',
      'DocumentParserReportCreated',
      'DocumentParsingJobStatusChanged',
    ]);
  });

  it('of a kind that is not read ends with an error that says so', async () => {
    const { client } = await organization();
    const documentId = await makeDocument(app(), client, { content: Uint8Array.from([0, 1, 2, 3]) });
    const job = await parsed(client, documentId, await makeParserTemplate(client));
    expect(job.status).toBe('ERROR');
    expect(job.notes).toContain('application/octet-stream are not read');
  });

  it('ends although a pattern does not, and tells which', async () => {
    const { client } = await organization();
    const documentId = await makeDocument(app(), client, { content: `${'a'.repeat(60)}!\n${note}` });
    const templateId = await makeParserTemplate(client, [{ name: 'Endless', pattern: '(a+)+$' }, 'Colour']);
    const job = await parsed(client, documentId, templateId);
    expect(job).toMatchObject({ status: 'COMPLETE' });
    expect(job.notes).toMatch(/^1 of 2 values were found\. Endless: .*took longer than 2 s/);
  });

  it('again writes what it finds then, with the unit that it stands in', async () => {
    const { client } = await organization();
    const documentId = await makeDocument(app(), client, { content: 'Weight: 500 g' });
    const templateId = await makeParserTemplate(client, [{ name: 'Weight', unit: 'kg', pattern: '\\d' }]);
    await parsed(client, documentId, templateId);
    const [first] = (await readingsNow(client, documentId)).parserReports.nodes;
    expect(first).toMatchObject({ value: '5', unit: 'kg', version: 1 });
    const documentParserInstructionId = (await instructionsOf(client, templateId)).get('Weight');
    await act(
      client,
      'updateDocumentParserInstruction',
      { documentParserInstructionId, pattern: null },
      '__typename',
    );
    const job = await parsed(client, documentId, templateId);
    expect(job.notes).toBe('1 of 1 values were found. Weight is in g, where kg was expected.');
    expect((await readingsNow(client, documentId)).parserReports.nodes).toEqual([
      expect.objectContaining({ id: first?.id, value: '500', unit: 'g', version: 2, job: { id: job.id } }),
    ]);
  });

  it('waits for its content, and begins when that has come', async () => {
    const { client } = await organization();
    const parserTemplateId = await makeParserTemplate(client, ['Colour']);
    const upload = await announce(app(), client);
    const { document } = await act<{ document: { id: string } }>(
      client,
      'createDocument',
      { fileId: upload.id, parserTemplateId, parse: true },
      'document { id }',
    );
    const waiting = await readingsNow(client, document.id);
    expect(waiting.parserTemplate?.id).toBe(parserTemplateId);
    const [job] = waiting.parsingJobs.nodes;
    expect(job).toMatchObject({ status: 'PENDING', notes: expect.stringContaining('has not come') });
    await upload.put(note);
    expect(await ended(client, job?.id ?? '')).toMatchObject({ status: 'COMPLETE' });
    expect((await readingsNow(client, document.id)).parserReports.nodes).toHaveLength(1);
  });

  it('that waits for a content ends when that is refused', async () => {
    const { client } = await organization();
    const parserTemplateId = await makeParserTemplate(client);
    const upload = await announce(app(), client, { sha256: '0'.repeat(64) });
    const { document } = await act<{ document: { id: string } }>(
      client,
      'createDocument',
      { fileId: upload.id, parserTemplateId, parse: true },
      'document { id }',
    );
    const [job] = (await readingsNow(client, document.id)).parsingJobs.nodes;
    await upload.put(note);
    expect(await ended(client, job?.id ?? '')).toMatchObject({
      status: 'ERROR',
      notes: expect.stringContaining('was announced'),
    });
  });

  it('begins with the document itself where its content is there', async () => {
    const { client } = await organization();
    const parserTemplateId = await makeParserTemplate(client, ['Colour']);
    const documentId = await makeDocument(app(), client, { content: note, parserTemplateId, parse: true });
    const [job] = (await readingsNow(client, documentId)).parsingJobs.nodes;
    expect(await ended(client, job?.id ?? '')).toMatchObject({ status: 'COMPLETE' });
  });
});

describe('what stands against reading a document', () => {
  const refusedFor = async (input: { documentId: string; parserTemplateId: string }, of = organization()) =>
    (await of).client.query(Parse, { input }).then(({ parseDocument }) => parseDocument);

  it('is a content that has not come', async () => {
    const ours = await organization();
    const { client } = ours;
    const upload = await announce(app(), client);
    const { document } = await act<{ document: { id: string } }>(
      client,
      'createDocument',
      { fileId: upload.id },
      'document { id }',
    );
    const parserTemplateId = await makeParserTemplate(client);
    const input = { documentId: document.id, parserTemplateId };
    expect(await refusedFor(input, Promise.resolve(ours))).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [{ path: ['documentId'], message: expect.stringContaining('Upload it first') }],
    });
  });

  it('is a template that is archived, empty, absent, or of another document', async () => {
    const ours = await organization();
    const { client } = ours;
    const documentId = await makeDocument(app(), client, { content: note });
    const archived = await makeParserTemplate(client);
    await act(client, 'archiveDocumentParserTemplate', { documentParserTemplateId: archived }, '__typename');
    const other = await makeDocument(app(), client, { content: note });
    const templates = {
      'is archived': archived,
      'without instructions': await makeParserTemplate(client, []),
      'names no DocumentParserTemplate': absentId('DocumentParserTemplate'),
      'made for another document': await makeParserTemplate(client, ['Colour'], { documentId: other }),
    };
    for (const [message, parserTemplateId] of Object.entries(templates)) {
      expect(await refusedFor({ documentId, parserTemplateId }, Promise.resolve(ours))).toMatchObject({
        __typename: 'InvalidInputError',
        issues: [{ path: ['parserTemplateId'], message: expect.stringContaining(message) }],
      });
    }
  });

  it('is that it was put away', async () => {
    const ours = await organization();
    const documentId = await makeDocument(app(), ours.client, { content: note });
    await act(ours.client, 'archiveDocument', { documentId }, '__typename');
    const parserTemplateId = await makeParserTemplate(ours.client);
    expect(await refusedFor({ documentId, parserTemplateId }, Promise.resolve(ours))).toEqual({
      __typename: 'TransitionError',
      from: 'ARCHIVED',
      action: 'PARSE_DOCUMENT',
    });
  });

  it('is that the same reading is under way', async () => {
    const ours = await organization();
    const { client } = ours;
    const parserTemplateId = await makeParserTemplate(client, ['Colour']);
    const documentId = await makeDocument(app(), client, { content: note });
    const input = { documentId, parserTemplateId };
    const answers = await Promise.all([
      refusedFor(input, Promise.resolve(ours)),
      refusedFor(input, Promise.resolve(ours)),
    ]);
    const [made] = answers.flatMap((each) =>
      each.__typename === 'ParseDocumentSuccess' ? [each.documentParsingJob.id] : [],
    );
    expect(answers).toContainEqual({
      __typename: 'BlockedError',
      blockedBy: [{ rule: 'document.isNotBeingParsed', subject: { id: made } }],
    });
    await ended(client, made ?? '');
    await ended(client, await askToParse(client, documentId, parserTemplateId));
  });
});

describe('a value that a person writes', () => {
  it('stays when the document is read again, and its history tells what was read', async () => {
    const ours = await organization();
    const { client } = ours;
    const documentId = await makeDocument(app(), client, { content: note });
    const templateId = await makeParserTemplate(client, ['Net weight', 'Colour']);
    await parsed(client, documentId, templateId);
    const documentParserInstructionId = (await instructionsOf(client, templateId)).get('Net weight') ?? '';
    const on = { documentId, documentParserInstructionId };
    const { recordDocumentParserReport: written } = await client.query(Record, {
      input: { ...on, value: '12.7', unit: 'kg', expectedVersion: 1 },
    });
    expect(written).toEqual({
      __typename: 'RecordDocumentParserReportSuccess',
      documentParserReport: {
        id: expect.any(String),
        version: 2,
        value: '12.7',
        unit: 'kg',
        isManual: true,
        confidence: null,
        text: null,
        page: null,
        place: null,
        box: null,
      },
    });
    const job = await parsed(client, documentId, templateId);
    expect(job.notes).toBe('2 of 2 values were found. Kept as a person wrote it: Net weight.');
    const { parserReports } = await readingsNow(client, documentId);
    expect(parserReports.nodes.map(({ value, isManual, version }) => ({ value, isManual, version }))).toEqual(
      [
        { value: '12.7', isManual: true, version: 2 },
        { value: 'red', isManual: false, version: 2 },
      ],
    );
    const values = (await logOf(app(), ours))
      .filter(({ kind }) => kind === 'DocumentParserReportChanged')
      .map(({ before, after }) => [before, after]);
    expect(values[0]).toMatchObject([{ value: '12.5' }, { value: '12.7', jobId: null }]);
    const manual = await client.query(ReportsOf, { filter: { manual: true } });
    expect(manual.documentParserReports.nodes).toEqual([{ value: '12.7' }]);
  });

  it('can be the first, once at a time', async () => {
    const { client } = await organization();
    const documentId = await makeDocument(app(), client, { content: note });
    const templateId = await makeParserTemplate(client);
    const documentParserInstructionId = (await instructionsOf(client, templateId)).get('Net weight') ?? '';
    const on = { documentId, documentParserInstructionId };
    const record = async (more: object) =>
      (await client.query(Record, { input: { ...on, value: '1', ...more } })).recordDocumentParserReport;
    expect(await record({ expectedVersion: 1 })).toEqual({ __typename: 'ConflictError', currentVersion: 0 });
    expect(await record({})).toMatchObject({ documentParserReport: { version: 1, isManual: true } });
    const rivals = await Promise.all([
      record({ value: '2', expectedVersion: 1 }),
      record({ value: '3', expectedVersion: 1 }),
    ]);
    expect(rivals.map(({ __typename }) => __typename).sort()).toEqual([
      'ConflictError',
      'RecordDocumentParserReportSuccess',
    ]);
  });

  it('can correct what an archived instruction has read, and begin nothing by one', async () => {
    const { client } = await organization();
    const templateId = await makeParserTemplate(client, ['Colour']);
    const documentParserInstructionId = (await instructionsOf(client, templateId)).get('Colour') ?? '';
    const read = await makeDocument(app(), client, { content: note });
    const unread = await makeDocument(app(), client, { content: note });
    await parsed(client, read, templateId);
    await act(client, 'archiveDocumentParserInstruction', { documentParserInstructionId }, '__typename');
    const record = async (documentId: string) =>
      (await client.query(Record, { input: { documentId, documentParserInstructionId, value: 'blue' } }))
        .recordDocumentParserReport;
    expect(await record(read)).toMatchObject({ documentParserReport: { value: 'blue' } });
    expect(await record(unread)).toMatchObject({
      issues: [{ path: ['documentParserInstructionId'], message: expect.stringContaining('archived') }],
    });
  });

  it('of a template for another document is refused', async () => {
    const { client } = await organization();
    const [one, other] = [
      await makeDocument(app(), client, { content: note }),
      await makeDocument(app(), client, { content: note }),
    ];
    const templateId = await makeParserTemplate(client, ['Colour'], { documentId: one, name: unique('One') });
    const documentParserInstructionId = (await instructionsOf(client, templateId)).get('Colour') ?? '';
    const { recordDocumentParserReport: refused } = await client.query(Record, {
      input: { documentId: other, documentParserInstructionId, value: 'blue' },
    });
    expect(refused).toMatchObject({
      issues: [
        { path: ['documentParserInstructionId'], message: expect.stringContaining('another document') },
      ],
    });
  });
});
