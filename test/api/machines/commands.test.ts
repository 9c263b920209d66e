import { describe, expect, it } from 'vitest';
import { graphql } from '../../../client/generated/gql.ts';
import type { CommandMachineInput } from '../../../client/generated/graphql.ts';
import { failOverdueCommands } from '../../../src/machines/machine-command.deadlines.ts';
import { type TestOrganization, unique, useApp } from '../../support/app.ts';
import type { Client } from '../../support/client.ts';
import { makeOrder, makeRun, makeShop } from '../../support/factories.ts';
import {
  announceFile,
  claim,
  makeCollector,
  makeCommand,
  makeConnected,
  makeMachine,
  storeFile,
} from '../../support/machines.ts';
import { subscribe } from '../../support/stream.ts';
import { act, asRole, create, logOf, uuidOf } from '../support.ts';

let now = new Date('2026-03-01T08:00:00Z');
const app = useApp({ now: () => now });

const Command = graphql(`
  mutation CommandsCommand($input: CommandMachineInput!) {
    commandMachine(input: $input) {
      __typename
      ... on CommandMachineSuccess {
        machineCommand {
          id status jobName externalJobId deadline file { id } preset { id } run { id } user { id } allowedActions
        }
      }
      ... on InvalidInputError { issues { path message } }
      ... on BlockedError { blockedBy { rule } }
      ... on TransitionError { from action }
    }
  }
`);
const See = graphql(`
  query CommandsSee($id: ID!) {
    machineCommand(id: $id) {
      status error response externalJobId claimedAt endedAt allowedActions collector { id }
    }
  }
`);
const Events = graphql(`
  subscription CommandsEvents($machineId: ID, $collectorId: ID) {
    machineCommandEvents(machineId: $machineId, collectorId: $collectorId) {
      __typename
      ... on Event { subjectId }
      ... on MachineCommandStatusChanged { to }
    }
  }
`);

const see = async (client: Client, id: string) => (await client.query(See, { id })).machineCommand;
const refusedAt = async (client: Client, input: CommandMachineInput) =>
  (await client.refused(Command, { input }, 'InvalidInputError')).issues[0]?.path;
const blockedBy = async (client: Client, input: CommandMachineInput) =>
  (await client.refused(Command, { input }, 'BlockedError')).blockedBy.map(({ rule }) => rule);
const preset = (client: Client, machineId: string, more: object = {}) =>
  create(client, 'PrintingPreset', { machineId, name: unique('Preset'), ...more });

/** A machine at a printer, with its collector and a run that may start. */
async function connectedRun(client: Client) {
  const shop = await makeShop(client);
  const collectorId = await makeCollector(client);
  await act(client, 'updateMachine', { machineId: shop.machineId, collectorId }, '__typename');
  const { pieces } = await makeOrder(client, shop, { quantity: 1 });
  const pieceId = pieces[0]?.id ?? '';
  const run = await makeRun(client, shop.printerId, [pieceId], 'QUEUED');
  return { ...shop, collectorId, pieceId, run, presetId: await preset(client, shop.machineId) };
}

