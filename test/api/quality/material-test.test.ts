import { afterEach, describe, expect, it } from 'vitest';
import { graphql } from '../../../client/generated/gql.ts';
import { onFailedTest } from '../../../src/quality/test-report.service.ts';
import { type TestOrganization, unique, useApp } from '../../support/app.ts';
import type { Client } from '../../support/client.ts';
import { act, create, logOf } from '../support.ts';
import { makeSample } from './samples.ts';

const app = useApp();

const CreateInstruction = graphql(`
  mutation TestsInstruction($input: CreateMaterialTestInstructionInput!) {
    createMaterialTestInstruction(input: $input) {
      __typename
      ... on CreateMaterialTestInstructionSuccess { materialTestInstruction { id } }
      ... on InvalidInputError { issues { path } }
    }
  }
`);
const CreatePanel = graphql(`
  mutation TestsPanel($input: CreateMaterialTestPanelInput!) {
    createMaterialTestPanel(input: $input) {
      __typename
      ... on CreateMaterialTestPanelSuccess { materialTestPanel { id } }
      ... on InvalidInputError { issues { path } }
    }
  }
`);
const Record = graphql(`
  mutation TestsRecord($input: RecordMaterialTestInput!) {
    recordMaterialTest(input: $input) {
      __typename
      ... on RecordMaterialTestSuccess {
        materialTestReport { id value unit lowerLimit upperLimit verdict instruction { name } }
        materialTestPanel { startedAt verdict }
      }
      ... on InvalidInputError { issues { path } }
      ... on TransitionError { from action }
    }
  }
`);
const Correct = graphql(`
  mutation TestsCorrect($input: CorrectMaterialTestInput!) {
    correctMaterialTest(input: $input) {
      __typename
      ... on CorrectMaterialTestSuccess { materialTestReport { value verdict version } materialTestPanel { verdict } }
      ... on ConflictError { currentVersion }
      ... on TransitionError { from action }
    }
  }
`);
const Complete = graphql(`
  mutation TestsComplete($input: CompleteMaterialTestPanelInput!) {
    completeMaterialTestPanel(input: $input) {
      __typename
      ... on CompleteMaterialTestPanelSuccess { materialTestPanel { status completedAt verdict allowedActions } }
      ... on BlockedError { blockedBy { rule subject { label } } }
      ... on TransitionError { from action }
    }
  }
`);
const Panels = graphql(`
  query TestsPanels($filter: MaterialTestPanelFilter) {
    materialTestPanels(filter: $filter, orderBy: [{ field: NAME }]) {
      nodes {
        name status startedAt verdict
        operations { name }
        instructions { name operation { name } }
        reports { nodes { verdict } }
        sample { quantity { value unit } batch { name } panels { totalCount } }
      }
    }
  }
`);

afterEach(() => {
  onFailedTest.length = 0;
});

const operation = (client: Client, name = unique('Density')) =>
  create(client, 'MaterialTestOperation', { name });
const instruction = async (client: Client, operationId: string, more: object = {}) =>
  create(client, 'MaterialTestInstruction', { name: 'Value', unit: '1', operationId, ...more });
const powder = (client: Client) =>
  create(client, 'Material', { name: unique('Powder'), type: 'BASE', family: 'METAL', unit: 'g' });
const panelOf = async (client: Client, sampleId: string, operationIds: string[], name = unique('Panel')) =>
  (
    await client.success(
      CreatePanel,
      { input: { sampleId, name, operationIds } },
      'CreateMaterialTestPanelSuccess',
    )
  ).materialTestPanel.id;

/** A panel with one instruction of these values. */
async function bench(organization: TestOrganization, more: object = {}) {
  const { client } = organization;
  const operationId = await operation(client);
  const instructionId = await instruction(client, operationId, more);
  const sampleId = await makeSample(app(), organization, await powder(client));
  const panelId = await panelOf(client, sampleId, [operationId]);
  const record = async (value: string, unit?: string) =>
    (
      await client.success(
        Record,
        { input: { panelId, instructionId, value, ...(unit ? { unit } : {}) } },
        'RecordMaterialTestSuccess',
      )
    ).materialTestReport;
  return { client, operationId, instructionId, sampleId, panelId, record };
}

