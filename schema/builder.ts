import SchemaBuilder from '@pothos/core';
import ComplexityPlugin from '@pothos/plugin-complexity';
import PrismaPlugin from '@pothos/plugin-prisma';
import ScopeAuthPlugin from '@pothos/plugin-scope-auth';
import type { Decimal } from 'decimal.js';
import type PrismaTypes from '../prisma/generated/pothos.ts';
import { getDatamodel } from '../prisma/generated/pothos.ts';
import type { RequestContext } from '../src/context.ts';
import { Forbidden, TooComplex, Unauthenticated } from '../src/http/errors.ts';
import { may, type Right } from '../src/identity/caller.ts';

/** A value that GraphQL passes through as it is. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

export const builder = new SchemaBuilder<{
  Context: RequestContext;
  PrismaTypes: PrismaTypes;
  DefaultFieldNullability: false;
  AuthScopes: { right: Right };
  Scalars: {
    ID: { Input: string; Output: string };
    DateTime: { Input: Date; Output: Date };
    Date: { Input: Date; Output: Date };
    Decimal: { Input: Decimal; Output: Decimal };
    Duration: { Input: number; Output: number };
    Unit: { Input: string; Output: string };
    Cursor: { Input: string; Output: string };
    JSON: { Input: unknown; Output: unknown };
  };
}>({
  plugins: [ScopeAuthPlugin, PrismaPlugin, ComplexityPlugin],
  defaultFieldNullability: false,
  prisma: {
    // The organization's extended client has the methods of the plain one, under another type.
    client: (context) => context.prisma as never,
    dmmf: getDatamodel(),
    onUnusedQuery: null,
    skipDeferredFragments: false,
  },
  scopeAuth: {
    authorizeOnSubscribe: true,
    authScopes: (context) => ({
      right: (right) => context.caller !== null && may(context.caller, right),
    }),
    unauthorizedError: (_parent, context, info) =>
      context.caller
        ? new Forbidden(`Your role may not use ${info.parentType.name}.${info.fieldName}.`)
        : new Unauthenticated(),
  },
  complexity: {
    defaultComplexity: 1,
    defaultListMultiplier: 5,
    // Depth and breadth are limited before execution, by src/http/limits.ts.
    limit: { complexity: 25_000 },
    complexityError: (_kind, result) =>
      new TooComplex(
        `This operation asks for about ${result.complexity} objects; at most ${result.maxComplexity} are allowed. Ask for smaller pages.`,
      ),
  },
});

/** The schema types of this builder, as Pothos' generic helpers want them. */
export type Types = typeof builder extends PothosSchemaTypes.SchemaBuilder<infer T> ? T : never;

builder.queryType({
  description: 'What can be asked of the shop.',
  authScopes: { right: 'read' },
});
builder.mutationType({
  description: 'What can be done to the shop: one mutation for each thing that a person or a machine does.',
  authScopes: { right: 'read' },
});
builder.subscriptionType({
  description:
    'What happens in the shop, as it happens. Streams of events take `after`, a cursor from which nothing is missed and nothing comes twice.',
  authScopes: { right: 'read' },
});
