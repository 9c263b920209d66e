/** Lists over what is known by its keys already, as connections: only a page of them becomes objects. */
import type { ObjectRef } from '@pothos/core';
import { MalformedInputError } from '../../src/errors.ts';
import { builder, type Types } from '../builder.ts';
import { defaultPage, largestPage, PageInfo } from '../shared/connection.ts';

/** A list that is paged by its keys, which are texts in their order. */
export interface KeyedList<Item> {
  /** Up to `limit` items after that key. */
  page(after: string | null, limit: number): Promise<{ key: string; item: Item }[]>;
  count(): Promise<number>;
}

/** A list over keys in memory. `load` makes a page of items of their keys. */
export function overKeys<Item>(
  keys: () => Promise<readonly string[]>,
  load: (keys: readonly string[]) => Promise<readonly (Item | null)[]> | readonly (Item | null)[],
): KeyedList<Item> {
  return {
    page: async (after, limit) => {
      const all = await keys();
      const start = after === null ? 0 : placeAfter(all, after);
      const chosen = all.slice(start, start + limit);
      const items = await load(chosen);
      return chosen.flatMap((key, place) => {
        const item = items[place];
        return item === null || item === undefined ? [] : [{ key, item }];
      });
    },
    count: async () => (await keys()).length,
  };
}

/** A list over items in memory, which are in the order of their keys. */
export function overItems<Item>(
  load: () => Promise<readonly Item[]>,
  keyOf: (item: Item) => string,
): KeyedList<Item> {
  return overKeys(
    async () => (await load()).map(keyOf),
    async (keys) => {
      const byKey = new Map((await load()).map((item) => [keyOf(item), item]));
      return keys.map((key) => byKey.get(key) ?? null);
    },
  );
}

/** The place of the first key after that one, by halving. */
function placeAfter(keys: readonly string[], after: string): number {
  let [low, high] = [0, keys.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((keys[middle] as string) <= after) low = middle + 1;
    else high = middle;
  }
  return low;
}

interface KeyedPage<Item> {
  rows: { key: string; item: Item }[];
  hasNextPage: boolean;
  after: string | null;
  count: () => Promise<number>;
}

const counted = { field: 0, multiplier: 1 };
const encodeKey = (name: string, key: string) =>
  Buffer.from(JSON.stringify([name, key]), 'utf8').toString('base64url');

function decodeKey(name: string, cursor: string): string {
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    parsed = null;
  }
  const [list, key] = Array.isArray(parsed) ? (parsed as unknown[]) : [];
  if (list !== name || typeof key !== 'string')
    throw new MalformedInputError('after: this cursor is none of this list. Use one that it gave.');
  return key;
}

/** Declares `<Name>Connection` of an object, and answers it with how a field reads it. */
export function keyedConnection<Item>(name: string, plural: string, item: ObjectRef<Types, Item>) {
  const edge = builder.objectRef<{ key: string; item: Item }>(`${name}Edge`).implement({
    description: `One of the ${plural} on a page, with its cursor.`,
    fields: (t) => ({
      cursor: t.string({
        description: 'Ask for what follows with `after`.',
        resolve: ({ key }) => encodeKey(name, key),
      }),
      node: t.field({ type: item, description: 'The object.', resolve: (row) => row.item as never }),
    }),
  });
  const connection = builder.objectRef<KeyedPage<Item>>(`${name}Connection`).implement({
    description: `A page of ${plural}.`,
    fields: (t) => ({
      edges: t.field({
        type: [edge],
        description: 'The objects with their cursors.',
        complexity: counted,
        resolve: ({ rows }) => rows,
      }),
      nodes: t.field({
        type: [item],
        description: 'The objects alone.',
        complexity: counted,
        resolve: ({ rows }) => rows.map((row) => row.item) as never,
      }),
      pageInfo: t.field({
        type: PageInfo,
        description: 'Where this page stands in the list.',
        resolve: ({ rows, hasNextPage, after }) => ({
          hasNextPage,
          hasPreviousPage: after !== null,
          startCursor: rows[0] ? encodeKey(name, rows[0].key) : null,
          endCursor: rows.length > 0 ? encodeKey(name, (rows.at(-1) as { key: string }).key) : null,
        }),
      }),
      totalCount: t.int({
        description: 'How many there are in all. Counted only when asked for.',
        resolve: ({ count }) => count(),
      }),
    }),
  });
  const read = async (list: KeyedList<Item>, { first, after }: PageArguments): Promise<KeyedPage<Item>> => {
    const limit = first ?? defaultPage;
    if (limit < 1 || limit > largestPage)
      throw new MalformedInputError(`first must be from 1 to ${largestPage}; it is ${limit}.`);
    const rows = await list.page(after ? decodeKey(name, after) : null, limit + 1);
    return {
      rows: rows.slice(0, limit),
      hasNextPage: rows.length > limit,
      after: after ?? null,
      count: () => list.count(),
    };
  };
  return { connection, read };
}

interface PageArguments {
  first?: number | null | undefined;
  after?: string | null | undefined;
}

/** What a field that is such a list costs: the page that it asks for. */
export const pageComplexity = ({ first }: PageArguments) => ({
  field: 1,
  multiplier: Math.max(1, Math.min(first ?? defaultPage, largestPage)),
});

/** The arguments of such a field. */
export const pageArguments = {
  first: {
    type: 'Int' as const,
    required: false as const,
    defaultValue: defaultPage,
    description: `How many at most: 1 to ${largestPage}.`,
  },
  after: {
    type: 'String' as const,
    required: false as const,
    description: 'The cursor after which the page begins.',
  },
};
