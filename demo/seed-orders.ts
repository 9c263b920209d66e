import type { CreateOrderInput, LineItemInput } from '../client/generated/graphql.ts';
import type { FactoryPlan, TypeKey } from './factories.ts';
import * as mutations from './mutations.ts';
import { lineItemOf, type SeededFactory, type Step } from './seed.ts';

/** What an order is called and what it shows; each begins in another state. */
type OrderKey =
  | 'draft'
  | 'asked'
  | 'askedToo'
  | 'confirmed'
  | 'confirmedLate'
  | 'cancelled'
  | 'printing'
  | 'sintering'
  | 'queued'
  | 'mixed'
  | 'failed'
  | 'relieving'
  | 'leaving'
  | 'done'
  | 'doneToo';

interface OrderPlan {
  readonly name: string;
  /** Days from the beginning of the demonstration. */
  readonly due: number;
  readonly priority?: number;
  readonly type?: NonNullable<CreateOrderInput['type']>;
  /** Design and quantity of each line item. */
  readonly items: readonly (readonly [design: number, quantity: number])[];
  /** Not yet decided how it is made. */
  readonly open?: boolean;
  readonly confirmed?: boolean;
}

// Everything that goes through one print run is of titanium: designs 0 and 3.
const plans: Record<OrderKey, OrderPlan> = {
  draft: { name: 'Sensor housing, idea', due: 40, open: true, items: [[2, 4]] },
  asked: { name: 'Manifolds, second batch', due: 25, items: [[1, 6]] },
  askedToo: { name: 'Grippers for line 4', due: 18, items: [[6, 12]] },
  confirmed: { name: 'Bearing housings', due: 14, confirmed: true, items: [[2, 4]] },
  confirmedLate: { name: 'Nozzle ring, spare', due: -1, priority: 80, confirmed: true, items: [[5, 1]] },
  cancelled: { name: 'Heat exchanger study', due: 30, type: 'RESEARCH', items: [[4, 2]] },
  printing: { name: 'Bearing housings, urgent', due: 5, priority: 70, confirmed: true, items: [[2, 3]] },
  sintering: { name: 'Cable guides', due: 9, confirmed: true, items: [[7, 16]] },
  queued: { name: 'Manifolds, first batch', due: 12, confirmed: true, items: [[1, 4]] },
  mixed: {
    name: 'Satellite kit',
    due: 16,
    confirmed: true,
    items: [
      [3, 2],
      [8, 6],
    ],
  },
  failed: { name: 'Impellers, retrofit', due: 4, priority: 60, confirmed: true, items: [[0, 3]] },
  relieving: { name: 'Brackets, flight set', due: -3, priority: 90, confirmed: true, items: [[3, 2]] },
  leaving: { name: 'Impellers, pump 12', due: 2, confirmed: true, items: [[0, 2]] },
  done: { name: 'Impellers, pump 11', due: 1, confirmed: true, items: [[0, 2]] },
  doneToo: { name: 'Bracket sample', due: -6, type: 'SAMPLE', confirmed: true, items: [[3, 1]] },
};

interface MadeOrder {
  readonly id: string;
  readonly lineItemIds: readonly string[];
  readonly pieceIds: readonly string[];
}

const day = 86_400_000;

/**
 * Takes the orders, and works on them until there is one in every state, one late and one with errors. Answers the run
 * that printed titanium, with the impellers in it: its other pieces are brackets.
 */
export async function seedOrders(
  step: Step,
  plan: FactoryPlan,
  factory: SeededFactory,
  preparedAt: Date,
): Promise<{ runId: string; impellerIds: readonly string[] } | null> {
  const orders: Partial<Record<OrderKey, MadeOrder>> = {};
  for (const [place, key] of (Object.keys(plans) as OrderKey[]).entries()) {
    const customerName = plan.customers[place % plan.customers.length] ?? plan.name;
    orders[key] = await takeOrder(step, key, { factory, customerName, preparedAt });
  }
  const made = orders as Record<OrderKey, MadeOrder>;
  await step('cancel', mutations.CancelOrder, {
    orderId: made.cancelled.id,
    reason: 'The customer decided otherwise.',
  });
  const shop = new Shop(step, factory);
  const firstOf = (...keys: OrderKey[]) => keys.flatMap((key) => made[key].lineItemIds.slice(0, 1));

  const titanium = await shop.print(
    'titanium',
    'lpbf',
    0,
    firstOf('done', 'doneToo', 'leaving', 'relieving', 'failed', 'mixed'),
    'COMPLETE',
  );
  await shop.work('first heat', 'furnace', firstOf('done', 'doneToo', 'leaving', 'mixed'));
  await shop.work('bad heat', 'furnace', firstOf('failed'), { failed: made.failed.pieceIds.slice(0, 1) });
  await shop.work('second heat', 'furnace', firstOf('relieving'), { leave: true });
  for (const type of ['edm', 'blasting', 'inspection'] as const) {
    await shop.work(type, type, firstOf('done', 'doneToo', 'leaving'));
  }
  await shop.work('sent', 'shipping', firstOf('done', 'doneToo'));
  await shop.work('leaving', 'shipping', firstOf('leaving'), { leave: true });
  const build = await shop.print('steel', 'lpbf', 1, firstOf('printing'), 'PROCESSING');
  await shop.print('polyamide', 'sls', 0, firstOf('sintering'), 'PROCESSING');
  await shop.print('aluminium', 'lpbf', 0, firstOf('queued'), null);
  if (build) await seedAnomalies(step, plan, build);
  const impellerIds = [made.done, made.leaving, made.failed].flatMap((order) => order.pieceIds);
  return titanium && { runId: titanium.runId, impellerIds };
}