describe('the instructions of a panel', () => {
  it('are for each operation those of the panel, else of the material, else of the organization', async () => {
    const { ours } = await app().organizations();
    const { client } = ours;
    const [density, flow, empty] = [
      await operation(client, 'Density'),
      await operation(client, 'Flow'),
      await operation(client, 'Empty'),
    ];
    const [own, other] = [await powder(client), await powder(client)];
    const sampleId = await makeSample(app(), ours, own);
    const foreign = await makeSample(app(), ours, other);
    await panelOf(client, sampleId, [flow, density, empty], 'A');
    const special = await panelOf(client, sampleId, [density], 'B');
    await panelOf(client, foreign, [density, flow], 'C');
    await instruction(client, density, { name: 'second', position: 2 });
    await instruction(client, density, { name: 'first', position: 1 });
    await instruction(client, flow, { name: 'any flow' });
    await instruction(client, flow, { name: 'flow of this', materialId: own });
    await instruction(client, density, { name: 'density of B', panelId: special });
    const gone = await instruction(client, flow, { name: 'gone', materialId: own });
    await act(client, 'archiveMaterialTestInstruction', { materialTestInstructionId: gone }, '__typename');
    const { materialTestPanels } = await client.query(Panels, {});
    expect(
      materialTestPanels.nodes.map(({ name, operations, instructions }) => [
        name,
        operations.map((each) => each.name),
        instructions.map((each) => each.name),
      ]),
    ).toEqual([
      ['A', ['Flow', 'Density', 'Empty'], ['flow of this', 'first', 'second']],
      ['B', ['Density'], ['density of B']],
      ['C', ['Density', 'Flow'], ['first', 'second', 'any flow']],
    ]);
    expect(materialTestPanels.nodes[0]?.sample).toMatchObject({
      quantity: { value: '5', unit: 'g' },
      panels: { totalCount: 2 },
    });
  });

  it('have one scope, limits in order and a UCUM unit', async () => {
    const { ours } = await app().organizations();
    const { client, operationId, panelId } = await bench(ours);
    const base = { operationId, name: 'X', unit: '1' };
    for (const [input, path] of [
      [{ ...base, unit: 'bogus' }, 'unit'],
      [{ ...base, lowerLimit: '2', upperLimit: '1' }, 'upperLimit'],
      [{ ...base, materialId: await powder(client), panelId }, 'panelId'],
      [{ ...base, operationId: await operation(client), panelId }, 'operationId'],
    ] as const) {
      const refused = await client.refused(CreateInstruction, { input }, 'InvalidInputError');
      expect(refused.issues[0]?.path).toEqual([path]);
    }
  });
});

