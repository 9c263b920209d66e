import { describe, expect, it } from 'vitest';
import { graphql } from '../../../client/generated/gql.ts';
import type {
  CreateDocumentParserTemplateInput,
  UpdateDocumentParserInstructionInput,
} from '../../../client/generated/graphql.ts';
import { unique, useApp } from '../../support/app.ts';
import type { Client } from '../../support/client.ts';
import { makeDocument } from '../../support/documents.ts';
import { makeParserTemplate, parsed, parserTemplateNow, readingsNow } from '../../support/parsers.ts';
import { act } from '../support.ts';

const app = useApp({ jobs: { poll: 100, pause: 20 } });
const organization = async () => (await app().organizations()).ours;

const Create = graphql(`
  mutation ParserTemplateCreate($input: CreateDocumentParserTemplateInput!) {
    createDocumentParserTemplate(input: $input) {
      __typename
      ... on CreateDocumentParserTemplateSuccess { documentParserTemplate { id } }
      ... on InvalidInputError { issues { path message } }
    }
  }
`);
const Add = graphql(`
  mutation ParserInstructionAdd($input: AddDocumentParserInstructionInput!) {
    addDocumentParserInstruction(input: $input) {
      __typename
      ... on AddDocumentParserInstructionSuccess { documentParserInstruction { id position } }
      ... on InvalidInputError { issues { path message } }
      ... on TransitionError { from }
      ... on BlockedError { blockedBy { rule } }
    }
  }
`);
const Update = graphql(`
  mutation ParserInstructionUpdate($input: UpdateDocumentParserInstructionInput!) {
    updateDocumentParserInstruction(input: $input) {
      __typename
      ... on UpdateDocumentParserInstructionSuccess {
        documentParserTemplate {
          instructions(orderBy: [{ field: POSITION }]) { nodes { name position } }
        }
      }
      ... on InvalidInputError { issues { path message } }
      ... on TransitionError { from }
      ... on ConflictError { currentVersion }
    }
  }
`);

const refusal = async (client: Client, input: CreateDocumentParserTemplateInput) =>
  (await client.query(Create, { input })).createDocumentParserTemplate;

/** The names of the instructions in use, in order, with their places. */
const order = async (client: Client, templateId: string) =>
  (await parserTemplateNow(client, templateId)).instructions.nodes.map(
    ({ position, name }) => `${position} ${name}`,
  );
const idOf = async (client: Client, templateId: string, name: string) =>
  (await parserTemplateNow(client, templateId)).instructions.nodes.find((each) => each.name === name)?.id ??
  '';

describe('a template', () => {
  it('has its instructions in the order in which they were given', async () => {
    const { client } = await organization();
    const id = await makeParserTemplate(client, [
      'Net weight',
      { name: 'Heat', labels: ['Heat', 'Charge'], pattern: '[A-Z]\\d+', unit: null },
      { name: 'Temperature', unit: 'Cel' },
    ]);
    const { instructions } = await parserTemplateNow(client, id);
    expect(instructions.nodes).toMatchObject([
      { position: 1, name: 'Net weight', labels: [], pattern: null, unit: null },
      { position: 2, name: 'Heat', labels: ['Heat', 'Charge'], pattern: '[A-Z]\\d+' },
      { position: 3, name: 'Temperature', unit: 'Cel' },
    ]);
  });

  it('has a name of its own among those in use', async () => {
    const { client } = await organization();
    const name = unique('Certificate');
    const id = await makeParserTemplate(client, [], { name });
    expect(await refusal(client, { name })).toMatchObject({
      issues: [{ path: ['name'], message: expect.stringContaining('is taken') }],
    });
    await act(client, 'archiveDocumentParserTemplate', { documentParserTemplateId: id }, '__typename');
    expect(await refusal(client, { name })).toMatchObject({
      __typename: 'CreateDocumentParserTemplateSuccess',
    });
  });

  it('refuses names that are there twice, labels without a word, and patterns that are none', async () => {
    const { client } = await organization();
    const instructions = [
      { name: 'Weight', labels: ['%'] },
      { name: 'Weight', pattern: '(' },
      { name: 'Heat', pattern: 'a'.repeat(501) },
    ];
    expect(await refusal(client, { name: unique('Note'), instructions })).toMatchObject({
      issues: [
        { path: ['instructions', '0', 'labels', '0'] },
        { path: ['instructions', '1', 'pattern'], message: expect.stringContaining('no regular expression') },
        { path: ['instructions', '2', 'pattern'], message: expect.stringContaining('500') },
      ],
    });
    const twice = [{ name: 'Weight' }, { name: 'Weight' }];
    expect(await refusal(client, { name: unique('Note'), instructions: twice })).toMatchObject({
      issues: [{ path: ['instructions', '1', 'name'], message: expect.stringContaining('twice') }],
    });
  });
});

