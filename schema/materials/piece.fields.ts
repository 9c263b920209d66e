/** What a piece is made of. */
import DataLoader from 'dataloader';
import type { RequestContext } from '../../src/context.ts';
import { type NamedSubject, readerOf } from '../../src/materials/genealogy.graph.ts';
import { lotsOfPieces, materialOfPieces, type PieceMaterial } from '../../src/materials/genealogy.pieces.ts';
import { amount, quantityOf } from '../../src/materials/mixture.ts';
import { Quantity } from '../../src/materials/quantity.ts';
import { builder } from '../builder.ts';
import { QuantityRef } from '../shared/quantity.ts';
import { GenealogySubjectRef } from './genealogy.type.ts';
import { LotShareRef, sharesOf, UsageCycleShareRef } from './material-batch.type.ts';

const materials = (context: RequestContext) =>
  context.memo.once(
    'piece.materials',
    () =>
      new DataLoader<string, PieceMaterial | null>(async (ids) => {
        const found = await materialOfPieces(readerOf(context), ids);
        return ids.map((id) => found.get(id) ?? null);
      }),
  );

const lots = (context: RequestContext) =>
  context.memo.once(
    'piece.lots',
    () =>
      new DataLoader<string, NamedSubject[]>(async (ids) => {
        const found = await lotsOfPieces(readerOf(context), ids);
        return ids.map((id) => found.get(id) ?? []);
      }),
  );

builder.prismaObjectFields('Piece', (t) => ({
  materialMass: t.field({
    type: QuantityRef,
    nullable: true,
    description: 'How much material it is made of, with its supports; null before a run has used any for it.',
    select: { id: true },
    resolve: async ({ id }, _args, context) => {
      const made = await materials(context).load(id);
      return made && new Quantity(amount(quantityOf(made.holding)), made.material);
    },
  }),
  composition: t.field({
    type: [LotShareRef],
    description:
      'Which lots it is expected to consist of, largest part first. The fractions add up to exactly 1.',
    select: { id: true },
    resolve: async ({ id }, _args, context) => {
      const made = await materials(context).load(id);
      return made ? sharesOf(made.holding.lots, [made.holding.lots], made.material) : [];
    },
  }),
  usageCycleShares: t.field({
    type: [UsageCycleShareRef],
    description: 'How often each part of its material had been in a build, largest part first.',
    select: { id: true },
    resolve: async ({ id }, _args, context) => {
      const made = await materials(context).load(id);
      return made ? sharesOf(made.holding.cycles, [made.holding.cycles], made.material) : [];
    },
  }),
  lots: t.field({
    type: [GenealogySubjectRef],
    description: 'Every lot of which something may be in it, whatever the share.',
    select: { id: true },
    resolve: ({ id }, _args, context) => lots(context).load(id),
  }),
}));
