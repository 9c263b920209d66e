import type { Client } from '../client/client.ts';
import type { AnomalyDecision, DemoFloorQuery, DemoShopQuery } from '../client/generated/graphql.ts';
import { designs, type FactoryPlan, materials, workflows } from './factories.ts';
import * as mutations from './mutations.ts';
import { Floor, PiecesOfRun, Shop } from './queries.ts';
import type { Chance } from './random.ts';
import { type Tally, Worker } from './shift.ts';

/** Orders that a shop has open at most. */
const mostOpenOrders = 20;
/** Runs that wait at a workstation at most, and pieces of one run. */
const mostWaitingRuns = 2;
const mostPieces = 24;

type Order = DemoFloorQuery['orders']['nodes'][number];
type Run = DemoFloorQuery['runs']['nodes'][number];
type Station = DemoShopQuery['workstations']['nodes'][number];

/** The people of a shop: they take orders, plan and queue runs, start and complete them, redo what failed, ship. */
export class Operator extends Worker {
  readonly #plan: FactoryPlan;
  readonly #speed: number;
  /** Minutes that the work on a run still takes. Forgotten in a restart, and drawn again. */
  readonly #remaining = new Map<string, number>();
  #shop: DemoShopQuery | null = null;
  #taken = 0;

  constructor(plan: FactoryPlan, speed: number, client: Client, chance: Chance, tally: Tally) {
    super(client, chance, tally);
    this.#plan = plan;
    this.#speed = speed;
  }

  async round(minutes: number): Promise<void> {
    this.#shop ??= await this.client.request(Shop, {});
    const shop = this.#shop;
    const floor = await this.client.request(Floor, {});
    await this.#takeOrders(shop, floor.orders.totalCount, minutes);
    for (const order of floor.orders.nodes) await this.#advance(shop, order, minutes);
    await this.#decide(floor.anomalies.nodes, minutes);
    await this.#redo(floor.failed.nodes, minutes);
    await this.#planRuns(shop, floor);
    await this.#work(shop, floor.runs.nodes, minutes);
  }

  async #takeOrders(shop: DemoShopQuery, open: number, minutes: number): Promise<void> {
    if (open >= mostOpenOrders || !this.within(minutes, 4)) return;
    const customerName = this.chance.of(this.#plan.customers) ?? this.#plan.name;
    const undecided = this.chance.happens(0.15);
    const lineItems = Array.from({ length: this.chance.happens(0.25) ? 2 : 1 }, () => {
      const design = this.chance.of(designs) ?? {
        name: 'Part',
        material: 'steel' as const,
        workflow: 'metal' as const,
      };
      const quantity =
        design.material === 'polyamide' ? this.chance.between(4, 12) : this.chance.between(1, 4);
      if (undecided) return { designName: design.name, quantity };
      return { designName: design.name, quantity, ...this.#makingOf(shop, design.name) };
    });
    await this.try(mutations.CreateOrder, {
      name: `${lineItems[0]?.designName ?? 'Parts'} for ${customerName}`,
      customerName,
      customerReference: `PO-${this.chance.between(10_000, 99_999)}`,
      // In the shop's time, which runs ahead: some are late before they are done.
      dueDate: new Date(Date.now() + (this.chance.between(12, 240) * 3_600_000) / this.#speed).toISOString(),
      priority: this.chance.of([30, 50, 50, 50, 70]) ?? 50,
      locationId: shop.locations.nodes[0]?.id ?? null,
      lineItems,
    });
  }

  /** The material and workflow of a design, as line items name them. */
  #makingOf(
    shop: DemoShopQuery,
    designName: string,
  ): { materialId: string | null; workflowId: string | null } {
    const design = designs.find((each) => each.name === designName);
    const material = design && materials[design.material].name;
    const workflow = design && workflows[design.workflow].name;
    return {
      materialId: shop.materials.nodes.find((each) => each.name === material)?.id ?? null,
      workflowId: shop.workflows.nodes.find((each) => each.name === workflow)?.id ?? null,
    };
  }

  /** What is decided about an order before it is made. */
  async #advance(shop: DemoShopQuery, order: Order, minutes: number): Promise<void> {
    for (const item of order.lineItems.nodes) {
      if (item.status !== 'NEW' || !this.within(minutes, 60)) continue;
      await this.try(mutations.UpdateLineItem, {
        lineItemId: item.id,
        ...this.#makingOf(shop, item.designName),
      });
    }
    if (order.status === 'PENDING' && this.within(minutes, 30)) {
      await this.try(mutations.ConfirmOrder, { orderId: order.id });
    } else if (['NEW', 'PENDING', 'CONFIRMED'].includes(order.status) && this.within(minutes, 4_000)) {
      await this.try(mutations.CancelOrder, {
        orderId: order.id,
        reason: 'The customer withdrew the order.',
      });
    }
  }

