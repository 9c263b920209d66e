import { fc } from '@fast-check/vitest';
import { expect, it } from 'vitest';
import type { RunAction } from '../../src/production/run.state.ts';
import { act, mutationText, type Reply } from '../api/support.ts';
import { type TestOrganization, useApp } from '../support/app.ts';
import { makeShop, type Shop } from '../support/factories.ts';
import { expectInvariants } from './invariants.ts';

const app = useApp();

const statuses = ['PROCESSING', 'PAUSED', 'COMPLETE', 'FAILED', 'UNKNOWN'] as const;

/** The mutation of each action of a run. */
const mutationOf: Record<RunAction, string> = {
  UPDATE_RUN: 'updateRun',
  ADD_RUN_PIECES: 'addRunPieces',
  REMOVE_RUN_PIECES: 'removeRunPieces',
  QUEUE_RUN: 'queueRun',
  MOVE_RUN: 'moveRun',
  START_RUN: 'startRun',
  PAUSE_RUN: 'pauseRun',
  RESUME_RUN: 'resumeRun',
  COMPLETE_RUN: 'completeRun',
  FAIL_RUN: 'failRun',
  CANCEL_RUN: 'cancelRun',
};

const forwards: ReadonlySet<RunAction> = new Set(['QUEUE_RUN', 'START_RUN', 'RESUME_RUN', 'COMPLETE_RUN']);

const often = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);

/** What somebody does next: the numbers choose among what is there. */
const step = fc.record({
  what: fc.constantFrom(
    ...often(3, 'createRun' as const),
    // What the state of a run allows, and what it may not.
    ...often(14, 'allowed' as const),
    ...often(2, 'anything' as const),
    ...often(2, 'reportBuild' as const),
    ...often(2, 'redoPiece' as const),
    'scrapPieces' as const,
    ...often(2, 'remanufacturePieces' as const),
    'confirmLineItem' as const,
    'cancelLineItem' as const,
    'addLineItem' as const,
    'updateLineItem' as const,
    'confirmOrder' as const,
    'cancelOrder' as const,
  ),
  which: fc.nat({ max: 99 }),
  pieces: fc.nat({ max: 255 }),
  fails: fc.boolean(),
});
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

/** A small shop: one printer with room for two runs, a dock, an order of two line items with two pieces each. */
class Workshop {
  readonly ours: TestOrganization;
  readonly shop: Shop;
  readonly orderId: string;
  readonly lineItemIds: string[];
  readonly pieceIds: string[] = [];
  readonly runs: { id: string; number: string }[] = [];

  constructor(ours: TestOrganization, shop: Shop, orderId: string, lineItemIds: string[]) {
    this.ours = ours;
    this.shop = shop;
    this.orderId = orderId;
    this.lineItemIds = lineItemIds;
  }

  static async open(ours: TestOrganization): Promise<Workshop> {
    const shop = await makeShop(ours.client, { inProgressMax: 2 });
    const line = {
      designName: 'Bracket',
      quantity: 2,
      materialId: shop.materialId,
      workflowId: shop.workflowId,
    };
    const { order } = await act<{ order: { id: string; lineItems: { nodes: { id: string }[] } } }>(
      ours.client,
      'createOrder',
      { name: 'Brackets', lineItems: [line, line] },
      'order { id lineItems(orderBy: [{ field: POSITION }]) { nodes { id } } }',
    );
    const made = new Workshop(
      ours,
      shop,
      order.id,
      order.lineItems.nodes.map((item) => item.id),
    );
    await made.confirm(made.lineItemIds[0] ?? '');
    return made;
  }

