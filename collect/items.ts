import type { Part } from './machine-state.ts';
import type { ItemMapping, Mapping } from './mapping.ts';
import type { DataItem, DeviceModel } from './model.ts';
import type { Observation } from './observation.ts';
import type { ShdrForm } from './shdr.ts';
import { ucumOf } from './units.ts';

export type ValueType = 'NUMBER' | 'TEXT';

/** The sensor that an item is, or is to become. */
export interface ItemPlan {
  /** The key that it has in its source. */
  readonly item: string;
  /** The id of the data item in the model; the key where there is no model. */
  readonly dataItem: string;
  /** What it is called within its machine. */
  readonly label: string;
  readonly mapped: ItemMapping | undefined;
  readonly quantity: string;
  readonly unit: string;
  readonly valueType: ValueType;
  /** A unit of the model that has no UCUM code here: the sensor has 1. */
  readonly unknownUnit: string | null;
}

// Without units in the model, and numbers all the same.
const counts: ReadonlySet<string> = new Set(['PART_COUNT', 'BLOCK_COUNT', 'LINE_NUMBER', 'MATERIAL_LAYER']);

// By their names, where no model is at hand.
const availability = /(^|[_:.-]|\d)avail(ability)?$/i;
const execution = /exec(ution)?$/i;
const levels = /^(NORMAL|WARNING|FAULT)\|/;

/** What is known of the items of a machine: by its mapping, its model, and what was seen. */
export class Items {
  readonly mapping: Mapping;
  readonly #model: DeviceModel | null;
  /** Of items that no model knows: what a recording says in them. */
  readonly #seen: ReadonlyMap<string, ValueType>;
  readonly #plans = new Map<string, ItemPlan>();

  constructor(mapping: Mapping, model: DeviceModel | null, seen: ReadonlyMap<string, ValueType> = new Map()) {
    this.mapping = mapping;
    this.#model = model;
    this.#seen = seen;
  }

  /** The same items by another model: the agent's, once it has been asked. */
  withModel(model: DeviceModel): Items {
    return new Items(this.mapping, model, this.#seen);
  }

  /** Whether the mapping leaves it out. */
  isSkipped(item: string): boolean {
    return this.#mapped(item, this.#model?.find(item))?.skip === true;
  }

  /** How many fields of an SHDR line it takes; undefined where nothing is known. */
  formOf(item: string): ShdrForm | undefined {
    const found = this.#model?.find(item);
    if (!found) return undefined;
    if (found.category === 'CONDITION') return 'CONDITION';
    if (found.type === 'MESSAGE') return 'MESSAGE';
    return found.representation === 'TIME_SERIES' ? 'TIME_SERIES' : 'VALUE';
  }

  /** What it is for the state of its machine. */
  partOf({ item, value }: Observation): Part | null {
    const found = this.#model?.find(item);
    const { status, build } = this.mapping;
    const isOne = (keys: readonly string[]) =>
      keys.some((key) => key === item || key === found?.id || key === found?.name);
    if (build && isOne([build.program])) return 'PROGRAM';
    if (build?.layer && isOne([build.layer])) return 'LAYER';
    const said = (keys: readonly string[] | undefined, type: string, name: RegExp) =>
      keys ? isOne(keys) : found ? found.type === type : name.test(item);
    if (said(status.availability, 'AVAILABILITY', availability)) return 'AVAILABILITY';
    if (said(status.execution, 'EXECUTION', execution)) return 'EXECUTION';
    if (!status.conditions) return null;
    const isCondition = found ? found.category === 'CONDITION' : value === null || levels.test(value);
    return isCondition ? 'CONDITION' : null;
  }

  /** The sensor that it is. */
  planOf(item: string): ItemPlan {
    const known = this.#plans.get(item);
    if (known) return known;
    const found = this.#model?.find(item);
    const mapped = this.#mapped(item, found);
    const valueType = mapped?.type ?? (found ? typeOf(found) : (this.#seen.get(item) ?? 'TEXT'));
    const isNumber = valueType === 'NUMBER';
    const unit = isNumber && found?.units ? ucumOf(found.units) : '1';
    const plan: ItemPlan = {
      item,
      dataItem: found?.id ?? item,
      label: found?.name ?? found?.id ?? item,
      mapped,
      quantity: mapped?.quantity ?? (found ? quantityOf(found) : item),
      unit: (isNumber ? mapped?.unit : undefined) ?? unit ?? '1',
      valueType,
      unknownUnit: unit === undefined && !mapped?.unit ? (found?.units ?? null) : null,
    };
    this.#plans.set(item, plan);
    return plan;
  }

  #mapped(item: string, found: DataItem | undefined): ItemMapping | undefined {
    const { items } = this.mapping;
    const keys = [item, found?.id, found?.name];
    for (const key of keys) if (typeof key === 'string' && Object.hasOwn(items, key)) return items[key];
    return undefined;
  }
}

function typeOf({ category, type, units, representation }: DataItem): ValueType {
  if (category === 'CONDITION' || representation === 'TIME_SERIES' || representation === 'DATA_SET')
    return 'TEXT';
  // Three numbers of one instant are one observation, and stay one text.
  if (representation === 'TABLE' || units?.endsWith('_3D')) return 'TEXT';
  return category === 'SAMPLE' || units !== null || counts.has(type) ? 'NUMBER' : 'TEXT';
}

// SPINDLE_SPEED, ACTUAL: "spindle speed actual"; types of one's own begin with a prefix.
const quantityOf = ({ type, subType }: DataItem): string =>
  [type, subType]
    .filter((each) => each !== null)
    .map((each) => each.replace(/^\w+:/, '').toLowerCase().replaceAll('_', ' '))
    .join(' ');

// `12.5`, or `12.5:MANUAL` where a counter was reset.
const number = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?(:[A-Z_]+)?$/i;

// Digits that count nothing: names of tools, programs, blocks.
const names = /(asset|serial|program|pallet|fixture|block|label|version|id|@)$|id$/i;

/** The number that a text is; null for none. */
export function numberOf(text: string): number | null {
  const trimmed = text.trim();
  if (!number.test(trimmed)) return null;
  const value = Number.parseFloat(trimmed);
  return Math.abs(value) <= 1e100 ? value : null;
}

/**
 * What items of a recording without a model are: numbers, where every value is one and the name says nothing else. To
 * know, the whole recording must have been shown to it.
 */
export class SeenItems {
  readonly types = new Map<string, ValueType>();

  learn({ item, value }: Observation): void {
    if (value === null || value.trim() === '' || this.types.get(item) === 'TEXT') return;
    this.types.set(item, names.test(item) || numberOf(value) === null ? 'TEXT' : 'NUMBER');
  }
}