async function takeOrder(
  step: Step,
  key: OrderKey,
  { factory, customerName, preparedAt }: { factory: SeededFactory; customerName: string; preparedAt: Date },
): Promise<MadeOrder> {
  const { name, due, priority, type, items, open, confirmed } = plans[key];
  const lineItems = items.map(([design, quantity]): LineItemInput => {
    const item = lineItemOf(factory, design, quantity);
    return open ? { designName: item.designName, quantity } : item;
  });
  const { order } = await step(`order ${key}`, mutations.CreateOrder, {
    name,
    customerName,
    dueDate: new Date(preparedAt.getTime() + due * day).toISOString(),
    priority: priority ?? 50,
    type: type ?? 'COMMERCIAL',
    locationId: factory.places[0]?.id ?? null,
    ownerId: factory.userIds[1] ?? null,
    lineItems,
  });
  const lineItemIds = order.lineItems.nodes.map((item) => item.id);
  if (!confirmed) return { id: order.id, lineItemIds, pieceIds: [] };
  const { pieces } = (await step(`confirm ${key}`, mutations.ConfirmOrder, { orderId: order.id })).order;
  return { id: order.id, lineItemIds, pieceIds: pieces.nodes.map((piece) => piece.id) };
}

/** The work on the seeded orders. */
class Shop {
  readonly #step: Step;
  readonly #factory: SeededFactory;

  constructor(step: Step, factory: SeededFactory) {
    this.#step = step;
    this.#factory = factory;
  }

  /** One run through a workstation of the type; left in progress, or completed with those pieces failed. */
  async work(
    key: string,
    type: TypeKey,
    lineItemIds: readonly string[],
    { leave = false, failed = [] }: { leave?: boolean; failed?: readonly string[] } = {},
  ): Promise<void> {
    const { runId } = await this.#queued(key, type, 0, lineItemIds);
    await this.#step(`start ${key}`, mutations.StartRun, { runId });
    if (leave) return;
    await this.#step(`complete ${key}`, mutations.CompleteRun, {
      runId,
      outcomes: failed.map((pieceId) => ({
        pieceId,
        outcome: 'FAILURE' as const,
        notes: 'Distorted by 0.4 mm.',
      })),
      otherwise: 'SUCCESS',
      notes: 'As it should be.',
      trackingId: `HM${key.length.toString().padStart(3, '0')}DEMO`,
    });
  }

  /** One print run with its build, as far as the machine reports it; null leaves it queued. */
  async print(
    key: string,
    type: 'lpbf' | 'sls',
    station: number,
    lineItemIds: readonly string[],
    until: 'PROCESSING' | 'COMPLETE' | null,
  ): Promise<{ runId: string; buildId: string; machineId: string } | null> {
    const { runId, number, machineId } = await this.#queued(key, type, station, lineItemIds);
    if (!until || !machineId) return null;
    const report = { machineId, name: number, layers: 240 };
    await this.#step(`build ${key}`, mutations.ReportBuild, {
      ...report,
      status: 'PROCESSING',
      currentLayer: 1,
    });
    const done = until === 'COMPLETE';
    const { build } = await this.#step(`build ${key} ${until}`, mutations.ReportBuild, {
      ...report,
      status: until,
      currentLayer: done ? 240 : 37,
    });
    await this.#step(`machine ${key}`, mutations.ReportMachine, {
      machineId,
      status: done ? 'READY_TO_PRINT' : 'PRINTING',
    });
    if (done) await this.#step(`complete ${key}`, mutations.CompleteRun, { runId, otherwise: 'SUCCESS' });
    return { runId, buildId: build.id, machineId };
  }

  async #queued(
    key: string,
    type: TypeKey,
    place: number,
    lineItemIds: readonly string[],
  ): Promise<{ runId: string; number: string; machineId: string | null }> {
    const station = this.#factory.stations.filter((each) => each.type === type)[place];
    if (!station) throw new Error(`No workstation ${place} of type ${type}.`);
    const { run } = await this.#step(`run ${key}`, mutations.CreateRun, {
      workstationId: station.id,
      lineItemIds: [...lineItemIds],
    });
    await this.#step(`queue ${key}`, mutations.QueueRun, { runId: run.id });
    return { runId: run.id, number: run.number, machineId: station.machineId };
  }
}

async function seedAnomalies(step: Step, plan: FactoryPlan, { buildId }: { buildId: string }): Promise<void> {
  const finds = [
    { classification: 'recoater streak', layer: 12, confidence: 0.91, isDefect: false },
    { classification: 'spatter', layer: 35, confidence: 0.64, isDefect: false },
  ];
  for (const [place, find] of finds.entries()) {
    const { anomaly } = await step(`anomaly ${place}`, mutations.ReportAnomaly, {
      ...find,
      buildId,
      source: 'Layer camera',
      externalId: `${plan.code}-seed-${place}`,
    });
    if (place === 0) {
      await step(`decide ${place}`, mutations.DecideAnomaly, {
        anomalyId: anomaly.id,
        decision: 'IGNORE',
        note: 'The next layers covered it.',
      });
    }
  }
}
