/** Whether things are held, by what, and through what: derived for a page of them by a bounded number of statements. */
import DataLoader from 'dataloader';
import type { RequestContext } from '../../src/context.ts';
import type { GenealogyKind } from '../../src/materials/genealogy.graph.ts';
import { type HeldBy, heldBy } from '../../src/quality/hold.reach.ts';
import { atRiskRuns } from '../../src/quality/hold.risk.ts';
import { builder } from '../builder.ts';
import { GenealogySubjectRef } from '../materials/genealogy.type.ts';
import { childList } from '../shared/connection.ts';
import type { NounFields } from '../shared/noun.ts';
import { rowField } from '../shared/row-field.ts';
import { holdList } from './hold.type.ts';

const HeldByRef = builder.objectRef<HeldBy>('HeldBy').implement({
  description: 'An open hold that reaches something, and the way it does.',
  fields: (t) => ({
    hold: rowField(t, 'Hold', 'The hold.', ({ hold }) => hold.id),
    path: t.field({
      type: [GenealogySubjectRef],
      description:
        'A way that leads from what is held to the item, both included. Where the material of a machine or a sensor is held, it begins with the batch that was there.',
      resolve: ({ path }) => path,
    }),
  }),
});

const members = {
  BATCH: 'batchIds',
  PIECE: 'pieceIds',
  CONTAINER: 'containerIds',
  LOT: 'lotIds',
} as const satisfies Record<GenealogyKind, string>;

/** The holds that reach items of one kind. */
const holdsOf = (context: RequestContext, kind: GenealogyKind) =>
  context.memo.once(
    `heldBy:${kind}`,
    () =>
      new DataLoader<string, HeldBy[]>(async (ids) => {
        const held = await heldBy(context, { [members[kind]]: ids });
        return ids.map((id) => held.get(id) ?? []);
      }),
  );

const isHeld = (t: NounFields<'MaterialBatch'>, kind: GenealogyKind) =>
  t.boolean({
    description:
      'Whether an open hold reaches it: nothing of it can be loaded, blended, consumed or shipped.',
    select: { id: true },
    resolve: async ({ id }, _args, context) => (await holdsOf(context, kind).load(id)).length > 0,
  });

const heldByField = (t: NounFields<'MaterialBatch'>, kind: GenealogyKind) =>
  t.field({
    type: [HeldByRef],
    description:
      'The open holds that reach it, oldest first, each with a way that leads from what is held to it.',
    select: { id: true },
    resolve: ({ id }, _args, context) => holdsOf(context, kind).load(id),
  });

for (const [noun, kind] of [
  ['MaterialBatch', 'BATCH'],
  ['Piece', 'PIECE'],
  ['MaterialContainer', 'CONTAINER'],
  ['MaterialLot', 'LOT'],
] as const) {
  builder.prismaObjectFields(noun, (t) => {
    const fields = t as unknown as NounFields<'MaterialBatch'>;
    return { isHeld: isHeld(fields, kind), heldBy: heldByField(fields, kind) } as never;
  });
}

const risks = (context: RequestContext) =>
  context.memo.once(
    'run.atRisk',
    () =>
      new DataLoader<string, boolean>(async (ids) => {
        const atRisk = await atRiskRuns(context, ids);
        return ids.map((id) => atRisk.has(id));
      }),
  );

builder.prismaObjectField('Run', 'atRisk', (t) =>
  t.boolean({
    description:
      'Whether it is in progress and works on a held piece, or its workstation holds a held batch. It is not stopped; its pieces cannot leave.',
    select: { id: true },
    resolve: ({ id }, _args, context) => risks(context).load(id),
  }),
);

builder.prismaObjectFields('MaterialTestReport', (fields) => ({
  holds: childList(
    fields as unknown as NounFields<'MaterialTestReport'>,
    'MaterialTestReport',
    'holds',
    holdList,
    'The holds that it led to: a value out of its limits proposes one.',
  ),
}));
