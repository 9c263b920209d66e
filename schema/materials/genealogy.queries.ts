import { MalformedInputError } from '../../src/errors.ts';
import { encodeCursor } from '../../src/events/cursor.ts';
import { decodeId } from '../../src/ids.ts';
import { kindOf, readerOf } from '../../src/materials/genealogy.graph.ts';
import { genealogy } from '../../src/materials/genealogy.service.ts';
import { builder } from '../builder.ts';
import { GenealogyDirectionRef, GenealogyGraphRef, GenealogyNodeKindRef } from './genealogy.type.ts';

const page = 100;
const largest = 1_000;

builder.queryField('genealogy', (t) =>
  t.field({
    type: GenealogyGraphRef,
    nullable: true,
    description:
      'Where an object came from and what became of it, complete to any depth: by possibility, whatever the share. Null where the root does not exist or is not visible to you.',
    args: {
      root: t.arg.id({
        required: true,
        description:
          'A lot, a container, a batch or a piece. Of a container of the shop: all that it ever held.',
      }),
      direction: t.arg({
        type: GenealogyDirectionRef,
        required: true,
        defaultValue: 'BOTH',
        description: 'Which way.',
      }),
      maxDepth: t.arg.int({
        required: false,
        description: 'Objects further from the root are left out; none unless given.',
      }),
      until: t.arg({
        type: [GenealogyNodeKindRef],
        required: false,
        description: 'What is behind objects of these kinds is left out; the root itself does not count.',
      }),
      first: t.arg.int({
        required: false,
        defaultValue: page,
        description: `How many nodes and edges together at most: 1 to ${largest}.`,
      }),
      after: t.arg.string({ required: false, description: 'The cursor after which the page begins.' }),
    },
    complexity: ({ first }: { first?: number | null | undefined }) => ({
      field: 1,
      multiplier: Math.max(1, Math.min(first ?? page, largest)),
    }),
    resolve: async (_root, args, context) => {
      const decoded = decodeId(args.root);
      const kind = decoded && kindOf(decoded.noun);
      if (!decoded || !kind) {
        throw new MalformedInputError(
          `root: "${args.root.slice(0, 60)}" is no id of a lot, a container, a batch or a piece.`,
        );
      }
      const first = args.first ?? page;
      if (first < 1 || first > largest)
        throw new MalformedInputError(`first must be from 1 to ${largest}; it is ${first}.`);
      const maxDepth = args.maxDepth ?? null;
      if (maxDepth !== null && maxDepth < 0)
        throw new MalformedInputError(`maxDepth must be 0 or more; it is ${maxDepth}.`);
      const head = await context.headAtStart();
      const graph = await genealogy(readerOf(context), {
        root: { kind, id: decoded.uuid },
        direction: args.direction,
        maxDepth,
        until: args.until ?? [],
        first,
        after: args.after ?? null,
      });
      return graph && { ...graph, cursor: encodeCursor(head), after: (args.after ?? null) !== null };
    },
  }),
);
