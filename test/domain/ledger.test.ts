import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  applyAction,
  type Contents,
  isCarry,
  type LedgerAction,
  type Link,
  type Movement,
  onHand,
  ShortageError,
} from '../../src/materials/ledger.ts';
import {
  aged,
  amount,
  fractionsOf,
  fromJson,
  type Holding,
  nothing,
  plus,
  portion,
  quanta,
  quantityOf,
  toJson,
  totalOf,
} from '../../src/materials/mixture.ts';

const id = (kind: string, number: number) => `${kind}${String(number).padStart(4, '0')}`;

/** A step of a random history; numbers choose among what there is. */
const step = fc.record({
  what: fc.constantFrom(
    'initial',
    'initial',
    'add',
    'split',
    'split',
    'blend',
    'blend',
    'load',
    'topOff',
    'consume',
    'chamber',
    'hopper',
    'sieve',
    'scrap',
    'sample',
    'adjust',
  ),
  a: fc.nat(1_000),
  b: fc.nat(1_000),
  share: fc.integer({ min: 1, max: 999 }),
  quantity: fc.bigInt({ min: 1n, max: 10n ** 18n }),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

interface World {
  batches: Map<string, Contents>;
  actions: LedgerAction[];
  links: Link[];
  received: Map<string, bigint>;
  counter: number;
}

const movement = (more: Partial<Movement> & Pick<Movement, 'id' | 'from' | 'to' | 'quantity'>): Movement => ({
  sourceBatchId: null,
  destinationBatchId: null,
  container: null,
  pieceId: null,
  cycleShift: 0,
  stored: null,
  ...more,
});

/** Plays a step, where it is possible. */
function play(world: World, { what, a, b, share, quantity }: Step): void {
  const next = () => world.counter++;
  const all = [...world.batches.values()];
  const atHand = all.filter((each) => quantityOf(each.available) > 0n);
  const loaded = all.filter((each) => quantityOf(each.reserved) > 0n);
  const pick = <T>(list: readonly T[], by: number): T | undefined => list[by % Math.max(1, list.length)];
  const some = (whole: bigint): bigint => {
    const part = (whole * BigInt(share)) / 1_000n;
    return part > 0n ? part : whole;
  };
  const movements: Movement[] = [];
  const move = (more: Omit<Parameters<typeof movement>[0], 'id'>) =>
    movements.push(movement({ id: id('link', next()), ...more }));
  let type: LedgerAction['type'] = 'SPLIT';
  let batchId: string | null = null;
  const receive = (destinationBatchId: string) => {
    const lotId = id('lot', next() % 7);
    world.received.set(lotId, (world.received.get(lotId) ?? 0n) + quantity);
    const container = { id: id('cont', next()), lotId, expiresAt: null, usageCyclesLimit: 10 };
    move({ from: 'CONTAINER', to: 'BATCH', destinationBatchId, container, quantity });
  };
  const source = pick(atHand, a);
  const machine = pick(loaded, b);
  if (what === 'initial') {
    type = 'CREATE_INITIAL_BATCH';
    receive(id('bat', next()));
  } else if (what === 'add') {
    const into = pick(
      all.filter((each) => quantityOf(each.reserved) === 0n),
      a,
    );
    if (!into) return;
    type = 'ADD_CONTAINER';
    receive(into.batchId);
  } else if (what === 'blend') {
    const sources = atHand.slice(0, 2 + (b % 4));
    if (sources.length < 2) return;
    type = 'BLEND';
    const destinationBatchId = id('bat', next());
    for (const each of sources)
      move({
        from: 'BATCH',
        to: 'BATCH',
        sourceBatchId: each.batchId,
        destinationBatchId,
        quantity: some(quantityOf(each.available)),
      });
  } else if (what === 'topOff') {
    if (!machine || !source || machine.batchId === source.batchId) return;
    type = 'TOP_OFF';
    const destinationBatchId = id('bat', next());
    move({
      from: 'LOADED',
      to: 'LOADED',
      sourceBatchId: machine.batchId,
      destinationBatchId,
      quantity: quantityOf(machine.reserved),
    });
    move({
      from: 'BATCH',
      to: 'LOADED',
      sourceBatchId: source.batchId,
      destinationBatchId,
      quantity: some(quantityOf(source.available)),
    });
  } else if (what === 'consume' || what === 'chamber' || what === 'hopper') {
    if (!machine) return;
    const part = some(quantityOf(machine.reserved));
    const sourceBatchId = machine.batchId;
    if (what === 'consume') {
      type = 'CONSUME';
      move({ from: 'LOADED', to: 'PIECE', sourceBatchId, pieceId: id('piece', next()), quantity: part });
    } else if (what === 'chamber') {
      type = 'UNLOAD_CHAMBER';
      const destinationBatchId = id('bat', next());
      move({ from: 'LOADED', to: 'BATCH', sourceBatchId, destinationBatchId, quantity: part, cycleShift: 1 });
    } else {
      type = 'UNLOAD_HOPPER';
      move({ from: 'LOADED', to: 'BATCH', sourceBatchId, destinationBatchId: sourceBatchId, quantity: part });
    }
  } else {
    if (!source) return;
    const part = some(quantityOf(source.available));
    const sourceBatchId = source.batchId;
    batchId = sourceBatchId;
    if (what === 'split') {
      move({
        from: 'BATCH',
        to: 'BATCH',
        sourceBatchId,
        destinationBatchId: id('bat', next()),
        quantity: part,
      });
    } else if (what === 'load') {
      type = 'LOAD';
      move({ from: 'BATCH', to: 'LOADED', sourceBatchId, destinationBatchId: sourceBatchId, quantity: part });
    } else if (what === 'adjust' && b % 2) {
      type = 'ADJUST';
      move({ from: 'ADJUSTMENT', to: 'BATCH', destinationBatchId: sourceBatchId, quantity: part });
    } else {
      const to = { sieve: 'SIEVE_LOSS', scrap: 'SCRAP', sample: 'SAMPLE', adjust: 'ADJUSTMENT' }[
        what as 'sieve'
      ] as Movement['to'];
      type = { sieve: 'SIEVE', scrap: 'SCRAP', sample: 'SAMPLE', adjust: 'ADJUST' }[
        what as 'sieve'
      ] as LedgerAction['type'];
      move({ from: 'BATCH', to, sourceBatchId, quantity: part });
    }
  }
  const action: LedgerAction = {
    id: id('act', next()),
    type,
    occurredAt: new Date(world.counter),
    batchId,
    workstationTypeId: 'printer',
    sets: new Map(),
    movements,
  };
  world.actions.push(action);
  world.links.push(...applyAction(world.batches, action, () => id('carry', next())));
}

function worldOf(steps: readonly Step[]): World {
  const world: World = { batches: new Map(), actions: [], links: [], received: new Map(), counter: 0 };
  for (const each of steps) play(world, each);
  return world;
}

const histories = fc.array(step, { minLength: 5, maxLength: 60 });
const runs = { numRuns: 1_500 };
const held = (each: Contents): Holding => plus(each.available, each.reserved);

describe('the ledger', () => {
  it('conserves every quantum of every lot, wherever it goes', () => {
    fc.assert(
      fc.property(histories, (steps) => {
        const world = worldOf(steps);
        const there = new Map<string, bigint>();
        const count = (holding: Holding, sign: bigint) => {
          for (const [lot, value] of holding.lots) there.set(lot, (there.get(lot) ?? 0n) + sign * value);
        };
        for (const each of world.batches.values()) count(held(each), 1n);
        for (const link of world.links) {
          if (isCarry(link)) continue;
          if (!['BATCH', 'LOADED'].includes(link.to)) count(link.moved, 1n);
          if (link.from === 'ADJUSTMENT') count(link.moved, -1n);
        }
        for (const [lot, value] of world.received) expect(there.get(lot) ?? 0n).toBe(value);
      }),
      runs,
    );
  });

  it('keeps both ways to split a batch equal to its quantity, and fractions equal to one', () => {
    fc.assert(
      fc.property(histories, (steps) => {
        for (const each of worldOf(steps).batches.values()) {
          for (const part of [each.available, each.reserved, each.mixed]) {
            expect(totalOf(part.cycles)).toBe(totalOf(part.lots));
          }
          for (const shares of [each.mixed.lots, each.mixed.cycles]) {
            const sum = fractionsOf(shares).reduce((total, { fraction }) => total.plus(fraction), amount(0n));
            expect(sum.toFixed()).toBe('1');
          }
        }
      }),
      runs,
    );
  });

  it('makes no cycle, and reaches every lot that a batch has a share of', () => {
    fc.assert(
      fc.property(histories, (steps) => {
        const world = worldOf(steps);
        const parents = new Map<string, string[]>();
        for (const { fromNode, toNode } of world.links) {
          if (fromNode && toNode) parents.set(toNode, [...(parents.get(toNode) ?? []), fromNode]);
        }
        const lotOf = new Map(
          world.actions.flatMap(({ movements }) =>
            movements.flatMap(({ container }) => (container ? [[container.id, container.lotId]] : [])),
          ) as [string, string][],
        );
        const above = (node: string, path: readonly string[]): Set<string> => {
          expect(path).not.toContain(node);
          return new Set([
            node,
            ...(parents.get(node) ?? []).flatMap((each) => [...above(each, [...path, node])]),
          ]);
        };
        for (const each of world.batches.values()) {
          if (!each.nodeId) continue;
          const lots = new Set([...above(each.nodeId, [])].flatMap((node) => lotOf.get(node) ?? []));
          for (const lot of each.mixed.lots.keys()) expect(lots).toContain(lot);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('gives the same when everything is applied again', () => {
    fc.assert(
      fc.property(histories, (steps) => {
        const world = worldOf(steps);
        const again = new Map<string, Contents>();
        const links = world.actions.flatMap((action) => applyAction(again, action, () => 'carry'));
        expect(again).toEqual(world.batches);
        expect(links.map(({ id: _, ...link }) => link)).toEqual(
          world.links.map(({ id: _, ...link }) => link),
        );
      }),
      { numRuns: 300 },
    );
  });

  it('never takes what is not there', () => {
    const batches = new Map<string, Contents>();
    const act = (movements: Movement[]): LedgerAction => ({
      id: 'a',
      type: 'SPLIT',
      occurredAt: new Date(0),
      batchId: null,
      workstationTypeId: null,
      sets: new Map(),
      movements,
    });
    const container = { id: 'c', lotId: 'l', expiresAt: null, usageCyclesLimit: null };
    applyAction(
      batches,
      act([
        movement({
          id: '1',
          from: 'CONTAINER',
          to: 'BATCH',
          destinationBatchId: 'b',
          container,
          quantity: 5n,
        }),
      ]),
      () => 'carry',
    );
    const six = movement({ id: '2', from: 'BATCH', to: 'SCRAP', sourceBatchId: 'b', quantity: 6n });
    expect(() => applyAction(batches, act([six]), () => 'carry')).toThrow(ShortageError);
    expect(onHand(batches.get('b') as Contents)).toBe(5n);
  });
});

describe('a mixture', () => {
  const shares = fc
    .array(fc.tuple(fc.string({ minLength: 1, maxLength: 4 }), fc.bigInt({ min: 1n, max: 10n ** 20n })), {
      minLength: 1,
      maxLength: 12,
    })
    .map((list) => new Map(list));

  it('is apportioned exactly, and no key gets more than it has', () => {
    fc.assert(
      fc.property(shares, fc.integer({ min: 1, max: 1_000 }), (lots, thousandths) => {
        const whole = totalOf(lots);
        const quantity = (whole * BigInt(thousandths)) / 1_000n;
        const part = portion({ lots, cycles: lots }, quantity);
        expect(quantityOf(part)).toBe(quantity);
        for (const [key, value] of part.lots) expect(value <= (lots.get(key) ?? 0n)).toBe(true);
      }),
      runs,
    );
  });

  it('is stored and read without loss', () => {
    fc.assert(
      fc.property(shares, (lots) => {
        expect(fromJson(JSON.parse(JSON.stringify(toJson(lots))))).toEqual(
          new Map([...lots].sort(([a], [b]) => (a < b ? -1 : 1))),
        );
      }),
    );
    expect(amount(quanta({ toFixed: () => '453.592370000001' })).toFixed()).toBe('453.592370000001');
  });

  it('shows a trace of a lot, however small', () => {
    const fractions = fractionsOf(
      new Map([
        ['much', 10n ** 30n],
        ['trace', 1n],
      ]),
    );
    expect(fractions.map(({ key, fraction }) => [key, fraction.toFixed()])).toEqual([
      ['much', '0.999999999999999999'],
      ['trace', '0.000000000000000001'],
    ]);
  });

  it('ages by builds', () => {
    expect(aged({ ...nothing, cycles: new Map([['2', 5n]]) }, 1).cycles).toEqual(new Map([['3', 5n]]));
  });
});
