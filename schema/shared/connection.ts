/**
 * Lists that grow, as Relay connections by keyset: a cursor carries the values of the order, so a row that enters or
 * leaves the filter while someone pages moves nothing. At the root one statement reads a page; below a parent one
 * statement finds the first rows of all parents, and one reads them.
 */

import type { InputFieldRef, ObjectRef } from '@pothos/core';
import DataLoader from 'dataloader';
import { type FieldNode, type GraphQLResolveInfo, Kind, type SelectionSetNode } from 'graphql';
import { Prisma } from '../../prisma/generated/client/client.ts';
import type { RequestContext } from '../../src/context.ts';
import { columnType, foreignKeyOf, isEnumField, whereToSql } from '../../src/database/where.ts';
import { MalformedInputError } from '../../src/errors.ts';
import { decodeId, encodeId, type Noun } from '../../src/ids.ts';
import { builder } from '../builder.ts';
import { enumOf } from './enums.ts';
import { type Filter, filterInput, requireReadable, whereOf } from './filters.ts';
import type { NounFields } from './noun.ts';
import { accessTo, visibleWhere, type Where } from './registry.ts';
import { type AnyRow, delegateOf, pathKey, rowLoader, selectionOf } from './rows.ts';

export const defaultPage = 20;
export const largestPage = 100;

type Direction = 'asc' | 'desc';

/** One column of an order. */
interface OrderTerm {
  column: string;
  direction: Direction;
  nullable: boolean;
}

/** How one list of a noun can be filtered, searched and ordered. */
export interface ListOptions {
  /** The noun in the plural, for descriptions. */
  plural: string;
  filters: Record<string, Filter>;
  /** The text columns that `search` looks into. */
  search?: readonly string[];
  /** The columns one may order by, by the name of the order. Enum columns cannot be ordered by. */
  orders: Record<string, { column: string; nullable?: boolean; description: string }>;
}

interface Page {
  rows: AnyRow[];
  hasNextPage: boolean;
}

/** What the resolvers of one connection share. Loaded when somebody asks for it. */
interface ConnectionSource {
  page: () => Promise<Page>;
  count: () => Promise<number>;
  after: string | null;
  terms: readonly OrderTerm[];
}

interface ListArguments {
  first?: number | null;
  after?: string | null;
  filter?: Readonly<Record<string, unknown>> | null;
  search?: string | null;
  orderBy?: readonly { field: string; direction: 'ASC' | 'DESC' }[] | null;
}

const OrderDirection = enumOf<'ASC' | 'DESC'>('OrderDirection', 'Which end of an order comes first.', {
  ASC: 'The smallest, earliest or first in the alphabet comes first.',
  DESC: 'The largest, latest or last in the alphabet comes first.',
});

export const PageInfo = builder
  .objectRef<{
    hasNextPage: boolean;
    hasPreviousPage: boolean;
    startCursor: string | null;
    endCursor: string | null;
  }>('PageInfo')
  .implement({
    description: 'Where a page stands in its list (Relay).',
    fields: (t) => ({
      hasNextPage: t.exposeBoolean('hasNextPage', {
        description: 'More follow: ask again with `after: endCursor`.',
      }),
      hasPreviousPage: t.exposeBoolean('hasPreviousPage', {
        description: 'The page was asked for with `after`.',
      }),
      startCursor: t.exposeString('startCursor', {
        nullable: true,
        description: 'The cursor of the first on this page.',
      }),
      endCursor: t.exposeString('endCursor', {
        nullable: true,
        description: 'The cursor of the last on this page.',
      }),
    }),
  });

/** A list of one noun: its connection type, and the arguments that narrow and order it. */
export interface ListOf<N extends Noun> {
  readonly noun: N;
  readonly options: ListOptions;
  readonly connection: ObjectRef<Types, ConnectionSource>;
  readonly filter: ReturnType<typeof filterInput>;
  readonly order: unknown;
}

type Types = typeof builder extends PothosSchemaTypes.SchemaBuilder<infer T> ? T : never;

/** The size of a page is counted by its connection field: its lists must not be counted again. */
const counted = { field: 0, multiplier: 1 };