  /** Does a step, or tries to: what the rules refuse changes nothing. */
  async take(step: Step): Promise<void> {
    const { what, which, pieces, fails } = step;
    const lineItemId = this.lineItemIds[which % this.lineItemIds.length] ?? '';
    switch (what) {
      case 'createRun': {
        const workstationId = which % 3 === 0 ? this.shop.dockId : this.shop.printerId;
        const chosen = fails ? { pieceIds: this.#some(pieces) } : { lineItemIds: [lineItemId] };
        const input = { workstationId, ...chosen };
        const reply = await this.#send(what, input, 'run { id number }');
        if (reply.__typename === 'CreateRunSuccess')
          this.runs.push(reply.run as { id: string; number: string });
        return;
      }
      case 'confirmLineItem':
        return this.confirm(lineItemId);
      case 'cancelLineItem':
        // Seldom, or nothing would be left.
        if (which % 4 === 0) await this.#send(what, { lineItemId, reason: 'Enough' });
        return;
      case 'updateLineItem':
        await this.#send(what, { lineItemId, priority: pieces % 101 });
        return;
      case 'confirmOrder':
        await this.#send(what, { orderId: this.orderId });
        return;
      case 'cancelOrder':
        if (which % 8 === 0) await this.#send(what, { orderId: this.orderId, reason: 'Enough' });
        return;
      case 'addLineItem': {
        const lineItem = { designName: 'Coupon', quantity: 1, type: fails ? 'PRODUCT' : 'SPECIMEN' };
        await this.#send(what, { orderId: this.orderId, lineItem });
        return;
      }
      case 'scrapPieces':
        await this.#send(what, { pieceIds: this.#some(pieces & which), reason: 'Porous' });
        return;
      case 'remanufacturePieces': {
        const input = { pieceIds: this.#some(pieces & which), reason: 'Porous' };
        const reply = await this.#send(what, input, 'replacements { id }');
        if (reply.__typename === 'RemanufacturePiecesSuccess')
          this.pieceIds.push(...(reply.replacements as { id: string }[]).map((each) => each.id));
        return;
      }
      case 'redoPiece': {
        const { pieces: failed } = await this.#read<{ pieces: { nodes: { id: string }[] } }>(
          '{ pieces(filter: { status: { equals: ERROR } }, first: 1) { nodes { id } } }',
        );
        const pieceId = failed.nodes[0]?.id ?? this.pieceIds[0];
        if (pieceId) await this.#send(what, { pieceId });
        return;
      }
      default: {
        const run = this.runs.at(-1 - (which % Math.max(1, Math.min(4, this.runs.length))));
        if (run) await this.#workOn(run, step);
      }
    }
  }

  async #workOn(run: { id: string; number: string }, { what, which, pieces, fails }: Step): Promise<void> {
    const runId = run.id;
    const { machineId } = this.shop;
    if (what === 'reportBuild') {
      const status = statuses[pieces % statuses.length];
      await this.#send(what, { machineId, name: run.number, status });
      return;
    }
    const allowed = await this.#read<{ run: { allowedActions: RunAction[] } }>(
      `{ run(id: "${runId}") { allowedActions } }`,
    );
    const actions =
      what === 'allowed' ? allowed.run.allowedActions : (Object.keys(mutationOf) as RunAction[]);
    // Forwards more often than not, or few pieces would ever be complete.
    const likely = actions.flatMap((each) => often(forwards.has(each) ? 4 : 1, each));
    const action = likely[(which + pieces) % Math.max(1, likely.length)];
    if (!action) return;
    const more: Partial<Record<RunAction, object>> = {
      UPDATE_RUN: { piecesLocked: fails },
      COMPLETE_RUN: { otherwise: fails ? 'FAILURE' : 'SUCCESS' },
      FAIL_RUN: { error: 'Jam' },
      ADD_RUN_PIECES: { pieceIds: this.#some(pieces) },
      REMOVE_RUN_PIECES: { pieceIds: this.#some(pieces) },
      MOVE_RUN: { afterRunId: fails ? this.runs[pieces % this.runs.length]?.id : null },
    };
    await this.#send(mutationOf[action], { runId, ...more[action] });
  }

  async #read<Data>(query: string): Promise<Data> {
    return (await this.ours.client.sendText(query)).data() as Data;
  }

  #some(pieces: number): string[] {
    // The newest eight: those that were replaced make room for those that replace them.
    return this.pieceIds.slice(-8).filter((_, place) => (pieces >> place) % 2 === 1);
  }

  async confirm(lineItemId: string): Promise<void> {
    const reply = await this.#send('confirmLineItem', { lineItemId }, 'lineItem { pieces { nodes { id } } }');
    if (reply.__typename !== 'ConfirmLineItemSuccess') return;
    const { pieces } = reply.lineItem as { pieces: { nodes: { id: string }[] } };
    this.pieceIds.push(...pieces.nodes.map((each) => each.id));
  }

  /** An answer, whichever member of the union: anything at the top level is a fault. */
  async #send(mutation: string, input: object, selection = '__typename'): Promise<Reply> {
    const text = mutationText(mutation, selection);
    return (await this.ours.client.sendText(text, { input })).data()[mutation] as Reply;
  }
}

it('whatever is done in a shop, what is stored follows from what was done', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 25, maxLength: 40, size: 'max' }), async (steps) => {
      const { ours } = await app().organizations();
      const workshop = await Workshop.open(ours);
      for (const each of steps) {
        await workshop.take(each);
        await expectInvariants(app(), ours);
      }
    }),
    // Each run is some hundred statements; the seed of a failure is told.
    { numRuns: 6, endOnFailure: true },
  );
  expect.hasAssertions();
});

it('a shop that is worked at by three at once keeps its invariants', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(step, step, step), { minLength: 6, maxLength: 10, size: 'max' }),
      async (turns) => {
        const { ours } = await app().organizations();
        const workshop = await Workshop.open(ours);
        for (const turn of turns) {
          await Promise.all(turn.map((each) => workshop.take(each)));
          await expectInvariants(app(), ours);
        }
      },
    ),
    { numRuns: 4, endOnFailure: true },
  );
  expect.hasAssertions();
});
