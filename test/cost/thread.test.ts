import { describe, expect, it } from 'vitest';
import { useApp } from '../support/app.ts';
import type { Client } from '../support/client.ts';
import { countingCalls, type DatabaseCalls } from '../support/database-calls.ts';
import { makeTraced } from '../support/thread.ts';

let clock = Date.now();
let calls: DatabaseCalls | null = null;
const app = useApp({
  now: () => new Date(clock),
  through: (database) => {
    calls = countingCalls(database);
    return calls.database;
  },
});
const time = {
  now: () => new Date(clock),
  tick: () => {
    clock += 1_000;
  },
};

const threads = `query($order: ID!) { pieces(first: 20, filter: { order: { equals: $order } }) { nodes { serial thread {
  order { number customerName } lineItem { designName } workflow { name }
  operations(first: 5) { nodes {
    attempt status startedBy { name user { name } } endedBy { name user { name } }
    run { number workstation { name } printingPresets(first: 1) { nodes { name } } }
    instructions(first: 1) { nodes { name revision } }
  } }
  runs(first: 5) { totalCount nodes { number } }
  builds(first: 5) { nodes { layers currentLayer anomalies(first: 1) { nodes { layer } } } }
  anomalies(first: 1) { nodes { id } }
  climate { sensor { name } count mean }
  lots(first: 5) { totalCount nodes { lot { name heats(first: 1) { nodes { heat { number } } } } expectedFraction } }
  batches(first: 5) { nodes { batch { name } until } }
  heats(first: 5) { nodes { expectedFraction lot { name } heat { number elements { symbol } properties { symbol } millCertification { supplier } } } }
  certificates(first: 1) { nodes { certificate { name } processStep { name } } }
  nonConformances { hold { reason } path { label } dispositions { disposition { decision } } }
  shipments(first: 1) { nodes { status } }
} } } }`;

interface Traced {
  operations: { nodes: object[] };
  heats: { nodes: object[] };
  nonConformances: { dispositions: object[] }[];
  climate: object[];
}

/** What a thread costs: of three times the least. On a busy machine what is loaded together may come in two parts. */
async function costOf(client: Client, order: string): Promise<{ found: Traced[]; statements: string[] }> {
  if (!calls) throw new Error('The server has not started.');
  const runs = [];
  for (let time = 0; time < 3; time++) {
    runs.push(await calls.during(() => client.sendText(threads, { order })));
  }
  const [least] = runs.sort((a, b) => a.statements.length - b.statements.length);
  if (!least) throw new Error('Nothing was measured.');
  const { nodes } = least.value.data().pieces as { nodes: { thread: Traced }[] };
  return { found: nodes.map(({ thread }) => thread), statements: least.statements };
}

describe('the statements of a thread are the same', () => {
  it('for one piece and for twenty, for a short history and for a long one', async () => {
    const { ours } = await app().organizations();
    const short = await makeTraced(ours.client, time);
    const long = await makeTraced(ours.client, { ...time, length: 4 });
    const many = await makeTraced(ours.client, { ...time, quantity: 20, length: 2 });
    const costs = {
      short: await costOf(ours.client, short.orderId),
      long: await costOf(ours.client, long.orderId),
      many: await costOf(ours.client, many.orderId),
    };
    expect(costs.short.found).toHaveLength(1);
    expect(costs.long.found[0]?.operations.nodes).toHaveLength(5);
    expect(costs.long.found[0]?.heats.nodes).toHaveLength(4);
    expect(costs.many.found).toHaveLength(20);
    for (const { found } of Object.values(costs)) {
      for (const each of found) {
        expect(each.climate).toHaveLength(2);
        expect(each.nonConformances.flatMap(({ dispositions }) => dispositions)).toHaveLength(1);
      }
    }
    const { length } = costs.short.statements;
    expect(costs.long.statements.length, costs.long.statements.join('\n')).toBe(length);
    expect(costs.many.statements.length, costs.many.statements.join('\n')).toBe(length);
    expect(length).toMatchInlineSnapshot(`50`);
  });
});
