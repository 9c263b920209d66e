import {
  type CircuitPlan,
  designs,
  type FactoryPlan,
  type PowderPlan,
  powderStore,
  sensorName,
  type TestPlan,
  testOperations,
} from './factories.ts';
import * as shop from './mutations.ts';
import * as mutations from './powder-mutations.ts';
import { type LotFate, type Measured, type PowderAct, planPowder } from './powder-plan.ts';
import { chance } from './random.ts';
import type { SeededFactory, Step } from './seed.ts';

const day = 86_400_000;
/** How long powder keeps in a closed container, in days. */
const keeps = 1_095;

type Act<Do extends PowderAct['do']> = Extract<PowderAct, { do: Do }>;
type Did = { readonly [Do in PowderAct['do']]: (key: string, act: Act<Do>) => Promise<unknown> };

/** Makes the two years of powder that a factory knows, in the order in which they happened, up to what is loaded. */
export async function seedPowder(
  step: Step,
  plan: FactoryPlan,
  factory: SeededFactory,
  preparedAt: Date,
): Promise<void> {
  if (!plan.powder) return;
  const room = new PowderRoom(step, plan.powder, factory, preparedAt);
  await room.watch();
  await room.prepareTests();
  for (const [place, act] of planPowder(plan.powder.circuits).entries()) {
    await room.do(`powder ${place} ${act.do}`, act);
  }
  await room.holdDented();
}

/** What the print run of the seeded orders used of the powder that was loaded for it, and what came out again. */
export async function seedUse(
  step: Step,
  { powder }: FactoryPlan,
  factory: SeededFactory,
  run: { readonly runId: string; readonly impellerIds: readonly string[] },
): Promise<void> {
  const station = factory.stations[powder?.circuits[0]?.station ?? -1];
  const [impeller, , , bracket] = designs;
  if (!powder || !station || !impeller || !bracket) return;
  await step('use', mutations.ConsumeBatch, {
    runId: run.runId,
    pieces: run.impellerIds.map((pieceId) => ({ pieceId, quantity: { value: String(impeller.mass) } })),
    otherwise: { value: String(bracket.mass) },
    loss: { value: '0.31' },
    notes: 'With supports.',
  });
  const { newBatch } = await step('use unload', mutations.UnloadChamber, {
    workstationId: station.id,
    subLocationId: factory.places[0]?.areas[powder.store] ?? null,
  });
  await step('use sample', mutations.SampleBatch, { batchId: newBatch.id, name: 'After the first orders' });
}

/** The ids of what was made, by the names of the plan, and how each act is done. */
class PowderRoom {
  readonly #step: Step;
  readonly #plan: PowderPlan;
  readonly #factory: SeededFactory;
  readonly #preparedAt: Date;
  readonly #orders = new Map<string, string>();
  readonly #lots = new Map<string, { id: string; containerIds: readonly string[] }>();
  readonly #batches = new Map<string, string>();
  readonly #operations = new Map<TestPlan['operation'], string>();
  readonly #instructions = new Map<TestPlan, string>();

  constructor(step: Step, plan: PowderPlan, factory: SeededFactory, preparedAt: Date) {
    this.#step = step;
    this.#plan = plan;
    this.#factory = factory;
    this.#preparedAt = preparedAt;
  }

