import { describe, expect, it } from 'vitest';
import { graphql } from '../../client/generated/gql.ts';
import { act, create } from '../api/support.ts';
import { unique, useApp } from '../support/app.ts';
import type { Client } from '../support/client.ts';
import { countingCalls, type DatabaseCalls } from '../support/database-calls.ts';
import { makeShop } from '../support/factories.ts';
import { makeCollector, makeCommand, makeMachine } from '../support/machines.ts';

let calls: DatabaseCalls | null = null;
const app = useApp({
  through: (database) => {
    calls = countingCalls(database);
    return calls.database;
  },
});

async function statementsOf(work: () => Promise<unknown>): Promise<string[]> {
  if (!calls) throw new Error('The server has not started.');
  return (await calls.during(work)).statements;
}

const Machines = graphql(`
  query CostMachines($first: Int!) {
    machines(first: $first) {
      nodes {
        name status isOnline staleSince hasPassword
        workstation { name } machineType { name captureTypes { nodes { name } } } collector { name health }
        currentBuild { name currentLayer run { number } }
        cassettes { nodes { name material { name } } }
        presets { totalCount nodes { name } }
        commands(first: 2) { nodes { status jobName collector { name } } }
        captures(first: 2) { nodes { status captureType { name } file { name } } }
        services { nodes { name materials { nodes { materialName } } } }
      }
    }
  }
`);

/** A machine with one of everything that the query above looks at. */
async function fullMachine(client: Client): Promise<void> {
  const machineTypeId = await create(client, 'MachineType', { name: unique('M 290') });
  await create(client, 'CaptureType', { name: unique('log'), machineTypeId });
  const collectorId = await makeCollector(client);
  const machineId = await makeMachine(client, { machineTypeId, collectorId });
  await act(client, 'reportBuild', { machineId, name: unique('Plate'), status: 'PROCESSING' }, '__typename');
  await create(client, 'Cassette', { name: unique('Cassette'), machineId });
  await create(client, 'PrintingPreset', { machineId, name: unique('Preset') });
  await makeCommand(client, machineId);
  const service = { name: unique('Service'), url: 'https://machines.example.com', machineId };
  await create(client, 'MachineService', service);
}

describe('the statements of a page of machines', () => {
  it('are as many for twenty as for one', async () => {
    const { ours } = await app().organizations();
    for (let count = 0; count < 20; count++) await fullMachine(ours.client);
    const one = await statementsOf(() => ours.client.query(Machines, { first: 1 }));
    const many = await statementsOf(() => ours.client.query(Machines, { first: 20 }));
    expect(many.length, many.join('\n')).toBe(one.length);
  });
});

describe('the statements of a list that a machine tells', () => {
  const names = (count: number) => Array.from({ length: count }, (_, place) => `${place}`);

  it.each([
    {
      what: 'presets',
      tell: (client: Client, machineId: string, count: number, word: string) =>
        act(
          client,
          'syncPrintingPresets',
          { machineId, presets: names(count).map((name) => ({ name, description: word })) },
          '__typename',
        ),
    },
    {
      what: 'cassettes',
      tell: (client: Client, machineId: string, count: number, word: string) =>
        act(
          client,
          'reportCassettes',
          { machineId, cassettes: names(count).map((serialNumber) => ({ serialNumber, spool: word })) },
          '__typename',
        ),
    },
  ])('are as many for a hundred $what as for one, new, changed and gone', async ({ tell }) => {
    const told = async (count: number): Promise<number[]> => {
      const { ours } = await app().organizations();
      const { machineId } = await makeShop(ours.client);
      const counts: number[] = [];
      for (const [size, word] of [
        [count, 'a'],
        [count, 'b'],
        [0, 'b'],
      ] as const) {
        counts.push((await statementsOf(() => tell(ours.client, machineId, size, word))).length);
      }
      return counts;
    };
    expect(await told(100)).toEqual(await told(1));
  });
});