describe('a command', () => {
  it('to start the job of a run names the job so that its build links itself to the run', async () => {
    const { ours } = await app().organizations();
    const { machineId, run, presetId } = await connectedRun(ours.client);
    const fileId = await storeFile(ours.client, 'G28\n', 'plate.gcode');
    const input = { machineId, type: 'START_JOB' as const, runId: run.id, presetId, fileId };
    const { machineCommand } = await ours.client.success(Command, { input }, 'CommandMachineSuccess');
    expect(machineCommand).toMatchObject({
      status: 'NEW',
      jobName: run.number,
      file: { id: fileId },
      preset: { id: presetId },
      run: { id: run.id },
      allowedActions: ['CLAIM_MACHINE_COMMANDS', 'FAIL_MACHINE_COMMAND'],
    });
    const build = { machineId, name: machineCommand.jobName, status: 'PROCESSING' };
    const linked = await act<{ build: { run: { id: string; status: string } } }>(
      ours.client,
      'reportBuild',
      build,
      'build { run { id status } }',
    );
    expect(linked.build.run).toEqual({ id: run.id, status: 'IN_PROGRESS' });
  });

  it('needs a file or a preset to start, and a job for what is done to one', async () => {
    const { ours } = await app().organizations();
    const machineId = await makeMachine(ours.client);
    expect(await refusedAt(ours.client, { machineId, type: 'START_JOB' })).toEqual(['fileId']);
    for (const type of ['PAUSE_JOB', 'RESUME_JOB', 'CANCEL_JOB'] as const) {
      expect(await refusedAt(ours.client, { machineId, type })).toEqual(['externalJobId']);
      await makeCommand(ours.client, machineId, { type, externalJobId: '17' });
    }
    const presetId = await preset(ours.client, machineId);
    expect(await refusedAt(ours.client, { machineId, type: 'CHECK_CONFIGURATION', presetId })).toEqual([
      'presetId',
    ]);
  });

  it('to pause the job of a run means the job that was begun for it', async () => {
    const { ours } = await app().organizations();
    const { machineId, collectorId, run, presetId } = await connectedRun(ours.client);
    const runId = run.id;
    const started = await makeCommand(ours.client, machineId, { type: 'START_JOB', runId, presetId });
    await claim(ours.client, collectorId);
    const done = { machineCommandId: started, externalJobId: 'job-9', response: { queued: [1, null] } };
    await act(ours.client, 'completeMachineCommand', done, '__typename');
    expect(await see(ours.client, started)).toMatchObject({ response: { queued: [1, null] } });
    const paused = await makeCommand(ours.client, machineId, { type: 'PAUSE_JOB', runId });
    expect(await see(ours.client, paused)).toMatchObject({ externalJobId: 'job-9' });
  });

  it('is refused a file that was not uploaded, and presets that are not offered there', async () => {
    const { ours } = await app().organizations();
    const machineId = await makeMachine(ours.client);
    const start = { machineId, type: 'START_JOB' as const };
    const { fileId } = await announceFile(ours.client);
    expect(await refusedAt(ours.client, { ...start, fileId })).toEqual(['fileId']);
    const presetId = await preset(ours.client, await makeMachine(ours.client));
    expect(await refusedAt(ours.client, { ...start, presetId })).toEqual(['presetId']);
    const inactive = await preset(ours.client, machineId, { isActive: false });
    expect(await refusedAt(ours.client, { ...start, presetId: inactive })).toEqual(['presetId']);
  });

  it('is refused to a machine that is archived, or whose collector is disabled', async () => {
    const { ours } = await app().organizations();
    const { machineId, collectorId } = await makeConnected(ours.client);
    await act(ours.client, 'updateCollector', { collectorId, isEnabled: false }, '__typename');
    const input = { machineId, type: 'CHECK_CONFIGURATION' as const };
    expect(await blockedBy(ours.client, input)).toEqual(['collector.isEnabled']);
    await act(ours.client, 'archiveMachine', { machineId }, '__typename');
    const refused = await ours.client.refused(Command, { input }, 'TransitionError');
    expect(refused).toMatchObject({ from: 'ARCHIVED', action: 'COMMAND_MACHINE' });
  });

  it('to start is refused while another one is open, also of those sent at once', async () => {
    const { ours } = await app().organizations();
    const { machineId, collectorId } = await makeConnected(ours.client);
    const presetId = await preset(ours.client, machineId);
    const input = { machineId, type: 'START_JOB' as const, presetId };
    const answers = await Promise.all(
      [1, 2, 3, 4].map(async () => (await ours.client.send(Command, { input })).data().commandMachine),
    );
    expect(answers.filter((answer) => answer.__typename === 'CommandMachineSuccess')).toHaveLength(1);
    expect(await blockedBy(ours.client, input)).toEqual(['machine.oneStart']);
    const [first = ''] = await claim(ours.client, collectorId);
    const failed = { machineCommandId: first, error: 'The door is open.' };
    await act(ours.client, 'failMachineCommand', failed, '__typename');
    await ours.client.success(Command, { input }, 'CommandMachineSuccess');
  });

  it('to start a run asks what starting the run asks', async () => {
    const { ours } = await app().organizations();
    const { machineId, run, presetId, pieceId } = await connectedRun(ours.client);
    const input = { machineId, type: 'START_JOB' as const, runId: run.id, presetId };
    await act(ours.client, 'placeHold', { pieceId, reason: 'Oil on the powder' }, '__typename');
    expect((await blockedBy(ours.client, input)).length).toBeGreaterThan(0);
    await act(ours.client, 'cancelRun', { runId: run.id }, '__typename');
    expect(await blockedBy(ours.client, input)).toEqual(['run.mayStart']);
  });

  it('for a run of another workstation is refused', async () => {
    const { ours } = await app().organizations();
    const { run } = await connectedRun(ours.client);
    const machineId = await makeMachine(ours.client);
    const presetId = await preset(ours.client, machineId);
    const input = { machineId, type: 'START_JOB' as const, runId: run.id, presetId };
    expect(await refusedAt(ours.client, input)).toEqual(['runId']);
  });
});

