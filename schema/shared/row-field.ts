/** Fields of what is no row itself, such as a share or a cell, that lead to a row. */
import type { RequestContext } from '../../src/context.ts';
import type { Noun } from '../../src/ids.ts';
import type { Types } from '../builder.ts';
import { rowLoader } from './rows.ts';

/**
 * A field that is the row of that id, loaded once for all its siblings with the client's own selection. A nullable one
 * is null where there is no id, and where the caller may not see the row.
 */
export function rowField<Shape>(
  t: PothosSchemaTypes.ObjectFieldBuilder<Types, Shape>,
  noun: Noun,
  description: string,
  idOf: (parent: Shape) => string | null,
  { nullable = false }: { nullable?: boolean } = {},
): never {
  return t.field({
    type: noun as never,
    nullable,
    description,
    resolve: (parent: Shape, _args: object, context: RequestContext, info: never) => {
      const id = idOf(parent);
      return id === null ? null : rowLoader(context, info, noun).load(id);
    },
  } as never) as never;
}
