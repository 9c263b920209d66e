import DataLoader from 'dataloader';
import type { RequestContext } from '../../src/context.ts';
import { encodeId } from '../../src/ids.ts';
import {
  type GenealogyKind,
  genealogyKinds,
  type NamedSubject,
  namesOf,
  readerOf,
  type Subject,
} from '../../src/materials/genealogy.graph.ts';
import {
  fractionsOfOutput,
  type GenealogyDirection,
  type GenealogyEdge,
  type GenealogyGraph,
  type GenealogyNode,
} from '../../src/materials/genealogy.service.ts';
import { builder } from '../builder.ts';
import { PageInfo } from '../shared/connection.ts';
import { enumOf } from '../shared/enums.ts';
import { branded, NodeRef } from '../shared/node.ts';
import { QuantityRef } from '../shared/quantity.ts';
import { mayAccess } from '../shared/registry.ts';
import { rowField } from '../shared/row-field.ts';
import { rowLoader } from '../shared/rows.ts';
import { MaterialActionTypeRef } from './enums.ts';

export const GenealogyNodeKindRef = enumOf<GenealogyKind>(
  'GenealogyNodeKind',
  'What an object of a genealogy is.',
  {
    LOT: 'A lot, where genealogies begin.',
    CONTAINER: 'A container that a lot came in, or one of the shop as the root.',
    BATCH: 'A batch.',
    PIECE: 'A piece.',
  },
);

export const GenealogyDirectionRef = enumOf<GenealogyDirection>(
  'GenealogyDirection',
  'Which way a genealogy is followed.',
  {
    ANCESTORS: 'What it may hold something of.',
    DESCENDANTS: 'What may hold something of it.',
    BOTH: 'Both, from the root; not what else came of its ancestors.',
  },
);

/** The public id of an object of the genealogy. */
export const subjectId = ({ kind, id }: Subject): string => encodeId(genealogyKinds[kind].noun, id);

/** The names of objects, for a page of them: one statement. */
const labels = (context: RequestContext) =>
  context.memo.once(
    'genealogy.labels',
    () =>
      new DataLoader<Subject, string, string>(
        async (subjects) => {
          const names = await namesOf(readerOf(context), [...subjects]);
          return subjects.map((subject) => names.get(subject.id)?.label ?? '?');
        },
        { cacheKeyFn: (subject) => subject.id },
      ),
  );

const loadSubject = async (
  subject: Subject,
  context: RequestContext,
  info: Parameters<typeof rowLoader>[1],
) => {
  const { noun } = genealogyKinds[subject.kind];
  if (!mayAccess(noun, context)) return null;
  const row = await rowLoader(context, info, noun).load(subject.id);
  return row ? branded(row, noun) : null;
};

export const GenealogySubjectRef = builder.objectRef<NamedSubject>('GenealogySubject').implement({
  description: 'An object of a genealogy, by its name.',
  fields: (t) => ({
    id: t.id({ description: 'Its id, for `node`.', resolve: subjectId }),
    kind: t.expose('kind', { type: GenealogyNodeKindRef, description: 'What it is.' }),
    label: t.exposeString('label', { description: 'How people call it: its name or serial.' }),
    subject: t.field({
      type: NodeRef,
      nullable: true,
      description: 'The object; null where you may not see it.',
      resolve: (subject, _args, context, info) => loadSubject(subject, context, info),
    }),
  }),
});

const GenealogyNodeRef = builder.objectRef<GenealogyNode>('GenealogyNode').implement({
  description: 'An object of a genealogy.',
  fields: (t) => ({
    id: t.id({ description: 'Its id, for `node`: edges name it so.', resolve: subjectId }),
    kind: t.expose('kind', { type: GenealogyNodeKindRef, description: 'What it is.' }),
    depth: t.exposeInt('depth', {
      description: 'How many steps it is from the root, at least; 0 for the root.',
    }),
    label: t.string({
      description: 'How people call it: its name or serial.',
      resolve: (node, _args, context) => labels(context).load(node),
    }),
    subject: t.field({
      type: NodeRef,
      nullable: true,
      description: 'The object; null where you may not see it.',
      resolve: (node, _args, context, info) => loadSubject(node, context, info),
    }),
  }),
});