describe('a measured value', () => {
  it.each([
    [{ lowerLimit: '1', upperLimit: '2' }, '1', 'PASS'],
    [{ lowerLimit: '1', upperLimit: '2' }, '2', 'PASS'],
    [{ lowerLimit: '1', upperLimit: '2' }, '0.999999999999', 'FAIL'],
    [{ lowerLimit: '1', upperLimit: '2' }, '2.000000000001', 'FAIL'],
    [{ lowerLimit: '-5' }, '-5.1', 'FAIL'],
    [{ upperLimit: '-5' }, '-5.1', 'PASS'],
    [{}, '7', 'RECORDED'],
  ])('against %j: %s is %s', async (limits, value, verdict) => {
    const { ours } = await app().organizations();
    const { record } = await bench(ours, limits);
    const report = await record(value);
    expect(report).toEqual({
      id: expect.any(String),
      value,
      unit: '1',
      lowerLimit: null,
      upperLimit: null,
      ...limits,
      verdict,
      instruction: { name: 'Value' },
    });
  });

  it('is converted to the unit of the instruction, exactly at a limit', async () => {
    const { ours } = await app().organizations();
    const { record } = await bench(ours, { unit: 'mm', upperLimit: '25.4' });
    expect(await record('1', '[in_i]')).toMatchObject({ value: '25.4', unit: 'mm', verdict: 'PASS' });
  });

  it('of another kind is refused, and so is one of another operation, and a second one', async () => {
    const { ours } = await app().organizations();
    const { client, operationId, instructionId, panelId, record } = await bench(ours, {
      unit: 'mm',
    });
    const refusal = async (input: { instructionId: string; value: string; unit?: string }) =>
      (await client.refused(Record, { input: { panelId, ...input } }, 'InvalidInputError')).issues[0]?.path;
    expect(await refusal({ instructionId, value: '1', unit: 'g' })).toEqual(['unit']);
    const foreign = await instruction(client, await operation(client));
    expect(await refusal({ instructionId: foreign, value: '1' })).toEqual(['instructionId']);
    const ofMaterial = await instruction(client, operationId, { materialId: await powder(client) });
    expect(await refusal({ instructionId: ofMaterial, value: '1' })).toEqual(['instructionId']);
    await record('1');
    expect(await refusal({ instructionId, value: '1' })).toEqual(['instructionId']);
  });

  it('is recorded once, by whoever is first', async () => {
    const { ours } = await app().organizations();
    const { client, instructionId, panelId } = await bench(ours);
    const outcomes = await Promise.all(
      ['1', '2', '3'].map(async (value) => {
        const sent = await client.send(Record, { input: { panelId, instructionId, value } });
        return (sent.data() as { recordMaterialTest: { __typename: string } }).recordMaterialTest.__typename;
      }),
    );
    expect(outcomes.filter((each) => each === 'RecordMaterialTestSuccess')).toHaveLength(1);
  });

  it('keeps the limits that it was held against', async () => {
    const { ours } = await app().organizations();
    const { client, instructionId, record } = await bench(ours, { upperLimit: '2' });
    const report = await record('1');
    await act(
      client,
      'updateMaterialTestInstruction',
      { materialTestInstructionId: instructionId, upperLimit: '0.5' },
      '__typename',
    );
    const { materialTestReports } = (
      await client.sendText(
        '{ materialTestReports(filter: { verdict: { equals: PASS } }) { nodes { id upperLimit instruction { upperLimit } } } }',
      )
    ).data() as { materialTestReports: { nodes: unknown[] } };
    expect(materialTestReports.nodes).toEqual([
      { id: report.id, upperLimit: '2', instruction: { upperLimit: '0.5' } },
    ]);
  });

  it('that fails tells the other domains, in the same transaction', async () => {
    const { ours } = await app().organizations();
    const failed: string[] = [];
    onFailedTest.push(async (_context, report) => {
      failed.push(report.value.toString());
      if (report.value.toString() === '13') throw new Error('Something went wrong.');
    });
    const { client, instructionId, panelId, record } = await bench(ours, { upperLimit: '2' });
    const input = { panelId, instructionId, value: '13' };
    expect((await client.send(Record, { input })).graphqlErrors()).toHaveLength(1);
    const report = await record('1');
    const correction = { reportId: report.id, reason: 'A comma slipped.' };
    for (const value of ['10', '11', '1.1']) {
      await client.success(Correct, { input: { ...correction, value } }, 'CorrectMaterialTestSuccess');
    }
    expect(failed).toEqual(['13', '10']);
  });
});

describe('a report', () => {
  it('is corrected until its panel is completed, with a reason in its history', async () => {
    const { ours } = await app().organizations();
    const { client, panelId, record } = await bench(ours, { upperLimit: '2' });
    const report = await record('3');
    const input = { reportId: report.id, value: '1.5', reason: 'Misread.', expectedVersion: 1 };
    const corrected = await client.success(Correct, { input }, 'CorrectMaterialTestSuccess');
    expect(corrected).toMatchObject({
      materialTestReport: { value: '1.5', verdict: 'PASS', version: 2 },
      materialTestPanel: { verdict: null },
    });
    expect((await client.refused(Correct, { input }, 'ConflictError')).currentVersion).toBe(2);
    const log = await logOf(app(), ours);
    expect(log.find((event) => event.kind === 'MaterialTestReportChanged')).toMatchObject({
      reason: 'Misread.',
      before: { value: '3', verdict: 'FAIL' },
      after: { value: '1.5', verdict: 'PASS' },
    });
    await client.success(Complete, { input: { panelId } }, 'CompleteMaterialTestPanelSuccess');
    const late = { ...input, expectedVersion: 2 };
    const refused = await client.refused(Correct, { input: late }, 'TransitionError');
    expect(refused).toMatchObject({ from: 'COMPLETED', action: 'CORRECT_MATERIAL_TEST' });
  });
});

