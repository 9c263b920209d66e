import { brandWithType } from '@pothos/core';
import { parseId } from '../../src/commands/input.ts';
import { MalformedInputError } from '../../src/errors.ts';
import { decodeId, type Noun } from '../../src/ids.ts';
import { builder } from '../builder.ts';
import { declaredNouns, mayAccess } from './registry.ts';
import { type AnyRow, rowLoader } from './rows.ts';

/** Marks a row with its GraphQL type, so that an interface or union knows what it is. */
export function branded(row: AnyRow, noun: Noun): AnyRow {
  brandWithType(row, noun as never);
  return row;
}

export const NodeRef = builder.interfaceRef<{ id: string }>('Node').implement({
  description: 'An object with an id, by which `node` finds it again.',
  fields: (t) => ({
    id: t.id({
      description: 'Opaque, unique and permanent. It begins with the kind of the object.',
      resolve: (row) => row.id,
    }),
  }),
});

builder.queryField('node', (t) =>
  t.field({
    type: NodeRef,
    nullable: true,
    description: 'Any object by its id. Null where it does not exist or is not visible to you.',
    args: { id: t.arg.id({ required: true, description: 'The id of an object of any kind.' }) },
    resolve: async (_root, { id }, context, info) => {
      const decoded = decodeId(id);
      if (!decoded) throw new MalformedInputError(`id: "${id.slice(0, 60)}" is no id.`);
      const { noun, uuid } = decoded;
      if (!declaredNouns().includes(noun) || !mayAccess(noun, context)) return null;
      const row = await rowLoader(context, info, noun).load(uuid);
      return row ? branded(row, noun) : null;
    },
  }),
);

/** The uuid behind an optional id argument. */
export function optionalId(noun: Noun, id: string | null | undefined, where: string): string | null {
  return id === null || id === undefined ? null : parseId(noun, id, where);
}
