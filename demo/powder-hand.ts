import type { Client } from '../client/client.ts';
import type { DemoPowderRoomQuery } from '../client/generated/graphql.ts';
import { type CircuitPlan, designs, materials, type PowderPlan, powderStore } from './factories.ts';
import * as mutations from './powder-mutations.ts';
import { PowderRoom } from './queries.ts';
import type { Chance } from './random.ts';
import { passingRefusals, type Tally, Worker } from './shift.ts';

type Run = DemoPowderRoomQuery['runs']['nodes'][number];
type Loaded = DemoPowderRoomQuery['loaded']['nodes'][number];
type Shelved = DemoPowderRoomQuery['shelf']['nodes'][number];

/** In kg: what a bed needs besides the pieces, and what is too little to be used. */
const bed = 8;
const crumbs = 1;
const massOf = new Map(designs.map((design) => [design.name, design.mass]));

/**
 * Who looks after the powder: fills printers that begin, tells what a print has used, unloads, sieves and blends now
 * and then, and orders when the shelf is empty.
 */
export class PowderHand extends Worker {
  // A machine was emptied, or a run cancelled, since it was looked at.
  protected override readonly expected = new Set([...passingRefusals, 'InvalidInputError']);
  readonly #plan: PowderPlan;
  /** Prints that were seen, to be accounted for when they have ended. Forgotten in a restart. */
  readonly #prints = new Map<string, Run>();

  constructor(plan: PowderPlan, client: Client, chance: Chance, tally: Tally) {
    super(client, chance, tally);
    this.#plan = plan;
  }

  async round(minutes: number): Promise<void> {
    const room = await this.client.request(PowderRoom, {});
    const running = new Set(room.runs.nodes.map((run) => run.id));
    for (const [id, run] of this.#prints) {
      if (running.has(id)) continue;
      this.#prints.delete(id);
      const loaded = loadedIn(room, run);
      if (loaded && loaded.material.id === materialOf(run)) await this.#use(run, loaded);
    }
    for (const run of room.runs.nodes) {
      if (this.#prints.has(run.id)) continue;
      if (await this.#fill(room, run)) this.#prints.set(run.id, run);
    }
    await this.#tend(room, minutes);
  }

  /** What went into the pieces, then often the rest out of the machine: by then it is used once more. */
  async #use(run: Run, loaded: Loaded): Promise<void> {
    const there = Number(loaded.reservedQuantity.value);
    const scale = Math.min(1, (0.8 * there) / massIn(run));
    const pieces = run.operations.nodes.map(({ piece }) => ({
      pieceId: piece.id,
      quantity: kg(scale * (massOf.get(piece.lineItem.designName) ?? 0.1)),
    }));
    await this.try(mutations.ConsumeBatch, { runId: run.id, pieces, loss: kg(0.01 * there) });
    if (this.chance.happens(0.4)) return;
    await this.try(mutations.UnloadChamber, { workstationId: run.workstation.id });
  }

  /** Fills the machine of a run. Answers whether there is enough in it. */
  async #fill(room: DemoPowderRoomQuery, run: Run): Promise<boolean> {
    const workstationId = run.workstation.id;
    const materialId = materialOf(run);
    const loaded = loadedIn(room, run);
    const circuit = this.#plan.circuits.find((each) => idOf(room, each) === materialId);
    if (loaded && loaded.material.id !== materialId) {
      await this.try(mutations.UnloadChamber, { workstationId });
      return circuit === undefined;
    }
    if (!circuit || !materialId) return true;
    if (loaded && Number(loaded.reservedQuantity.value) >= massIn(run) + bed) return true;
    const batchId = await this.#fetch(room, circuit);
    if (!batchId) return false;
    const input = { batchId, workstationId };
    if (loaded) await this.try(mutations.TopOffMachine, input);
    else await this.try(mutations.LoadBatch, input);
    return false;
  }