  async do<Do extends PowderAct['do']>(key: string, act: Act<Do>): Promise<void> {
    await (this.#did[act.do] as (key: string, act: PowderAct) => Promise<unknown>)(key, act);
  }

  /** Sensors in the store: a reading a week, warmer and damper in summer. */
  async watch(): Promise<void> {
    const readings = [];
    const { next } = chance(19);
    const sensors = [
      { quantity: 'temperature', unit: 'Cel', mean: 20, swing: 2.5 },
      { quantity: 'humidity', unit: '%', mean: 34, swing: 6 },
    ];
    for (const { quantity, unit, mean, swing } of sensors) {
      const name = sensorName(powderStore, quantity);
      const input = { name, quantity, unit, subLocationId: this.#store, frequency: 'P7D' };
      const { sensor } = await this.#step(`sensor ${name}`, shop.CreateSensor, input);
      // The last of them since the sensor is known: from then on it tells of the batches in the store.
      const times = Array.from({ length: 104 }, (_, week) => this.#at(7 * (week - 104)));
      for (const at of [...times, sensor.createdAt]) {
        const season = Math.cos((2 * Math.PI * (Date.parse(at) / day - 200)) / 365);
        const value = Math.round((mean + swing * season + 2 * next() - 1) * 10) / 10;
        readings.push({ sensorId: sensor.id, value, observedAt: at });
      }
    }
    await this.#step('readings of the powder store', shop.IngestReadings, { readings });
  }

  async prepareTests(): Promise<void> {
    for (const [key, operation] of Object.entries(testOperations)) {
      const made = await this.#step(`test ${key}`, mutations.CreateMaterialTestOperation, operation);
      this.#operations.set(key as TestPlan['operation'], made.materialTestOperation.id);
    }
    for (const { material, tests } of this.#plan.circuits) {
      for (const test of tests) {
        const { operation, ...instruction } = test;
        const made = await this.#step(`test ${test.name}`, mutations.CreateMaterialTestInstruction, {
          ...instruction,
          operationId: known(this.#operations, operation),
          materialId: this.#factory.materials[material],
        });
        this.#instructions.set(test, made.materialTestInstruction.id);
      }
    }
  }

  /** A container of a lot that nobody has opened yet. */
  async holdDented(): Promise<void> {
    const { code } = this.#plan.circuits[0] ?? {};
    const containerId = known(this.#lots, `${code}-L10`).containerIds.at(-1) ?? null;
    await this.#step('hold', mutations.PlaceHold, {
      containerId,
      reason: 'Its lid is dented: air may have got in. To be sampled before it is opened.',
      reference: 'NCR-0117',
    });
  }

  readonly #did: Did = {
    buy: async (key, { circuit, order, grams }) => {
      const { materialPurchaseOrder } = await this.#step(key, mutations.CreateMaterialPurchaseOrder, {
        number: order,
        materialId: this.#materialOf(circuit),
        supplier: 'Feinkorn Metallpulver',
        plannedQuantity: inGrams(grams),
      });
      this.#orders.set(order, materialPurchaseOrder.id);
    },
    deliver: async (key, { circuit, lot: name, order, containers, grams, fate, day: on }) => {
      const { lot } = await this.#step(key, mutations.CreateMaterialLot, {
        name,
        materialId: this.#materialOf(circuit),
        purchaseOrderId: known(this.#orders, order),
        supplierLotNumber: `FK${26_000 + Math.round(on)}${circuit.code}`,
        containers: { count: containers, size: inGrams(grams) },
        expiresAt: this.#at(on + keeps),
        ...this.#place,
        ...(fate === 'order'
          ? { status: 'ON_ORDER' as const, estimatedDeliveryAt: this.#at(12) }
          : { status: 'RECEIVED' as const, deliveredAt: this.#at(on), deliveryId: `D-${name}` }),
      });
      this.#lots.set(name, { id: lot.id, containerIds: lot.containers.nodes.map(({ id }) => id) });
      await this.#receive[fate](`${key} ${fate}`, lot.id);
    },
    open: async (key, { batch, lot, containers, day: on }) => {
      const { id, containerIds } = known(this.#lots, lot);
      const opened = containers.flatMap((place) => containerIds[place] ?? []);
      if (opened.length < containers.length) throw new Error(`Lot ${lot} (${id}) has too few containers.`);
      const input = { name: batch, containerIds: opened, occurredAt: this.#at(on) };
      this.#batches.set(batch, (await this.#step(key, mutations.CreateInitialBatch, input)).batch.id);
    },
    blend: async (key, { batch, of, day: on }) => {
      const sources = of.map((name) => ({ batchId: known(this.#batches, name) }));
      const input = { name: batch, sources, ...this.#place, occurredAt: this.#at(on) };
      this.#batches.set(batch, (await this.#step(key, mutations.BlendBatches, input)).batch.id);
    },
    load: (key, { circuit, batch, day: on }) =>
      this.#step(key, mutations.LoadBatch, {
        batchId: known(this.#batches, batch),
        workstationId: this.#stationOf(circuit),
        occurredAt: this.#at(on),
      }),
    topOff: async (key, { circuit, batch, with: more, day: on }) => {
      const { loadedBatch } = await this.#step(key, mutations.TopOffMachine, {
        name: batch,
        batchId: known(this.#batches, more),
        workstationId: this.#stationOf(circuit),
        occurredAt: this.#at(on),
      });
      this.#batches.set(batch, loadedBatch.id);
    },
    unloadHopper: (key, { circuit, grams, day: on }) =>
      this.#step(key, mutations.UnloadHopper, {
        workstationId: this.#stationOf(circuit),
        quantity: inGrams(grams),
        occurredAt: this.#at(on),
      }),
    unloadChamber: async (key, { circuit, batch, day: on }) => {
      const { newBatch } = await this.#step(key, mutations.UnloadChamber, {
        name: batch,
        workstationId: this.#stationOf(circuit),
        ...this.#place,
        occurredAt: this.#at(on),
      });
      this.#batches.set(batch, newBatch.id);
    },
    sieve: (key, { batch, grams, day: on }) =>
      this.#step(key, mutations.SieveBatch, {
        batchId: known(this.#batches, batch),
        quantity: inGrams(grams),
        occurredAt: this.#at(on),
      }),
    count: (key, { batch, grams, day: on }) =>
      this.#step(key, mutations.AdjustBatch, {
        batchId: known(this.#batches, batch),
        quantity: inGrams(grams),
        reason: 'Stock-take.',
        occurredAt: this.#at(on),
      }),
    scrap: (key, { batch, grams, reason, day: on }) =>
      this.#step(key, mutations.ScrapBatch, {
        batchId: known(this.#batches, batch),
        quantity: inGrams(grams),
        reason,
        occurredAt: this.#at(on),
      }),
    split: async (key, { batch, from, grams, day: on }) => {
      const { newBatch } = await this.#step(key, mutations.SplitBatch, {
        name: batch,
        batchId: known(this.#batches, from),
        quantity: inGrams(grams),
        occurredAt: this.#at(on),
      });
      this.#batches.set(batch, newBatch.id);
    },
    toLaboratory: (key, { batch, day: on }) => {
      const place = this.#factory.places[this.#plan.laboratory];
      return this.#step(key, mutations.RelocateBatch, {
        batchId: known(this.#batches, batch),
        locationId: place?.id ?? null,
        subLocationId: place?.areas[0] ?? null,
        occurredAt: this.#at(on),
      });
    },
    sample: async (key, { circuit, batch, sample: name, grams, measured, day: on }) => {
      const { sample } = await this.#step(key, mutations.SampleBatch, {
        name,
        batchId: known(this.#batches, batch),
        quantity: inGrams(grams),
        occurredAt: this.#at(on),
      });
      if (measured) await this.#test(key, { name, sampleId: sample.id, circuit, measured });
    },
    stock: (key, { circuit }) =>
      this.#step(key, mutations.CreateStock, {
        materialId: this.#materialOf(circuit),
        locationId: this.#place.locationId,
        minimum: { value: circuit.stock.minimum },
        maximum: { value: circuit.stock.maximum },
      }),
  };

  readonly #receive: Record<LotFate, (key: string, lotId: string) => Promise<unknown>> = {
    release: (key, lotId) =>
      this.#step(key, mutations.ReleaseMaterialLot, { lotId, notes: 'As its certificate says.' }),
    store: (key, lotId) => this.#step(key, mutations.StoreMaterialLot, { lotId }),
    test: (key, lotId) => this.#step(key, mutations.TestMaterialLot, { lotId }),
    scrap: (key, lotId) =>
      this.#step(key, mutations.ScrapMaterialLot, {
        lotId,
        reason: 'It arrived wet: the pallet stood in the rain.',
      }),
    order: () => Promise.resolve(),
  };

  async #test(
    key: string,
    of: { name: string; sampleId: string; circuit: CircuitPlan; measured: Measured },
  ): Promise<void> {
    const { name, sampleId, circuit, measured } = of;
    const { materialTestPanel } = await this.#step(`${key} panel`, mutations.CreateMaterialTestPanel, {
      name: `Panel of ${name}`,
      sampleId,
      operationIds: circuit.tests.map((test) => known(this.#operations, test.operation)),
    });
    const panelId = materialTestPanel.id;
    for (const [place, test] of circuit.tests.entries()) {
      const input = {
        panelId,
        instructionId: known(this.#instructions, test),
        value: measured[place] ?? '0',
      };
      await this.#step(`${key} report ${place}`, mutations.RecordMaterialTest, input);
    }
    await this.#step(`${key} complete`, mutations.CompleteMaterialTestPanel, { panelId });
  }

  #at(on: number): string {
    return new Date(this.#preparedAt.getTime() + Math.round(on * day)).toISOString();
  }

  get #place(): { locationId: string; subLocationId: string | null } {
    return { locationId: this.#factory.places[0]?.id ?? '', subLocationId: this.#store };
  }

  get #store(): string | null {
    return this.#factory.places[0]?.areas[this.#plan.store] ?? null;
  }

  #materialOf({ material }: CircuitPlan): string {
    return this.#factory.materials[material];
  }

  #stationOf({ station }: CircuitPlan): string {
    const { id } = this.#factory.stations[station] ?? {};
    if (!id) throw new Error(`No station ${station}.`);
    return id;
  }
}

const inGrams = (grams: number) => ({ value: String(grams), unit: 'g' });

function known<Key, Value>(map: ReadonlyMap<Key, Value>, key: Key): Value {
  const value = map.get(key);
  if (value === undefined) throw new Error(`Nothing is known of ${String(key)}.`);
  return value;
}