describe('claiming', () => {
  it('gives each command to one of two collectors that ask at once', async () => {
    const { ours } = await app().organizations();
    const machines = await Promise.all([1, 2, 3].map(() => makeMachine(ours.client)));
    const collectors = [await makeCollector(ours.client), await makeCollector(ours.client)];
    const given: string[] = [];
    for (const machineId of [...machines, ...machines, ...machines]) {
      given.push(await makeCommand(ours.client, machineId));
    }
    const claimed = await Promise.all(
      [...collectors, ...collectors].map((collectorId) =>
        claim(ours.client, collectorId, { machineIds: machines, first: 5 }),
      ),
    );
    expect(claimed.flat().sort()).toEqual([...given].sort());
  });

  it('gives the commands of its own machines only, oldest first, as many as it asks for', async () => {
    const { ours } = await app().organizations();
    const { machineId, collectorId } = await makeConnected(ours.client);
    const other = await makeConnected(ours.client);
    const unassigned = await makeMachine(ours.client);
    const given: string[] = [];
    for (let count = 0; count < 3; count++) {
      given.push(await makeCommand(ours.client, machineId));
      await makeCommand(ours.client, other.machineId);
    }
    const loose = await makeCommand(ours.client, unassigned);
    expect(await claim(ours.client, collectorId, { first: 2 })).toEqual(given.slice(0, 2));
    expect(await claim(ours.client, collectorId)).toEqual(given.slice(2));
    const machineIds = [other.machineId, unassigned];
    expect(await claim(ours.client, collectorId, { machineIds })).toEqual([loose]);
  });

  it('is safe to repeat, and what was taken can be found again', async () => {
    const { ours } = await app().organizations();
    const { machineId, collectorId } = await makeConnected(ours.client);
    const given = await makeCommand(ours.client, machineId);
    const once = { clientMutationId: 'once' };
    expect(await claim(ours.client, collectorId, once)).toEqual([given]);
    expect(await claim(ours.client, collectorId, once)).toEqual([given]);
    expect(await claim(ours.client, collectorId)).toEqual([]);
    const { machineCommands } = await ours.client.query(
      graphql(
        `query CommandsTaken($filter: MachineCommandFilter) { machineCommands(filter: $filter) { nodes { id } } }`,
      ),
      { filter: { collector: { equals: collectorId }, status: { equals: 'PROCESSING' } } },
    );
    expect(machineCommands.nodes).toEqual([{ id: given }]);
  });

  it('is refused to a collector that was disabled, as are its answers', async () => {
    const { ours } = await app().organizations();
    const { machineId, collectorId } = await makeConnected(ours.client);
    const given = await makeCommand(ours.client, machineId);
    await claim(ours.client, collectorId);
    await act(ours.client, 'updateCollector', { collectorId, isEnabled: false }, '__typename');
    await expect(claim(ours.client, collectorId)).rejects.toThrow(/collector.*disabled/i);
    const done = { machineCommandId: given };
    await expect(act(ours.client, 'completeMachineCommand', done, '__typename')).rejects.toThrow(/disabled/);
  });

  it('needs no more than the right to report, while commanding needs the right to work', async () => {
    const { ours } = await app().organizations();
    const { machineId, collectorId } = await makeConnected(ours.client);
    const given = await makeCommand(ours.client, machineId);
    const collector = await asRole(ours, 'MACHINE');
    expect(await claim(collector, collectorId)).toEqual([given]);
    await act(collector, 'completeMachineCommand', { machineCommandId: given }, '__typename');
  });
});

