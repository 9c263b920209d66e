import { act } from '../client/act.ts';
import type { Client } from '../client/client.ts';
import { RefusedError } from '../client/errors.ts';
import type { SensorReadingInput } from '../client/generated/graphql.ts';
import {
  CollectCreateMachine,
  CollectCreateSensor,
  CollectMachine,
  CollectMachineNamed,
  CollectSensor,
  CollectSensors,
  CollectWorkstation,
} from './documents.ts';
import { type ItemPlan, type Items, numberOf, type ValueType } from './items.ts';
import type { Mapping } from './mapping.ts';
import type { Log, Observation } from './observation.ts';

export interface Machine {
  readonly id: string;
  readonly name: string;
}

/** A machine or a sensor that the mapping names is not there, and is not to be made. */
export class MissingError extends Error {
  override readonly name = 'MissingError';
}

/**
 * The machine of a mapping, made where that is asked.
 * @throws MissingError
 */
export async function findMachine(client: Client, wanted: Mapping['machine']): Promise<Machine> {
  if ('id' in wanted) {
    const { machine } = await client.request(CollectMachine, { id: wanted.id });
    if (machine) return machine;
    throw new MissingError(`There is no machine ${wanted.id}.`);
  }
  const { name, create, workstation } = wanted;
  const { machines } = await client.request(CollectMachineNamed, { name });
  const [found] = machines.nodes;
  if (found) return found;
  if (!create) {
    throw new MissingError(
      `There is no machine "${name}". Make it (createMachine), or let the connector make it: machine.create, or --create-machine.`,
    );
  }
  const workstationId = workstation === undefined ? null : await workstationNamed(client, workstation);
  return (await act(client, CollectCreateMachine, { name, workstationId })).machine;
}

async function workstationNamed(client: Client, name: string): Promise<string> {
  const { workstations, all } = await client.request(CollectWorkstation, { name });
  const [found] = workstations.nodes;
  if (found) return found.id;
  const names = all.nodes.map((each) => each.name).join(', ') || 'none';
  throw new MissingError(`There is no workstation "${name}". There are: ${names}.`);
}

interface Sensor {
  readonly id: string;
  readonly name: string;
  readonly dataItem: string | null;
  readonly valueType: ValueType;
}

/** Characters of a text that a reading holds. */
const longestText = 10_000;

/** What could not be told as it was said. */
export interface Compromises {
  /** Of sensors of numbers: neither a number nor empty nor UNAVAILABLE. They arrive as UNAVAILABLE. */
  notNumeric: number;
  /** Texts that were cut. */
  shortened: number;
}

/** The sensors of a machine, by the items of its source. */
export class Sensors {
  readonly #client: Client;
  readonly #machine: Machine;
  readonly #log: Log;
  #items: Items;
  #byItem = new Map<string, Sensor>();
  #all: readonly Sensor[] | null = null;
  readonly #warned = new Set<string>();
  readonly compromises: Compromises = { notNumeric: 0, shortened: 0 };

  constructor(client: Client, machine: Machine, items: Items, log: Log) {
    this.#client = client;
    this.#machine = machine;
    this.#items = items;
    this.#log = log;
  }

  /** Goes by another model from now on. */
  use(items: Items): void {
    this.#items = items;
    this.forget();
  }

  /** Looks everything up anew: somebody has changed the sensors. */
  forget(): void {
    this.#byItem = new Map();
    this.#all = null;
  }