  /** Powder that may be loaded; where there is none, a lot is opened or ordered, and it is there the next time. */
  async #fetch(room: DemoPowderRoomQuery, circuit: CircuitPlan): Promise<string | null> {
    const place = room.shelf.nodes.findIndex(
      (batch) => this.#isHere(room, batch, circuit) && isReady(batch, circuit),
    );
    const [ready] = place < 0 ? [] : room.shelf.nodes.splice(place, 1);
    if (ready) return ready.id;
    for (const lot of room.lots.nodes) {
      if (lot.material.id !== idOf(room, circuit)) continue;
      const free = lot.containersAvailableForInitialBatches.nodes.filter((each) => !each.isHeld);
      if (free.length === 0) continue;
      const made = await this.try(mutations.CreateInitialBatch, { containerIds: free.map(({ id }) => id) });
      return made?.batch.id ?? null;
    }
    const area = this.#store(room);
    const made = await this.try(mutations.CreateMaterialLot, {
      name: `${circuit.code}-${Date.now().toString(36).toUpperCase()}`,
      materialId: idOf(room, circuit) ?? '',
      locationId: area?.location.id ?? '',
      subLocationId: area?.id ?? null,
      status: 'RECEIVED',
      containers: { count: circuit.containers, size: kg(5) },
    });
    if (made) await this.try(mutations.ReleaseMaterialLot, { lotId: made.lot.id });
    return null;
  }

  /** Sieves, scraps and blends what stands on the shelf. */
  async #tend(room: DemoPowderRoomQuery, minutes: number): Promise<void> {
    for (const circuit of this.#plan.circuits) {
      const own = room.shelf.nodes.filter((batch) => this.#isHere(room, batch, circuit));
      for (const batch of own) {
        const there = Number(batch.availableQuantity.value);
        if (there <= crumbs && this.within(minutes, 240)) {
          await this.try(mutations.ScrapBatch, { batchId: batch.id, reason: 'Too little to be used.' });
        } else if (batch.quality === 'UNSIEVED' && this.within(minutes, 40)) {
          if (batch.usageCycles >= circuit.cycles) {
            await this.try(mutations.ScrapBatch, { batchId: batch.id, reason: 'Used too often.' });
          } else {
            const quantity = kg((there * this.chance.between(970, 990)) / 1_000);
            await this.try(mutations.SieveBatch, { batchId: batch.id, quantity });
          }
        }
      }
      const ready = own.filter((batch) => isReady(batch, circuit));
      if (ready.length < 3 || !this.within(minutes, 60)) continue;
      const sources = ready.slice(0, 2).map(({ id }) => ({ batchId: id }));
      await this.try(mutations.BlendBatches, { sources });
    }
  }

  /** Whether a batch is powder of the circuit in the store that nobody holds. */
  #isHere(room: DemoPowderRoomQuery, batch: Shelved, circuit: CircuitPlan): boolean {
    return (
      batch.material.id === idOf(room, circuit) &&
      batch.location.id === this.#store(room)?.location.id &&
      !batch.isHeld
    );
  }

  #store(room: DemoPowderRoomQuery) {
    return room.areas.nodes.find((area) => area.name === powderStore);
  }
}

const kg = (value: number) => ({ value: value.toFixed(3), unit: 'kg' });

const materialOf = (run: Run): string | null => run.operations.nodes[0]?.piece.lineItem.material?.id ?? null;

const massIn = (run: Run): number =>
  run.operations.nodes.reduce((sum, { piece }) => sum + (massOf.get(piece.lineItem.designName) ?? 0.1), 0);

const loadedIn = (room: DemoPowderRoomQuery, { workstation }: Run): Loaded | undefined =>
  room.loaded.nodes.find((batch) => batch.workstation?.id === workstation.id);

const idOf = (room: DemoPowderRoomQuery, { material }: CircuitPlan): string | undefined =>
  room.materials.nodes.find((each) => each.name === materials[material].name)?.id;

/** What was used as often as the shop allows itself stays where it is, though the material's limit be higher. */
const isReady = (batch: Shelved, circuit: CircuitPlan): boolean =>
  batch.quality !== 'UNSIEVED' &&
  batch.usageCycles < circuit.cycles &&
  Number(batch.availableQuantity.value) > crumbs;
