/** Loading rows by id with the client's own selection, once for all of a list. */
import { queryFromInfo } from '@pothos/plugin-prisma';
import DataLoader from 'dataloader';
import type { FieldNode, GraphQLResolveInfo } from 'graphql';
import type { RequestContext } from '../../src/context.ts';
import { fieldName, type Noun } from '../../src/ids.ts';
import { visibleWhere } from './registry.ts';

/** A row whose columns the caller does not need to name. */
export type AnyRow = Readonly<Record<string, unknown>> & {
  readonly organizationId: string;
  readonly id: string;
};

/** What the generic helpers need of a model's delegate. */
export interface Delegate {
  findMany(args: object): Promise<AnyRow[]>;
  findUnique(args: object): Promise<AnyRow | null>;
  count(args: object): Promise<number>;
  groupBy(args: object): Promise<Record<string, unknown>[]>;
}

/** The delegate of a noun's model. */
export function delegateOf(context: RequestContext, noun: Noun): Delegate {
  return (context.prisma as unknown as Record<string, Delegate>)[fieldName(noun)] as Delegate;
}

const numbers = new WeakMap<FieldNode, number>();
let lastNumber = 0;

/** A number of its own for each field as written in a document. */
function numberOf(node: FieldNode): number {
  const known = numbers.get(node) ?? ++lastNumber;
  numbers.set(node, known);
  return known;
}

/**
 * Where in the document a field stands, whatever the place in its lists: the key of what siblings share. Fragments
 * on several types may select the same name differently, at the same path: what was written tells them apart.
 */
export function pathKey(info: GraphQLResolveInfo): string {
  const parts: string[] = [];
  for (let at: GraphQLResolveInfo['path'] | undefined = info.path; at; at = at.prev) {
    if (typeof at.key === 'string') parts.push(at.key);
  }
  const written = info.fieldNodes.map(numberOf).join('+');
  return `${parts.reverse().join('.')}@${info.parentType.name}#${written}`;
}

/** What the client selected below this field, as Prisma's include or select. Walked once for all siblings. */
export function selectionOf(
  context: RequestContext,
  info: GraphQLResolveInfo,
  noun: Noun,
  paths?: string[][],
): object {
  return context.memo.once(`selection:${noun}:${pathKey(info)}`, () =>
    queryFromInfo({
      context,
      // A path of our own: the plugin files its plan under the path object of this one row, and would load again,
      // row by row of the others, what the plan has loaded for all. Under another object it is shared by the level.
      info: { ...info, path: { ...info.path } },
      typeName: noun,
      ...(paths ? { paths } : {}),
    }),
  );
}

/**
 * The loader of rows of one noun for one field of the document: one statement for all ids that its siblings
 * ask for, and one for each relation below. Null for what is not there or not visible.
 */
export function rowLoader(
  context: RequestContext,
  info: GraphQLResolveInfo,
  noun: Noun,
  paths?: string[][],
): DataLoader<string, AnyRow | null> {
  return context.memo.once(`rows:${noun}:${pathKey(info)}`, () => {
    const selection = selectionOf(context, info, noun, paths);
    return new DataLoader<string, AnyRow | null>(async (ids) => {
      const visible = visibleWhere(noun, context);
      const rows = await delegateOf(context, noun).findMany({
        ...selection,
        where: { ...(visible ? { AND: [visible] } : {}), id: { in: [...new Set(ids)] } },
      });
      const byId = new Map(rows.map((row) => [row.id, row]));
      return ids.map((id) => byId.get(id) ?? null);
    });
  });
}