/** Declares how lists of a noun look: `OrderConnection`, `OrderFilter`, `OrderOrder`. */
export function listOf<N extends Noun>(noun: N, options: ListOptions): ListOf<N> {
  for (const { column } of Object.values(options.orders)) {
    if (isEnumField(noun, column)) throw new Error(`${noun}.${column} is an enum: Prisma cannot page by it.`);
  }
  const filter = filterInput(noun, options.plural, options.filters);
  const field = enumOf(
    `${noun}OrderField`,
    `What ${options.plural} can be ordered by.`,
    Object.fromEntries(Object.entries(options.orders).map(([name, { description }]) => [name, description])),
  );
  const order = builder.inputType(`${noun}Order` as string, {
    description: `An order of ${options.plural}. Those that are equal in it are ordered by id.`,
    fields: (t) => ({
      field: t.field({
        type: field,
        required: true,
        description: 'What to order by. What is not set comes last.',
      }),
      direction: t.field({
        type: OrderDirection,
        required: true,
        defaultValue: 'ASC',
        description: 'Which end comes first.',
      }),
    }),
  });
  const edge = builder.objectRef<{ row: AnyRow; cursor: string }>(`${noun}Edge`).implement({
    description: `One of the ${options.plural} on a page, with its cursor.`,
    fields: (t) => ({
      cursor: t.exposeString('cursor', { description: 'Ask for what follows with `after`.' }),
      node: t.field({
        type: noun as never,
        description: 'The object.',
        resolve: (each) => each.row as never,
      }),
    }),
  });
  const connection = builder.objectRef<ConnectionSource>(`${noun}Connection`).implement({
    description: `A page of ${options.plural}.`,
    fields: (t) => ({
      edges: t.field({
        type: [edge],
        description: 'The objects with their cursors.',
        complexity: counted,
        resolve: async ({ page, terms }) =>
          (await page()).rows.map((row) => ({ row, cursor: encodeKeyset(terms, row) })),
      }),
      nodes: t.field({
        type: [noun as never],
        description: 'The objects alone.',
        complexity: counted,
        resolve: async ({ page }) => (await page()).rows as never,
      }),
      pageInfo: t.field({
        type: PageInfo,
        description: 'Where this page stands in the list.',
        resolve: async ({ page, terms, after }) => {
          const { rows, hasNextPage } = await page();
          const [first, last] = [rows[0], rows.at(-1)];
          return {
            hasNextPage,
            hasPreviousPage: after !== null,
            startCursor: first ? encodeKeyset(terms, first) : null,
            endCursor: last ? encodeKeyset(terms, last) : null,
          };
        },
      }),
      totalCount: t.int({
        description: 'How many the filter leaves in all. Counted only when asked for.',
        resolve: ({ count }) => count(),
      }),
    }),
  });
  return { noun, options, connection, filter, order };
}

type ArgBuilder = Parameters<Parameters<typeof builder.queryField>[1]>[0]['arg'];

function argumentsOf(list: ListOf<Noun>, arg: ArgBuilder): Record<string, InputFieldRef<Types, unknown>> {
  const { plural, search } = list.options;
  return {
    first: arg.int({
      required: false,
      defaultValue: defaultPage,
      description: `How many at most: 1 to ${largestPage}.`,
    }),
    after: arg.string({ required: false, description: 'The cursor after which the page begins.' }),
    filter: arg({
      type: list.filter as never,
      required: false,
      description: `Which ${plural}; all of them unless given.`,
    }),
    ...(search && {
      search: arg.string({
        required: false,
        description: `Text that stands in one of: ${search.join(', ')}; in upper or lower case.`,
      }),
    }),
    orderBy: arg({
      type: [list.order] as never,
      required: false,
      description: 'What to order by, at most three; the newest first unless given.',
    }),
  } as never;
}

/** What a connection field costs: the page that it asks for, whether or not it is full. */
const complexity = (args: object) => {
  const first = (args as ListArguments).first ?? defaultPage;
  return { field: 1, multiplier: Math.max(1, Math.min(first, largestPage)) };
};

/** Adds a list to the queries: `orders(first, after, filter, search, orderBy)`. */
export function queryList<N extends Noun>(name: string, list: ListOf<N>, description: string): void {
  builder.queryField(name, (t) =>
    t.field({
      type: list.connection,
      description,
      authScopes: { right: accessTo(list.noun) },
      args: argumentsOf(list, t.arg as never) as never,
      complexity: complexity as never,
      resolve: (_root: unknown, args: object, context: RequestContext, info: GraphQLResolveInfo) =>
        rootSource(list, args as ListArguments, context, info) as never,
    } as never),
  );
}

