/**
 * What a page of a list holds. At the root one statement reads it; below a parent one statement finds the first rows
 * of all parents, and one reads them. Counts are one statement for all parents.
 */
import DataLoader from 'dataloader';
import { type FieldNode, type GraphQLResolveInfo, Kind, type SelectionSetNode } from 'graphql';
import type { RequestContext } from '../../src/context.ts';
import { whereToSql } from '../../src/database/where.ts';
import type { Noun } from '../../src/ids.ts';
import { type OrderTerm, prismaOrder } from './keyset.ts';
import type { Where } from './registry.ts';
import { type AnyRow, delegateOf, pathKey, rowLoader, selectionOf } from './rows.ts';

export interface Page {
  rows: AnyRow[];
  hasNextPage: boolean;
}

/** What the resolvers of one connection share. Loaded when somebody asks for it. */
export interface ConnectionSource {
  page: () => Promise<Page>;
  count: () => Promise<number>;
  after: string | null;
  terms: readonly OrderTerm[];
}

/** What was asked of a list, read from its arguments. */
export interface Asked {
  first: number;
  after: string | null;
  terms: readonly OrderTerm[];
  /** Everything but the cursor: what counts count. */
  filter: Where;
  /** Only what comes after the cursor; null for the first page. */
  rest: Where | null;
}

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

/** The page of a root list. */
export function rootSource(
  noun: Noun,
  asked: Asked,
  context: RequestContext,
  info: GraphQLResolveInfo,
): ConnectionSource {
  const delegate = delegateOf(context, noun);
  const selection = wantsRows(info) ? selectionOf(context, info, noun, rowPaths) : {};
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

/**
 * What makes a row `t` belong to its parent: the column that names it, or a condition in SQL of the parent's id and
 * the organization, for lists that no foreign key makes.
 */
export type Belongs = string | ((parent: string, organization: string) => string);

/** The page of one parent's children, loaded together with those of its siblings. */
export function childSource(
  noun: Noun,
  belongs: Belongs,
  parentId: string,
  ask: () => Asked,
  context: RequestContext,
  info: GraphQLResolveInfo,
): ConnectionSource {
  // The arguments are the same for every parent of this field: read once, loaders made once.
  const shared = context.memo.once(`children:${pathKey(info)}`, () => {
    const asked = ask();
    const rows = rowLoader(context, info, noun, rowPaths);
    return {
      asked,
      rows,
      ids: new DataLoader<string, string[]>((parents) =>
        firstChildren(noun, belongs, asked, context, parents),
      ),
      counts: new DataLoader<string, number>((parents) =>
        typeof belongs === 'string'
          ? countChildren(noun, belongs, asked, context, parents)
          : countBelonging(noun, belongs, asked, context, parents),
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
  noun: Noun,
  belongs: Belongs,
  asked: Asked,
  context: RequestContext,
  parents: readonly string[],
): Promise<string[][]> {
  const parameters: unknown[] = [parents.join(','), context.signedIn.organizationId, asked.first + 1];
  const where = whereToSql(
    noun,
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
       SELECT t.id, row_number() OVER (ORDER BY ${order}) AS place FROM "${noun}" t
       WHERE t."organizationId" = $2 AND ${conditionOf(belongs)} AND (${where})
       ORDER BY ${order} LIMIT $3
     ) c
     ORDER BY p.n, c.place`,
    parameters,
  );
  const children: string[][] = parents.map(() => []);
  for (const { parent, id } of found) children[parent - 1]?.push(id);
  return children;
}

const conditionOf = (belongs: Belongs): string =>
  typeof belongs === 'string' ? `t."${belongs}" = p.id::uuid` : `(${belongs('p.id::uuid', '$2::uuid')})`;

/** The same count where a condition makes the list: one statement. */
async function countBelonging(
  noun: Noun,
  belongs: Belongs,
  asked: Asked,
  context: RequestContext,
  parents: readonly string[],
): Promise<number[]> {
  const parameters: unknown[] = [parents.join(','), context.signedIn.organizationId];
  const where = whereToSql(noun, asked.filter, 't', parameters);
  const found = await context.runtime.database.query<{ count: number }>(
    `SELECT (SELECT count(*)::int FROM "${noun}" t
       WHERE t."organizationId" = $2 AND ${conditionOf(belongs)} AND (${where})) AS count
     FROM unnest(string_to_array($1, ',')) WITH ORDINALITY AS p(id, n) ORDER BY p.n`,
    parameters,
  );
  return found.map(({ count }) => count);
}

/** How many children each parent has: one grouped count over the page's parents, never over the table. */
async function countChildren(
  noun: Noun,
  column: string,
  asked: Asked,
  context: RequestContext,
  parents: readonly string[],
): Promise<number[]> {
  const groups = await delegateOf(context, noun).groupBy({
    by: [column],
    where: { AND: [asked.filter], [column]: { in: [...parents] } },
    _count: { _all: true },
  });
  const counts = new Map(groups.map((group) => [group[column], (group._count as { _all: number })._all]));
  return parents.map((parent) => counts.get(parent) ?? 0);
}