const fractions = (context: RequestContext) =>
  context.memo.once(
    'genealogy.fractions',
    () =>
      new DataLoader<GenealogyEdge['edge'], string, string>(
        async (edges) => {
          const found = await fractionsOfOutput(readerOf(context), edges);
          return edges.map((edge) => found.get(edge.id)?.toFixed() ?? '0');
        },
        { cacheKeyFn: (edge) => edge.id },
      ),
  );

const GenealogyEdgeRef = builder.objectRef<GenealogyEdge>('GenealogyEdge').implement({
  description: 'Material that one action moved from one object of a genealogy to another.',
  fields: (t) => ({
    id: t.id({
      description: 'The id of the MaterialLink, for `node`.',
      resolve: ({ edge }) => encodeId('MaterialLink', edge.id),
    }),
    from: t.id({ description: 'The node that it came from.', resolve: ({ edge }) => subjectId(edge.source) }),
    to: t.id({
      description: 'The node that it went to.',
      resolve: ({ edge }) => subjectId(edge.destination),
    }),
    actionType: t.field({
      type: MaterialActionTypeRef,
      description: 'What was done.',
      resolve: ({ actionType }) => actionType as never,
    }),
    action: rowField(t, 'MaterialAction', 'The action that moved it.', ({ actionId }) => actionId),
    quantity: t.field({
      type: QuantityRef,
      description: 'How much it was.',
      resolve: ({ quantity }) => quantity,
    }),
    fractionOfOutput: t.field({
      type: 'Decimal',
      description:
        'Its part of what was mixed then, from more than 0 to 1. With what was there before, the parts add up to exactly 1.',
      resolve: async ({ edge }, _args, context) => (await fractions(context).load(edge)) as never,
    }),
    occurredAt: t.expose('occurredAt', { type: 'DateTime', description: 'When it was moved.' }),
    recordedAt: t.expose('recordedAt', { type: 'DateTime', description: 'When that was recorded.' }),
  }),
});

/** A genealogy with the place in the log at which it was true. */
export interface LoggedGenealogy extends GenealogyGraph {
  cursor: string;
  after: boolean;
}

// The page is counted by the query: its lists must not be counted again.
const counted = { field: 0, multiplier: 1 };

export const GenealogyGraphRef = builder.objectRef<LoggedGenealogy>('GenealogyGraph').implement({
  description:
    'A page of a genealogy, flat. Nodes come in the order of their depth, each edge after both of its nodes; no node and no edge comes twice.',
  fields: (t) => ({
    root: t.field({
      type: GenealogySubjectRef,
      description: 'What the genealogy is of.',
      resolve: (graph) => graph.root,
    }),
    nodes: t.field({
      type: [GenealogyNodeRef],
      description: 'The objects on this page.',
      complexity: counted,
      resolve: (graph) => graph.nodes,
    }),
    edges: t.field({
      type: [GenealogyEdgeRef],
      description: 'The edges on this page. Their nodes are on it or on one before.',
      complexity: counted,
      resolve: (graph) => graph.edges,
    }),
    totalNodes: t.exposeInt('totalNodes', { description: 'How many objects there are on all pages.' }),
    totalEdges: t.exposeInt('totalEdges', { description: 'How many edges there are on all pages.' }),
    depth: t.exposeInt('depth', { description: 'How many steps the furthest object is from the root.' }),
    truncated: t.exposeBoolean('truncated', {
      description:
        'Something was left out by `maxDepth` or `until`, or because there is more than 250,000. What is on later pages is not left out.',
    }),
    cursor: t.expose('cursor', {
      type: 'Cursor',
      description: 'The place in the log at which this is at least true: follow a stream of events from it.',
    }),
    pageInfo: t.field({
      type: PageInfo,
      description: 'Where this page stands.',
      resolve: ({ hasNextPage, endCursor, after }) => ({
        hasNextPage,
        hasPreviousPage: after,
        startCursor: null,
        endCursor,
      }),
    }),
  }),
});