/**
 * A list below a parent, `order { lineItems(…) { nodes … } }`, by the parent's relation of that name. Batched over
 * all the parents of a level: two statements, whatever their number.
 */
export function childList<P extends Noun, N extends Noun>(
  t: NounFields<P>,
  parent: P,
  relation: string,
  list: ListOf<N>,
  description: string,
): never {
  const { model, column } = foreignKeyOf(parent, relation);
  if (model !== list.noun) throw new Error(`${parent}.${relation} holds ${model}, not ${list.noun}.`);
  const fields = t as unknown as NounFields<'Location'>;
  return fields.field({
    type: list.connection,
    description,
    authScopes: { right: accessTo(list.noun) },
    args: argumentsOf(list, fields.arg as never) as never,
    complexity: complexity as never,
    resolve: (row: AnyRow, args: object, context: RequestContext, info: GraphQLResolveInfo) =>
      childSource(list, column, row.id, args as ListArguments, context, info) as never,
  } as never) as never;
}

interface Asked {
  first: number;
  after: string | null;
  terms: readonly OrderTerm[];
  /** Everything but the cursor: what counts count. */
  filter: Where;
  /** Only what comes after the cursor; null for the first page. */
  rest: Where | null;
}

function readArguments(list: ListOf<Noun>, args: ListArguments, context: RequestContext): Asked {
  const first = args.first ?? defaultPage;
  if (first < 1 || first > largestPage) {
    throw new MalformedInputError(`first must be from 1 to ${largestPage}; it is ${first}.`);
  }
  const terms = orderTerms(list, args.orderBy ?? null);
  const visible = visibleWhere(list.noun, context);
  const search = args.search?.trim();
  requireReadable(search, 'search');
  const parts = [
    whereOf(list.options.filters, args.filter ?? null),
    ...(visible ? [visible] : []),
    ...(search && list.options.search
      ? [{ OR: list.options.search.map((field) => ({ [field]: { contains: search, mode: 'insensitive' } })) }]
      : []),
  ].filter((part) => Object.keys(part).length > 0);
  const after = args.after ?? null;
  return {
    first,
    after,
    terms,
    filter: parts.length > 0 ? { AND: parts } : {},
    rest: after === null ? null : afterKeyset(terms, decodeKeyset(list.noun, terms, after)),
  };
}

function orderTerms(list: ListOf<Noun>, orderBy: ListArguments['orderBy']): readonly OrderTerm[] {
  if (!orderBy?.length) return [{ column: 'id', direction: 'desc', nullable: false }];
  if (orderBy.length > 3) throw new MalformedInputError('orderBy takes at most three orders.');
  const terms: OrderTerm[] = [];
  for (const { field, direction } of orderBy) {
    const order = list.options.orders[field];
    if (!order || terms.some((term) => term.column === order.column)) continue;
    terms.push({
      column: order.column,
      direction: direction === 'DESC' ? 'desc' : 'asc',
      nullable: order.nullable ?? false,
    });
  }
  const last = terms.at(-1);
  if (last?.column !== 'id')
    terms.push({ column: 'id', direction: last?.direction ?? 'asc', nullable: false });
  return terms;
}

const shapeOf = (terms: readonly OrderTerm[]) =>
  terms.map((term) => `${term.direction === 'desc' ? '-' : ''}${term.column}`).join();

function encodeKeyset(terms: readonly OrderTerm[], row: AnyRow): string {
  const values = terms.map(({ column }) => {
    const value = row[column];
    if (value instanceof Date) return { d: value.toISOString() };
    if (Prisma.Decimal.isDecimal(value)) return { n: (value as Prisma.Decimal).toFixed() };
    return value ?? null;
  });
  return Buffer.from(JSON.stringify([shapeOf(terms), ...values]), 'utf8').toString('base64url');
}

