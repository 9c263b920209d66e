/**
 * Lists that grow, as Relay connections: declared here, paged by `keyset.ts`, read by `connection-source.ts`.
 */

import type { InputFieldRef, ObjectRef } from '@pothos/core';
import type { GraphQLResolveInfo } from 'graphql';
import type { RequestContext } from '../../src/context.ts';
import { foreignKeyOf, isEnumField } from '../../src/database/where.ts';
import { MalformedInputError } from '../../src/errors.ts';
import { decodeId, encodeId, type Noun } from '../../src/ids.ts';
import { builder, type Types } from '../builder.ts';
import {
  type Asked,
  type Belongs,
  type ConnectionSource,
  childSource,
  rootSource,
} from './connection-source.ts';
import { enumOf } from './enums.ts';
import { asWritten, type Filter, filterInput, requireReadable, whereOf } from './filters.ts';
import { afterKeyset, decodeKeyset, encodeKeyset, type OrderTerm } from './keyset.ts';
import type { NounFields } from './noun.ts';
import { accessTo, visibleWhere } from './registry.ts';
import { type AnyRow, rowLoader } from './rows.ts';

export const defaultPage = 20;
export const largestPage = 100;

/** How one list of a noun can be filtered, searched and ordered. */
export interface ListOptions {
  /** The noun in the plural, for descriptions. */
  plural: string;
  filters: Record<string, Filter>;
  /** The text columns that `search` looks into. */
  search?: readonly string[];
  /** The columns one may order by, by the name of the order. Enum columns cannot be ordered by. */
  orders: Record<string, { column: string; nullable?: boolean; description: string }>;
  /** Rows that are not shown unless the filter says something about them: trials. */
  hides?: { unless: string; where: Readonly<Record<string, unknown>> };
}

/** Whether a filter has a condition of that name, anywhere in it. */
const mentions = (filter: unknown, name: string): boolean =>
  typeof filter === 'object' &&
  filter !== null &&
  Object.entries(filter).some(
    ([key, value]) => (key === name && value !== null && value !== undefined) || mentions(value, name),
  );

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
          (await page()).rows.map((row) => ({ row, cursor: encodeKeyset(noun, terms, row) })),
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
            startCursor: first ? encodeKeyset(noun, terms, first) : null,
            endCursor: last ? encodeKeyset(noun, terms, last) : null,
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
        rootSource(list.noun, readArguments(list, args as ListArguments, context), context, info) as never,
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
  return belongingList(t, list, column, description);
}

/** A list below a parent that no foreign key makes: of the rows for which the condition holds. Batched as well. */
export function belongingList<P extends Noun, N extends Noun>(
  t: NounFields<P>,
  list: ListOf<N>,
  belongs: Belongs,
  description: string,
): never {
  const fields = t as unknown as NounFields<'Location'>;
  return fields.field({
    type: list.connection,
    description,
    authScopes: { right: accessTo(list.noun) },
    args: argumentsOf(list, fields.arg as never) as never,
    complexity: complexity as never,
    resolve: (row: AnyRow, args: object, context: RequestContext, info: GraphQLResolveInfo) =>
      childSource(
        list.noun,
        belongs,
        row.id,
        () => readArguments(list, args as ListArguments, context),
        context,
        info,
      ) as never,
  } as never) as never;
}

function readArguments(list: ListOf<Noun>, args: ListArguments, context: RequestContext): Asked {
  const first = args.first ?? defaultPage;
  if (first < 1 || first > largestPage) {
    throw new MalformedInputError(`first must be from 1 to ${largestPage}; it is ${first}.`);
  }
  const terms = orderTerms(list, args.orderBy ?? null);
  const visible = visibleWhere(list.noun, context);
  const { hides } = list.options;
  const search = args.search?.trim();
  requireReadable(search, 'search');
  const parts = [
    whereOf(list.noun, list.options.filters, args.filter ?? null, context.now),
    ...(visible ? [visible] : []),
    ...(hides && !mentions(args.filter, hides.unless) ? [hides.where] : []),
    ...(search && list.options.search
      ? [
          {
            OR: list.options.search.map((field) => ({
              [field]: { contains: asWritten(search), mode: 'insensitive' },
            })),
          },
        ]
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
