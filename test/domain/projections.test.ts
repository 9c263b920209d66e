import { fc } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import {
  EndUse,
  LineItemStatus,
  OperationStatus,
  PieceStatus,
  WorkstationKind,
} from '../../prisma/generated/client/client.ts';
import { lineItemProgress } from '../../src/orders/line-item.progress.ts';
import { orderStatus } from '../../src/orders/order.status.ts';
import { pieceStatus } from '../../src/production/piece.status.ts';

const from = <T extends Record<string, string>>(values: T) =>
  fc.constantFrom(...(Object.values(values) as T[keyof T][]));

const items = fc.array(fc.record({ type: from(EndUse), status: from(LineItemStatus) }), {
  minLength: 1,
  maxLength: 6,
});
type Items = typeof items extends fc.Arbitrary<infer Value> ? Value : never;
/** The products; everything where there is none. */
const counted = (all: Items): Items => {
  const products = all.filter((item) => item.type === 'PRODUCT');
  return products.length > 0 ? products : all;
};
const shuffled = <T>(list: fc.Arbitrary<T[]>) =>
  list.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })));

describe('the status of an order', () => {
  it('is what the rule says', () => {
    fc.assert(
      fc.property(items, (all) => {
        const statuses = new Set(counted(all).map((item) => item.status));
        statuses.delete('CANCELLED');
        const [only] = statuses;
        const rule = () => {
          if (!only) return 'CANCELLED';
          if (statuses.size === 1) return only;
          return statuses.has('NEW') || statuses.has('PENDING') ? 'PENDING' : 'PROCESSING';
        };
        expect(orderStatus(all)).toBe(rule());
      }),
      { numRuns: 2_000 },
    );
  });

  it('does not depend on the order of its line items, nor on how many are alike', () => {
    fc.assert(
      fc.property(shuffled(items), ([all, other]) => {
        expect(orderStatus([...other, ...all])).toBe(orderStatus(all));
      }),
    );
  });

  it('is COMPLETE only when all that counts and is not cancelled is', () => {
    fc.assert(
      fc.property(items, (all) => {
        const open = counted(all).filter((item) => item.status !== 'CANCELLED');
        const complete = open.length > 0 && open.every((item) => item.status === 'COMPLETE');
        expect(orderStatus(all) === 'COMPLETE').toBe(complete);
      }),
    );
  });
});

describe('the status of a confirmed line item', () => {
  const stages = ['CONFIRMED', 'PRINTING', 'POST_PROCESSING', 'SHIPPING', 'COMPLETE'] as const;
  const current = fc.constantFrom(...stages.slice(0, 4));
  const counts = fc.dictionary(from(PieceStatus), fc.nat({ max: 3 }), { noNullPrototype: true });
  const begun = fc.uniqueArray(from(WorkstationKind)).map((kinds) => new Set(kinds));

  it('is COMPLETE when each piece that is not cancelled is, else the furthest stage that was reached', () => {
    fc.assert(
      fc.property(current, counts, begun, (was, pieces, kinds) => {
        const live = Object.entries(pieces).flatMap(([status, count]) => Array<string>(count).fill(status));
        const wanted = live.filter((status) => status !== 'CANCELLED');
        const reached = Math.max(
          stages.indexOf(was),
          kinds.has('PRINTER') ? 1 : 0,
          kinds.has('POST_PROCESSOR') ? 2 : 0,
          kinds.has('SHIPPING') ? 3 : 0,
        );
        const complete = wanted.length > 0 && wanted.every((status) => status === 'COMPLETE');
        expect(lineItemProgress(was, { counts: pieces, begun: kinds })).toBe(
          complete ? 'COMPLETE' : stages[reached],
        );
      }),
      { numRuns: 2_000 },
    );
  });

  it('is not COMPLETE while a piece is given up and none is made instead', () => {
    fc.assert(
      fc.property(current, counts, begun, (was, pieces, kinds) => {
        const short = { ...pieces, INCOMPLETE: 1 };
        expect(lineItemProgress(was, { counts: short, begun: kinds })).not.toBe('COMPLETE');
      }),
    );
  });

  it('never goes back', () => {
    fc.assert(
      fc.property(current, counts, begun, (was, pieces, kinds) => {
        const is = lineItemProgress(was, { counts: pieces, begun: kinds });
        expect(stages.indexOf(is as (typeof stages)[number])).toBeGreaterThanOrEqual(stages.indexOf(was));
      }),
    );
  });
});

describe('the status of a piece', () => {
  const steps = fc.uniqueArray(
    fc.record({
      position: fc.integer({ min: 1, max: 9 }),
      kind: from(WorkstationKind),
      status: from(OperationStatus),
    }),
    { minLength: 1, maxLength: 6, selector: (step) => step.position },
  );

  it('is that of its lowest step that is not complete; COMPLETE at the last when all are', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const open = all.filter((step) => step.status !== 'COMPLETE').map((step) => step.position);
        const at = open.length > 0 ? Math.min(...open) : Math.max(...all.map((step) => step.position));
        const step = all.find((each) => each.position === at);
        const names = { CREATED: 'CONFIRMED' } as Record<string, string>;
        expect(pieceStatus(all)).toEqual({
          status: names[step?.status ?? ''] ?? step?.status,
          stepPosition: at,
          stepKind: step?.kind,
        });
      }),
      { numRuns: 2_000 },
    );
  });

  it('does not depend on the order in which its steps are read', () => {
    fc.assert(
      fc.property(shuffled(steps), ([all, other]) => {
        expect(pieceStatus(other)).toEqual(pieceStatus(all));
      }),
    );
  });

  it('is not asked of a piece without steps', () => {
    expect(() => pieceStatus([])).toThrow('A piece without steps has no status.');
  });
});