describe('a command that nobody answers', () => {
  it.each([
    { what: 'that nobody took', taken: false, error: /No collector took/ },
    { what: 'that a collector took', taken: true, error: /did not answer/ },
  ])('$what fails at its deadline, by the system', async ({ taken, error }) => {
    const { ours } = await app().organizations();
    const { machineId, collectorId } = await makeConnected(ours.client);
    const given = await makeCommand(ours.client, machineId, { timeout: 'PT2M' });
    if (taken) await claim(ours.client, collectorId);
    now = new Date(now.getTime() + 119_000);
    await failOverdueCommands(app().app.runtime);
    expect(await see(ours.client, given)).toMatchObject({ error: null, endedAt: null });
    now = new Date(now.getTime() + 1_000);
    await Promise.all([1, 2].map(() => failOverdueCommands(app().app.runtime)));
    expect(await see(ours.client, given)).toMatchObject({
      status: 'ERROR',
      error: expect.stringMatching(error),
      endedAt: now.toISOString(),
      allowedActions: [],
    });
    const ends = await endsOf(ours, given);
    expect(ends).toMatchObject([{ actorKind: 'SYSTEM', actorId: null }]);
    expect(await claim(ours.client, collectorId)).toEqual([]);
  });

  it('fails after ten minutes unless told otherwise', async () => {
    const { ours } = await app().organizations();
    const input = { machineId: await makeMachine(ours.client), type: 'CHECK_CONFIGURATION' as const };
    const { machineCommand } = await ours.client.success(Command, { input }, 'CommandMachineSuccess');
    expect(machineCommand.deadline).toBe(new Date(now.getTime() + 600_000).toISOString());
  });

  const endsOf = async (organization: TestOrganization, id: string) =>
    (await logOf(app(), organization)).filter(
      (event) =>
        event.subjectId === uuidOf(id) &&
        event.kind === 'MachineCommandStatusChanged' &&
        (event.after as { status?: string }).status === 'ERROR',
    );
});

describe('the stream of commands', () => {
  it('tells a collector of what its machines are to do, before it has taken it', async () => {
    const { ours } = await app().organizations();
    const { machineId, collectorId } = await makeConnected(ours.client);
    const other = await makeConnected(ours.client);
    const streams = [
      await subscribe(ours.client, Events, { collectorId }),
      await subscribe(ours.client, Events, { machineId }),
    ];
    for (const stream of streams) await stream.expectNext((message) => message.__typename === 'Position');
    await makeCommand(ours.client, other.machineId);
    const given = await makeCommand(ours.client, machineId);
    await claim(ours.client, collectorId);
    for (const stream of streams) {
      expect(await stream.take(2)).toEqual([
        { __typename: 'MachineCommandCreated', subjectId: given },
        { __typename: 'MachineCommandStatusChanged', subjectId: given, to: 'PROCESSING' },
      ]);
      await stream.close();
    }
  });
});
