import { attributeOf, childrenOf, documentOf, type Element, elementsOf, textOf } from './xml.ts';

/** A data item of a device's model. */
export interface DataItem {
  readonly id: string;
  readonly name: string | null;
  readonly category: 'SAMPLE' | 'EVENT' | 'CONDITION';
  readonly type: string;
  readonly subType: string | null;
  readonly units: string | null;
  /** VALUE, TIME_SERIES, DATA_SET, TABLE. */
  readonly representation: string;
}

/** The data items of one device, as its model declares them (Devices.xml, an agent's /probe). */
export class DeviceModel {
  readonly name: string;
  readonly items: readonly DataItem[];
  readonly #byKey = new Map<string, DataItem>();
  /** What a key of an adapter may begin with where it serves several devices: `OKUMA:Xload`. */
  readonly #prefixes: readonly string[];

  constructor(
    device: { name: string; uuid: string | null },
    items: readonly (DataItem & { source: string })[],
  ) {
    this.name = device.name;
    this.items = items;
    this.#prefixes = [device.name, device.uuid].filter((each) => each !== null).map((each) => `${each}:`);
    // An id is unique, a name nearly always, a source is what an adapter calls it.
    for (const item of items) if (item.source !== '') this.#byKey.set(item.source, item);
    for (const item of items) if (item.name !== null) this.#byKey.set(item.name, item);
    for (const item of items) this.#byKey.set(item.id, item);
  }

  /** The item of a key: its id, its name, or what its adapter calls it. */
  find(key: string): DataItem | undefined {
    const prefix = this.#prefixes.find((each) => key.startsWith(each));
    return this.#byKey.get(key) ?? (prefix ? this.#byKey.get(key.slice(prefix.length)) : undefined);
  }
}

/**
 * Reads the model of a device out of an MTConnectDevices document.
 * @param device its name, uuid or id; the first that is not the agent itself unless given
 */
export function parseDevices(text: string, device?: string): DeviceModel {
  const [devices] = childrenOf(documentOf(text, 'MTConnectDevices'), 'Devices');
  const all = devices ? childrenOf(devices, 'Device') : [];
  const keys = (element: Element) => ['name', 'uuid', 'id'].map((name) => attributeOf(element, name));
  const found = device === undefined ? all[0] : all.find((each) => keys(each).includes(device));
  if (!found) {
    const names = all.map((each) => attributeOf(each, 'name')).join(', ') || 'none';
    throw new Error(
      `The model has no device${device === undefined ? '' : ` "${device}"`}: there are ${names}.`,
    );
  }
  const name = attributeOf(found, 'name') ?? attributeOf(found, 'id') ?? 'device';
  return new DeviceModel({ name, uuid: attributeOf(found, 'uuid') }, itemsOf(found));
}

function itemsOf(element: Element): (DataItem & { source: string })[] {
  return elementsOf(element).flatMap(([name, child]) =>
    name === 'DataItems' ? childrenOf(child, 'DataItem').flatMap(itemOf) : itemsOf(child),
  );
}

function itemOf(element: Element): (DataItem & { source: string })[] {
  const id = attributeOf(element, 'id');
  const category = attributeOf(element, 'category');
  if (id === null || (category !== 'SAMPLE' && category !== 'EVENT' && category !== 'CONDITION')) return [];
  const [source] = childrenOf(element, 'Source');
  return [
    {
      id,
      category,
      name: attributeOf(element, 'name'),
      type: attributeOf(element, 'type') ?? category,
      subType: attributeOf(element, 'subType'),
      units: attributeOf(element, 'units'),
      representation: attributeOf(element, 'representation') ?? 'VALUE',
      source: source ? textOf(source).trim() : '',
    },
  ];
}