describe('a panel', () => {
  it('starts with its first report, and is completed when everything was measured', async () => {
    const { ours } = await app().organizations();
    const { client, operationId, instructionId, panelId } = await bench(ours, {
      upperLimit: '2',
    });
    const second = await instruction(client, operationId, { name: 'Second', position: 2 });
    const renamed = await act(
      client,
      'updateMaterialTestPanel',
      { panelId, name: 'Incoming' },
      'materialTestPanel { name }',
    );
    expect(renamed).toMatchObject({ materialTestPanel: { name: 'Incoming' } });
    const blocked = await client.refused(Complete, { input: { panelId } }, 'BlockedError');
    const rule = 'materialTestPanel.allMeasured';
    expect(blocked.blockedBy).toEqual([
      { rule, subject: { label: 'Value' } },
      { rule, subject: { label: 'Second' } },
    ]);
    const measure = async (of: string) =>
      (
        await client.success(
          Record,
          { input: { panelId, instructionId: of, value: '1' } },
          'RecordMaterialTestSuccess',
        )
      ).materialTestPanel;
    const { startedAt, verdict } = await measure(instructionId);
    expect([startedAt === null, verdict]).toEqual([false, null]);
    expect((await measure(second)).startedAt).toBe(startedAt);
    const done = await client.success(Complete, { input: { panelId } }, 'CompleteMaterialTestPanelSuccess');
    expect(done.materialTestPanel).toEqual({
      status: 'COMPLETED',
      completedAt: expect.any(String),
      verdict: 'PASS',
      allowedActions: [],
    });
    const late = { panelId, name: 'Late' };
    await expect(act(client, 'updateMaterialTestPanel', late, '__typename')).rejects.toThrow(
      'UPDATE_MATERIAL_TEST_PANEL is not possible',
    );
    const again = await client.refused(Complete, { input: { panelId } }, 'TransitionError');
    expect(again).toMatchObject({ from: 'COMPLETED', action: 'COMPLETE_MATERIAL_TEST_PANEL' });
    const input = { panelId, instructionId, value: '1' };
    const tooLate = await client.refused(Record, { input }, 'TransitionError');
    expect(tooLate).toMatchObject({ action: 'RECORD_MATERIAL_TEST' });
  });

  it('fails with its first failure, and can be found by it', async () => {
    const { ours } = await app().organizations();
    const { client, record } = await bench(ours, { upperLimit: '2' });
    await bench(ours, { upperLimit: '2' });
    await record('3');
    const find = async (failed: boolean) =>
      (await client.query(Panels, { filter: { failed } })).materialTestPanels.nodes.map(
        (each) => each.verdict,
      );
    expect(await find(true)).toEqual(['FAIL']);
    expect(await find(false)).toEqual([null]);
  });

  it('names a sample and every operation once', async () => {
    const { ours, theirs } = await app().organizations();
    const { client, operationId, sampleId } = await bench(ours);
    const stranger = await bench(theirs);
    for (const [input, path] of [
      [{ name: 'P', sampleId, operationIds: [operationId, operationId] }, ['operationIds']],
      [{ name: 'P', sampleId, operationIds: [] }, ['operationIds']],
      [{ name: 'P', sampleId: stranger.sampleId, operationIds: [operationId] }, ['sampleId']],
      [{ name: 'P', sampleId, operationIds: [stranger.operationId] }, ['operationIds', '0']],
    ] as const) {
      const refused = await client.refused(
        CreatePanel,
        { input: { ...input, operationIds: [...input.operationIds] } },
        'InvalidInputError',
      );
      expect(refused.issues[0]?.path).toEqual(path);
    }
  });
});