function decodeKeyset(noun: Noun, terms: readonly OrderTerm[], cursor: string): unknown[] {
  const refuse = () =>
    new MalformedInputError(
      `after: this cursor is none of this list in this order. Use one that it gave for ${noun}.`,
    );
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    throw refuse();
  }
  if (!Array.isArray(parsed) || parsed.length !== terms.length + 1 || parsed[0] !== shapeOf(terms))
    throw refuse();
  return parsed.slice(1).map((value: unknown, place) => {
    const term = terms[place] as OrderTerm;
    if (value === null) {
      if (!term.nullable) throw refuse();
      return null;
    }
    const read = keyReaders[columnType(noun, term.column)]?.(value) ?? null;
    if (
      read === null ||
      (term.column === 'id' && !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(String(read)))
    ) {
      throw refuse();
    }
    return read;
  });
}

/** How a cursor's value becomes one of that column type again; null for what no cursor of ours holds. */
const keyReaders: Readonly<Record<string, (value: unknown) => unknown>> = {
  String: (value) => (typeof value === 'string' && !value.includes('\0') ? value : null),
  Int: (value) => (Number.isInteger(value) && Math.abs(value as number) < 2 ** 31 ? value : null),
  DateTime: (value) => {
    const date = typeof value === 'object' ? new Date(String((value as { d?: unknown }).d)) : null;
    return date && !Number.isNaN(date.getTime()) ? date : null;
  },
  Decimal: (value) => {
    const text = typeof value === 'object' ? String((value as { n?: unknown }).n) : '';
    return /^-?\d{1,30}(\.\d{1,30})?$/.test(text) ? new Prisma.Decimal(text) : null;
  },
};

/** The rows after a place: later in the first term, or equal in it and later in the next, and so on. */
function afterKeyset(terms: readonly OrderTerm[], values: readonly unknown[]): Where {
  const alternatives: Where[] = [];
  terms.forEach((term, place) => {
    const value = values[place];
    // What is not set comes last: nothing is later than it.
    if (value === null) return;
    const beyond: Where = { [term.column]: { [term.direction === 'asc' ? 'gt' : 'lt']: value } };
    const later = term.nullable ? { OR: [beyond, { [term.column]: null }] } : beyond;
    const equal = terms.slice(0, place).map((earlier, at) => ({ [earlier.column]: values[at] }));
    alternatives.push({ AND: [...equal, later] });
  });
  return { OR: alternatives };
}

const prismaOrder = (terms: readonly OrderTerm[]) =>
  terms.map(({ column, direction, nullable }) => ({
    [column]: nullable ? { sort: direction, nulls: 'last' } : direction,
  }));

const rowPaths = [['nodes'], ['edges', 'node']];

/** Whether the client asks for more of a connection than its count. */
function wantsRows(info: GraphQLResolveInfo): boolean {
  const names = (set: SelectionSetNode | undefined): boolean =>
    set?.selections.some((selection) => {
      if (selection.kind === Kind.FIELD)
        return selection.name.value !== 'totalCount' && selection.name.value !== '__typename';
      if (selection.kind === Kind.INLINE_FRAGMENT) return names(selection.selectionSet);
      return names(info.fragments[selection.name.value]?.selectionSet);
    }) ?? false;
  return info.fieldNodes.some((node: FieldNode) => names(node.selectionSet));
}

const lazily = <T>(load: () => Promise<T>): (() => Promise<T>) => {
  let loading: Promise<T> | null = null;
  return () => {
    loading ??= load();
    return loading;
  };
};

const cut = (rows: AnyRow[], first: number): Page => ({
  rows: rows.slice(0, first),
  hasNextPage: rows.length > first,
});

function rootSource(
  list: ListOf<Noun>,
  args: ListArguments,
  context: RequestContext,
  info: GraphQLResolveInfo,
): ConnectionSource {
  const asked = readArguments(list, args, context);
  const delegate = delegateOf(context, list.noun);
  const selection = wantsRows(info) ? selectionOf(context, info, list.noun, rowPaths) : {};
  return {
    terms: asked.terms,
    after: asked.after,
    page: lazily(async () =>
      cut(
        await delegate.findMany({
          ...selection,
          where: asked.rest ? { AND: [asked.filter, asked.rest] } : asked.filter,
          orderBy: prismaOrder(asked.terms),
          take: asked.first + 1,
        }),
        asked.first,
      ),
    ),
    count: lazily(() => delegate.count({ where: asked.filter })),
  };
}