describe('a template for one document', () => {
  it('takes over the instructions of its parent in use, and reads that document by its own', async () => {
    const { client } = await organization();
    const parentId = await makeParserTemplate(client, ['Net weight', 'Colour', 'Batch']);
    const batch = await idOf(client, parentId, 'Batch');
    await act(
      client,
      'archiveDocumentParserInstruction',
      { documentParserInstructionId: batch },
      '__typename',
    );
    const documentId = await makeDocument(app(), client, { content: 'Farbe: rot' });
    const name = (await parserTemplateNow(client, parentId)).name;
    const id = await makeParserTemplate(client, [], { name, documentId, parentId, instructions: null });
    expect(await order(client, id)).toEqual(['1 Net weight', '2 Colour']);
    expect((await parserTemplateNow(client, parentId)).customized.nodes).toEqual([{ id }]);
    await act(
      client,
      'updateDocumentParserInstruction',
      { documentParserInstructionId: await idOf(client, id, 'Colour'), labels: ['Farbe'] },
      '__typename',
    );
    await parsed(client, documentId, id);
    const read = await readingsNow(client, documentId);
    expect(read.parserTemplates.nodes).toEqual([{ id }]);
    expect(read.parserReports.nodes.map(({ value }) => value)).toEqual(['rot']);
    expect((await parserTemplateNow(client, parentId)).instructions.nodes[1]?.labels).toEqual([]);
  });

  it('also reads the other revisions of its document', async () => {
    const { client } = await organization();
    const documentId = await makeDocument(app(), client, { content: 'Colour: red' });
    const templateId = await makeParserTemplate(client, ['Colour'], { documentId });
    const other = await makeDocument(app(), client, { content: 'Colour: blue' });
    const file = await client.sendText('query($id: ID!) { document(id: $id) { file { id } } }', {
      id: other,
    });
    const fileId = (file.data().document as { file: { id: string } }).file.id;
    const { document } = await act<{ document: { id: string } }>(
      client,
      'replaceDocument',
      { documentId, fileId },
      'document { id }',
    );
    await parsed(client, document.id, templateId);
    expect((await readingsNow(client, document.id)).parserReports.nodes).toMatchObject([{ value: 'blue' }]);
  });

  it('has instructions of its own where they are given', async () => {
    const { client } = await organization();
    const parentId = await makeParserTemplate(client, ['Net weight']);
    const documentId = await makeDocument(app(), client);
    const id = await makeParserTemplate(client, ['Heat'], { documentId, parentId });
    expect(await order(client, id)).toEqual(['1 Heat']);
  });

  it('is parent of no other, and a parent needs a document', async () => {
    const { client } = await organization();
    const documentId = await makeDocument(app(), client);
    const parentId = await makeParserTemplate(client, ['Heat'], { documentId });
    expect(await refusal(client, { name: unique('Note'), documentId, parentId })).toMatchObject({
      issues: [{ path: ['parentId'], message: expect.stringContaining('made for one document') }],
    });
    expect(await refusal(client, { name: unique('Note'), parentId })).toMatchObject({
      issues: [{ path: ['documentId'], message: expect.stringContaining('must be given') }],
    });
  });
});

