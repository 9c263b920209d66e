import type { FieldMap, InterfaceParam } from '@pothos/core';
import type { PrismaObjectRef, prismaModelName } from '@pothos/plugin-prisma';
import type PrismaTypes from '../../prisma/generated/pothos.ts';
import { getDatamodel } from '../../prisma/generated/pothos.ts';
import type { RequestContext } from '../../src/context.ts';
import type { Right } from '../../src/identity/caller.ts';
import { encodeId, type Noun } from '../../src/ids.ts';
import { builder, type Types } from '../builder.ts';
import { NodeRef } from './node.ts';
import { registerNoun, type Where } from './registry.ts';

/** The field builder of a noun's type. */
export type NounFields<N extends Noun> = PothosSchemaTypes.PrismaObjectFieldBuilder<
  Types,
  PrismaTypes[N],
  // The model's name on the row lets `select` of a field know the model.
  PrismaTypes[N]['Shape'] & { [prismaModelName]?: PrismaTypes[N]['Name'] }
>;

export interface NounOptions<N extends Noun> {
  /** For the client's developer: what it is, and what it is not. */
  description: string;
  /** The right that sees the noun at all; `read` unless said otherwise. */
  access?: Right;
  /** Which of the organization's rows a caller sees, as a Prisma condition; null for all. */
  visible?: (context: RequestContext) => Where | null;
  interfaces?: InterfaceParam<Types>[];
  /** The noun's own fields. `id`, `version`, `createdAt`, `updatedAt` and `archivedAt` come by themselves. */
  fields: (t: NounFields<N>) => FieldMap;
}

const columns = new Map(
  Object.entries(getDatamodel().datamodel.models).map(([model, { fields }]) => [
    model,
    new Set(fields.map((field) => field.name)),
  ]),
);

/**
 * Declares a noun's GraphQL type: a Node on the table of the same name, with who may see it. The rules are
 * applied wherever the noun is reached: `node`, lists, counts, relations, streams.
 */
export function noun<N extends Noun>(
  name: N,
  options: NounOptions<N>,
): PrismaObjectRef<Types, PrismaTypes[N]> {
  const access = options.access ?? 'read';
  registerNoun(name, { access, visible: options.visible ?? null });
  const has = (column: string) => columns.get(name)?.has(column) ?? false;
  const common = (t: NounFields<'Location'>): FieldMap => ({
    id: t.id({
      description: 'Opaque, unique and permanent. It begins with the kind of the object.',
      resolve: (row) => encodeId(name, row.id),
    }),
    ...(has('version') && {
      version: t.exposeInt('version', {
        description:
          'Grows by one with every change. Send it as `expectedVersion` so that you overwrite nobody.',
      }),
    }),
    ...(has('createdAt') && {
      createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was created.' }),
    }),
    ...(has('updatedAt') && {
      updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it was last changed.' }),
    }),
    ...(has('archivedAt') && {
      archivedAt: t.expose('archivedAt', {
        type: 'DateTime',
        nullable: true,
        description:
          'When it was archived: kept for history, not offered for new work. Null while it is in use.',
      }),
    }),
  });
  return builder.prismaObject<N, InterfaceParam<Types>[], PrismaTypes[N], object, object>(name, {
    description: options.description,
    authScopes: { right: access },
    interfaces: [NodeRef, ...(options.interfaces ?? [])],
    fields: (t: NounFields<N>) => ({
      ...common(t as unknown as NounFields<'Location'>),
      ...options.fields(t),
    }),
  } as never) as never;
}