function childSource(
  list: ListOf<Noun>,
  column: string,
  parentId: string,
  args: ListArguments,
  context: RequestContext,
  info: GraphQLResolveInfo,
): ConnectionSource {
  // The arguments are the same for every parent of this field: read once, loaders made once.
  const shared = context.memo.once(`children:${pathKey(info)}`, () => {
    const asked = readArguments(list, args, context);
    const rows = rowLoader(context, info, list.noun, rowPaths);
    return {
      asked,
      rows,
      ids: new DataLoader<string, string[]>((parents) =>
        firstChildren(list, column, asked, context, parents),
      ),
      counts: new DataLoader<string, number>((parents) =>
        countChildren(list, column, asked, context, parents),
      ),
    };
  });
  const { asked } = shared;
  return {
    terms: asked.terms,
    after: asked.after,
    page: lazily(async () => {
      const ids = await shared.ids.load(parentId);
      const rows = await shared.rows.loadMany(ids.slice(0, asked.first));
      return {
        rows: rows.flatMap((row) => {
          if (row instanceof Error) throw row;
          return row ? [row] : [];
        }),
        hasNextPage: ids.length > asked.first,
      };
    }),
    count: lazily(() => shared.counts.load(parentId)),
  };
}

/** The ids of the first children of each parent, one more than asked for: one statement. */
async function firstChildren(
  list: ListOf<Noun>,
  column: string,
  asked: Asked,
  context: RequestContext,
  parents: readonly string[],
): Promise<string[][]> {
  const parameters: unknown[] = [parents.join(','), context.signedIn.organizationId, asked.first + 1];
  const where = whereToSql(
    list.noun,
    asked.rest ? { AND: [asked.filter, asked.rest] } : asked.filter,
    't',
    parameters,
  );
  const order = asked.terms
    .map(({ column, direction, nullable }) => `t."${column}" ${direction}${nullable ? ' NULLS LAST' : ''}`)
    .join(', ');
  const found = await context.runtime.database.query<{ parent: number; id: string }>(
    `SELECT p.n::int AS parent, c.id::text AS id
     FROM unnest(string_to_array($1, ',')) WITH ORDINALITY AS p(id, n)
     CROSS JOIN LATERAL (
       SELECT t.id, row_number() OVER (ORDER BY ${order}) AS place FROM "${list.noun}" t
       WHERE t."organizationId" = $2 AND t."${column}" = p.id::uuid AND (${where})
       ORDER BY ${order} LIMIT $3
     ) c
     ORDER BY p.n, c.place`,
    parameters,
  );
  const children: string[][] = parents.map(() => []);
  for (const { parent, id } of found) children[parent - 1]?.push(id);
  return children;
}

/** How many children each parent has: one grouped count over the page's parents, never over the table. */
async function countChildren(
  list: ListOf<Noun>,
  column: string,
  asked: Asked,
  context: RequestContext,
  parents: readonly string[],
): Promise<number[]> {
  const groups = await delegateOf(context, list.noun).groupBy({
    by: [column],
    where: { AND: [asked.filter], [column]: { in: [...parents] } },
    _count: { _all: true },
  });
  const counts = new Map(groups.map((group) => [group[column], (group._count as { _all: number })._all]));
  return parents.map((parent) => counts.get(parent) ?? 0);
}

/** Adds a lookup by id to the queries: `order(id)`, null where there is none. */
export function queryOne<N extends Noun>(name: string, noun: N, description: string): void {
  builder.queryField(name, (t) =>
    t.field({
      type: noun as never,
      nullable: true,
      description,
      authScopes: { right: accessTo(noun) },
      args: { id: t.arg.id({ required: true, description: `The id of the ${noun}.` }) } as never,
      resolve: (_root: unknown, args: object, context: RequestContext, info: GraphQLResolveInfo) => {
        const { id } = args as { id: string };
        const decoded = decodeId(id);
        if (decoded?.noun !== noun) {
          throw new MalformedInputError(
            `id: "${id.slice(0, 60)}" is no id of a ${noun}; one looks like ${encodeId(noun, '0').slice(0, -1)}….`,
          );
        }
        return rowLoader(context, info, noun).load(decoded.uuid) as never;
      },
    } as never),
  );
}