describe('an instruction', () => {
  const update = async (client: Client, input: UpdateDocumentParserInstructionInput) =>
    (await client.query(Update, { input })).updateDocumentParserInstruction;

  it('is added where it is wanted, and moved: the others make room', async () => {
    const { client } = await organization();
    const templateId = await makeParserTemplate(client, ['A', 'B', 'C']);
    const add = { documentParserTemplateId: templateId };
    await client.query(Add, { input: { ...add, name: 'D' } });
    await client.query(Add, { input: { ...add, name: 'E', position: 2 } });
    expect(await order(client, templateId)).toEqual(['1 A', '2 E', '3 B', '4 C', '5 D']);
    await update(client, { documentParserInstructionId: await idOf(client, templateId, 'A'), position: 4 });
    expect(await order(client, templateId)).toEqual(['1 E', '2 B', '3 C', '4 A', '5 D']);
    await update(client, { documentParserInstructionId: await idOf(client, templateId, 'D'), position: 1 });
    expect(await order(client, templateId)).toEqual(['1 D', '2 E', '3 B', '4 C', '5 A']);
    const documentParserInstructionId = await idOf(client, templateId, 'E');
    await act(client, 'archiveDocumentParserInstruction', { documentParserInstructionId }, '__typename');
    expect(await order(client, templateId)).toEqual(['1 D', '2 B', '3 C', '4 A']);
  });

  it('keeps its places without gaps when several are added at once', async () => {
    const { client } = await organization();
    const templateId = await makeParserTemplate(client, ['A']);
    await Promise.all(
      ['B', 'C', 'D'].map((name) =>
        client.query(Add, { input: { documentParserTemplateId: templateId, name, position: 1 } }),
      ),
    );
    const { instructions } = await parserTemplateNow(client, templateId);
    expect(instructions.nodes.map(({ position }) => position)).toEqual([1, 2, 3, 4]);
    expect(instructions.nodes.at(-1)?.name).toBe('A');
  });

  it('has a name of its own in its template', async () => {
    const { client } = await organization();
    const templateId = await makeParserTemplate(client, ['A', 'B']);
    const taken = { issues: [{ path: ['name'], message: expect.stringContaining('is taken') }] };
    const { addDocumentParserInstruction } = await client.query(Add, {
      input: { documentParserTemplateId: templateId, name: 'A' },
    });
    expect(addDocumentParserInstruction).toMatchObject(taken);
    const documentParserInstructionId = await idOf(client, templateId, 'B');
    expect(await update(client, { documentParserInstructionId, name: 'A' })).toMatchObject(taken);
  });

  it('is changed by one at a time, and not once it or its template is archived', async () => {
    const { client } = await organization();
    const templateId = await makeParserTemplate(client, ['A', 'B']);
    const documentParserInstructionId = await idOf(client, templateId, 'A');
    const rivals = await Promise.all(
      ['kg', 'g'].map((unit) => update(client, { documentParserInstructionId, unit, expectedVersion: 1 })),
    );
    expect(rivals.map(({ __typename }) => __typename).sort()).toEqual([
      'ConflictError',
      'UpdateDocumentParserInstructionSuccess',
    ]);
    await act(client, 'archiveDocumentParserInstruction', { documentParserInstructionId }, '__typename');
    const archived = { __typename: 'TransitionError', from: 'ARCHIVED' };
    expect(await update(client, { documentParserInstructionId, unit: 't' })).toEqual(archived);
    const other = await idOf(client, templateId, 'B');
    await act(
      client,
      'archiveDocumentParserTemplate',
      { documentParserTemplateId: templateId },
      '__typename',
    );
    expect(await update(client, { documentParserInstructionId: other, unit: 't' })).toEqual(archived);
    const { addDocumentParserInstruction } = await client.query(Add, {
      input: { documentParserTemplateId: templateId, name: 'C' },
    });
    expect(addDocumentParserInstruction).toEqual(archived);
  });

  it('has no room beside a hundred others', async () => {
    const { client } = await organization();
    const names = Array.from({ length: 100 }, (_, index) => `Value ${index}`);
    const templateId = await makeParserTemplate(client, names);
    const { addDocumentParserInstruction } = await client.query(Add, {
      input: { documentParserTemplateId: templateId, name: 'One more' },
    });
    expect(addDocumentParserInstruction).toEqual({
      __typename: 'BlockedError',
      blockedBy: [{ rule: 'documentParserTemplate.hasRoom' }],
    });
  });
});