  /**
   * Sees to it that each of these items has its sensor.
   * @throws MissingError where one has none and is not to be given one
   */
  async provide(items: Iterable<string>): Promise<void> {
    for (const item of new Set(items)) {
      if (!this.#byItem.has(item)) this.#byItem.set(item, await this.#find(this.#items.planOf(item)));
    }
  }

  /** The reading of an observation whose sensor was provided. */
  reading({ at, item, value }: Observation): SensorReadingInput {
    const sensor = this.#byItem.get(item);
    if (!sensor) throw new MissingError(`The item ${item} has no sensor yet.`);
    const base = { sensorId: sensor.id, observedAt: new Date(at).toISOString() };
    if (value === null) return { ...base, state: 'UNAVAILABLE' };
    if (sensor.valueType === 'TEXT') return { ...base, text: this.#text(item, value) };
    const number = numberOf(value);
    if (number !== null) return { ...base, value: number };
    if (value.trim() !== '') {
      this.compromises.notNumeric++;
      this.#warn(item, `${item} says "${value.slice(0, 80)}", but its sensor measures numbers: UNAVAILABLE`);
    }
    return { ...base, state: 'UNAVAILABLE' };
  }

  #text(item: string, value: string): string {
    const text = value.replaceAll('\0', '\uFFFD');
    if (text.length <= longestText) return text;
    this.compromises.shortened++;
    this.#warn(item, `${item} says ${text.length} characters: a reading holds ${longestText}`);
    return `${text.slice(0, longestText - 1)}…`;
  }

  #warn(item: string, text: string): void {
    if (this.#warned.has(item)) return;
    this.#warned.add(item);
    this.#log.warn(text);
  }

  async #find(plan: ItemPlan): Promise<Sensor> {
    const { mapped, dataItem, item } = plan;
    if (mapped?.sensorId !== undefined) {
      const { sensor } = await this.#client.request(CollectSensor, { id: mapped.sensorId });
      if (sensor) return sensor;
      throw new MissingError(`The mapping of ${item} names a sensor that is not there: ${mapped.sensorId}.`);
    }
    const name = (mapped?.sensor ?? `${this.#machine.name} ${plan.label}`).slice(0, 255);
    const found = await this.#known(plan, name);
    if (found) return found;
    if (!this.#items.mapping.createSensors) {
      throw new MissingError(
        `No sensor of ${this.#machine.name} has the data item ${dataItem}. Create one, map it to one, or skip it.`,
      );
    }
    try {
      return await this.#create(plan, name);
    } catch (error) {
      // It may have been made all the same: by an attempt whose answer was lost, or by somebody else.
      this.#all = null;
      const made = error instanceof RefusedError ? await this.#known(plan, name) : undefined;
      if (made) return made;
      throw error;
    }
  }

  /** The sensor of an item, where there is one: by its data item, else by its name. */
  async #known({ dataItem, item }: ItemPlan, name: string): Promise<Sensor | undefined> {
    this.#all ??= await this.#load();
    return (
      this.#all.find((each) => each.dataItem === dataItem) ??
      this.#all.find((each) => each.name === name && (each.dataItem === null || each.dataItem === item))
    );
  }

  async #create(plan: ItemPlan, name: string): Promise<Sensor> {
    const { dataItem, quantity, unit, valueType, unknownUnit } = plan;
    if (unknownUnit) this.#warn(plan.item, `${plan.item}: the unit ${unknownUnit} is not known: 1`);
    const input = { quantity, unit, valueType, dataItem, machineId: this.#machine.id };
    const taken = this.#all?.some((each) => each.name === name);
    const chosen = taken ? `${name.slice(0, 200)} (${dataItem.slice(0, 50)})` : name;
    const { sensor } = await act(this.#client, CollectCreateSensor, { ...input, name: chosen });
    this.#all = [...(this.#all ?? []), sensor];
    return sensor;
  }

  async #load(): Promise<readonly Sensor[]> {
    const all: Sensor[] = [];
    let after: string | null = null;
    for (;;) {
      const page: { sensors: SensorPage } = await this.#client.request(CollectSensors, {
        machineId: this.#machine.id,
        after,
      });
      all.push(...page.sensors.nodes);
      if (!page.sensors.pageInfo.hasNextPage) return all;
      after = page.sensors.pageInfo.endCursor;
    }
  }
}

interface SensorPage {
  readonly nodes: readonly Sensor[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}