  async #decide(anomalies: DemoFloorQuery['anomalies']['nodes'], minutes: number): Promise<void> {
    for (const anomaly of anomalies) {
      if (!this.within(minutes, 30)) continue;
      const isHarm = anomaly.isDefect && anomaly.pieces.length > 0;
      const decision: AnomalyDecision = isHarm ? 'REMANUFACTURE' : 'IGNORE';
      const note = isHarm ? 'It reaches through several layers.' : 'Within what the process allows.';
      await this.try(mutations.DecideAnomaly, { anomalyId: anomaly.id, decision, note });
    }
  }

  /** Failed pieces are tried again: with their whole run where that failed as one, else each by itself. */
  async #redo(failed: DemoFloorQuery['failed']['nodes'], minutes: number): Promise<void> {
    const queued = new Set<string>();
    for (const { id, currentOperation } of failed) {
      const run = currentOperation?.run;
      if (run && queued.has(run.id)) continue;
      if (!this.within(minutes, 120)) continue;
      if (run?.status === 'ERROR' && this.chance.happens(0.5)) {
        queued.add(run.id);
        await this.try(mutations.QueueRun, { runId: run.id });
      } else {
        await this.try(mutations.RedoPiece, { pieceId: id, reason: 'Made again.' });
      }
    }
  }

  /** Plans a run for what waits at each type of workstation; a print run holds one material. */
  async #planRuns(shop: DemoShopQuery, floor: DemoFloorQuery): Promise<void> {
    for (const run of floor.runs.nodes) {
      if (run.status === 'CALCULATED') await this.try(mutations.QueueRun, { runId: run.id });
    }
    const groups = new Map<string, { typeId: string; pieceIds: string[] }>();
    for (const { id, lineItem, currentOperation } of floor.waiting.nodes) {
      const typeId = currentOperation?.processStep.workstationType.id;
      if (!typeId) continue;
      const key = `${typeId} ${lineItem.material?.id ?? ''}`;
      const group = groups.get(key) ?? { typeId, pieceIds: [] };
      group.pieceIds.push(id);
      groups.set(key, group);
    }
    const load = (station: Station) =>
      floor.runs.nodes.filter(
        (run) => run.workstation.id === station.id && !['IN_PROGRESS', 'PAUSED'].includes(run.status),
      ).length;
    const planned = new Set<string>();
    for (const { typeId, pieceIds } of groups.values()) {
      const [station] = shop.workstations.nodes
        .filter(
          (each) =>
            each.workstationType.id === typeId && !planned.has(each.id) && load(each) < mostWaitingRuns,
        )
        .sort((a, b) => load(a) - load(b));
      if (!station) continue;
      planned.add(station.id);
      const made = await this.try(mutations.CreateRun, {
        workstationId: station.id,
        pieceIds: pieceIds.slice(0, mostPieces),
      });
      if (made) await this.try(mutations.QueueRun, { runId: made.run.id });
    }
  }

  /** Starts what is ready and completes what is done. Printers are started by their connector. */
  async #work(shop: DemoShopQuery, runs: readonly Run[], minutes: number): Promise<void> {
    for (const station of shop.workstations.nodes) {
      const here = runs.filter((run) => run.workstation.id === station.id);
      let busy = here.filter((run) => run.status === 'IN_PROGRESS' || run.status === 'PAUSED').length;
      for (const run of here) {
        if (run.kind === 'PRINTER') {
          if (run.completionProposedAt && this.within(minutes, 10)) await this.#complete(run);
        } else if (run.status === 'IN_PROGRESS') {
          await this.#go(run, minutes);
        } else if (run.status === 'QUEUED_WORK_READY' && busy < station.inProgressMax) {
          if (await this.try(mutations.StartRun, { runId: run.id })) busy++;
        }
      }
    }
    // What is no longer open needs no memory.
    const open = new Set(runs.map((run) => run.id));
    for (const id of this.#remaining.keys()) if (!open.has(id)) this.#remaining.delete(id);
  }

  async #go(run: Run, minutes: number): Promise<void> {
    const left = (this.#remaining.get(run.id) ?? this.#durationOf(run)) - minutes;
    this.#remaining.set(run.id, left);
    if (left > 0) return;
    this.#remaining.delete(run.id);
    if (this.chance.happens(0.02)) {
      await this.try(mutations.FailRun, { runId: run.id, error: 'The program stopped: door was open.' });
    } else {
      await this.#complete(run);
    }
  }

  #durationOf({ kind }: Run): number {
    if (kind === 'POST_PROCESSOR') return this.chance.between(40, 200);
    return kind === 'SHIPPING' ? this.chance.between(15, 45) : this.chance.between(20, 70);
  }

  async #complete(run: Run): Promise<void> {
    const failing = this.chance.happens(0.06) ? await this.#pieceOf(run.id) : null;
    this.#taken++;
    await this.try(mutations.CompleteRun, {
      runId: run.id,
      outcomes: failing ? [{ pieceId: failing, outcome: 'FAILURE', notes: 'Out of tolerance.' }] : [],
      otherwise: 'SUCCESS',
      notes: 'As it should be.',
      trackingId: run.kind === 'SHIPPING' ? `HM${run.number.replace(/\D/g, '')}${this.#taken}` : null,
    });
  }

  async #pieceOf(runId: string): Promise<string | null> {
    const { run } = await this.client.request(PiecesOfRun, { runId });
    return this.chance.of(run?.operations.nodes ?? [])?.piece.id ?? null;
  }
}
