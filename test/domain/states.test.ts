import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  AnomalyStatus,
  LineItemStatus,
  OrderStatus,
  PieceStatus,
  RunStatus,
} from '../../prisma/generated/client/client.ts';
import type { StateTable } from '../../src/commands/states.ts';
import { TransitionError } from '../../src/errors.ts';
import { anomalyStates } from '../../src/monitoring/anomaly.service.ts';
import { lineItemStates } from '../../src/orders/line-item.state.ts';
import { orderStates } from '../../src/orders/order.status.ts';
import { pieceStates } from '../../src/production/piece.service.ts';
import { runStates } from '../../src/production/run.state.ts';

// What each state allows, and where it leads: an action without an end keeps the state, or lets more than the action
// decide about it.
interface Expected {
  table: StateTable<string, string>;
  states: Record<string, string>;
  allowed: Record<string, readonly string[]>;
  ends: Record<string, string>;
}

const tables: Record<string, Expected> = {
  Order: {
    table: orderStates as never,
    states: OrderStatus,
    allowed: {
      NEW: ['update', 'addLineItem', 'cancel'],
      PENDING: ['update', 'addLineItem', 'confirm', 'cancel'],
      CONFIRMED: ['update', 'addLineItem', 'confirm', 'cancel'],
      PROCESSING: ['update', 'addLineItem', 'confirm', 'cancel'],
      PRINTING: ['update', 'addLineItem', 'cancel'],
      POST_PROCESSING: ['update', 'addLineItem', 'cancel'],
      SHIPPING: ['update', 'addLineItem', 'cancel'],
      COMPLETE: ['update'],
      CANCELLED: [],
    },
    ends: {},
  },
  LineItem: {
    table: lineItemStates as never,
    states: LineItemStatus,
    allowed: {
      NEW: ['update', 'cancel'],
      PENDING: ['update', 'confirm', 'cancel'],
      CONFIRMED: ['update', 'cancel'],
      PRINTING: ['update', 'cancel'],
      POST_PROCESSING: ['update', 'cancel'],
      SHIPPING: ['update', 'cancel'],
      COMPLETE: [],
      CANCELLED: [],
    },
    ends: { confirm: 'CONFIRMED', cancel: 'CANCELLED' },
  },
  Piece: {
    table: pieceStates as never,
    states: PieceStatus,
    allowed: {
      NEW: [],
      CONFIRMED: [],
      QUEUED: [],
      IN_PROGRESS: [],
      COMPLETE: [],
      ERROR: ['redo'],
      CANCELLED: [],
    },
    ends: { redo: 'CONFIRMED' },
  },
  Run: {
    table: runStates as never,
    states: RunStatus,
    allowed: {
      CALCULATED: ['update', 'addPieces', 'removePieces', 'queue', 'cancel'],
      QUEUED: ['update', 'addPieces', 'removePieces', 'move', 'start', 'cancel'],
      QUEUED_WORK_READY: ['update', 'addPieces', 'removePieces', 'move', 'start', 'cancel'],
      IN_PROGRESS: ['update', 'pause', 'complete', 'fail'],
      PAUSED: ['update', 'resume', 'complete', 'fail'],
      COMPLETE: [],
      ERROR: ['update', 'queue'],
      CANCELLED: [],
    },
    ends: {
      queue: 'QUEUED',
      start: 'IN_PROGRESS',
      pause: 'PAUSED',
      resume: 'IN_PROGRESS',
      complete: 'COMPLETE',
      fail: 'ERROR',
      cancel: 'CANCELLED',
    },
  },
  Anomaly: {
    table: anomalyStates as never,
    states: AnomalyStatus,
    allowed: { UNADDRESSED: ['decide'], ADDRESSED: [] },
    ends: { decide: 'ADDRESSED' },
  },
};

describe.each(Object.entries(tables))('the states of %s', (noun, { table, states, allowed, ends }) => {
  it('are all told here, and so are its actions', () => {
    expect(Object.keys(allowed).sort()).toEqual(Object.keys(states).sort());
    expect([...new Set(Object.values(allowed).flat())].sort()).toEqual([...table.actions].sort());
  });

  const pairs = Object.keys(allowed).flatMap((state) =>
    table.actions.map((action) => [state, action] as const),
  );

  it.each(pairs)('%s and %s', (state, action) => {
    if (allowed[state]?.includes(action)) {
      expect(table.allows(state, action)).toBe(true);
      expect(table.next(state, action)).toBe(ends[action] ?? state);
      return;
    }
    expect(table.allows(state, action)).toBe(false);
    const refusal = new TransitionError(noun as never, state, action, allowed[state] ?? []);
    expect(() => table.next(state, action)).toThrow(refusal);
    expect(() => table.require(state, action)).toThrow(refusal);
  });

  it.each(Object.keys(allowed))('%s allows its actions in the order of the table', (state) => {
    expect(table.allowedActions(state)).toEqual(allowed[state]);
  });
});

it('every state table of the sources is held by these tests', () => {
  const folder = join(import.meta.dirname, '../../src');
  const found = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && file !== join('commands', 'states.ts'))
    .flatMap((file) => [
      ...readFileSync(join(folder, file), 'utf8').matchAll(/stateTable<[^(]*\(\s*'(\w+)'/g),
    ])
    .map(([, noun]) => noun);
  expect(found.sort()).toEqual(Object.keys(tables).sort());
});
