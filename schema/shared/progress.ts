/** How far the pieces of something are: one grouped count for all parents of a page. */
import DataLoader from 'dataloader';
import type { RequestContext } from '../../src/context.ts';
import { builder } from '../builder.ts';
import { enumOf } from './enums.ts';

type Stage =
  | 'WAITING'
  | 'PRINTING'
  | 'POST_PROCESSING'
  | 'SHIPPING'
  | 'OTHER'
  | 'COMPLETE'
  | 'ERROR'
  | 'INCOMPLETE'
  | 'CANCELLED';

const stages: Record<Stage, string> = {
  WAITING: 'Waits for its next step.',
  PRINTING: 'Is being printed.',
  POST_PROCESSING: 'Is being post-processed.',
  SHIPPING: 'Is being shipped.',
  OTHER: 'Is in another kind of step, such as an inspection.',
  COMPLETE: 'Has completed its last step.',
  ERROR: 'Failed a step and waits for a decision.',
  INCOMPLETE: 'Will not be finished: scrapped, or replaced by another piece.',
  CANCELLED: 'Will not be made.',
};

const StageRef = enumOf<Stage>('PieceStage', 'How far a piece is.', stages);

interface StageCount {
  stage: Stage;
  count: number;
}

export const StageCountRef = builder.objectRef<StageCount>('StageCount').implement({
  description: 'How many pieces are at one stage.',
  fields: (t) => ({
    stage: t.field({ type: StageRef, description: 'The stage.', resolve: (each) => each.stage }),
    count: t.exposeInt('count', { description: 'How many pieces are there; never 0.' }),
  }),
});

const working: Record<string, Stage> = {
  PRINTER: 'PRINTING',
  POST_PROCESSOR: 'POST_PROCESSING',
  SHIPPING: 'SHIPPING',
  OTHER: 'OTHER',
};

function stageOf(status: string, kind: string): Stage {
  if (status === 'IN_PROGRESS') return working[kind] ?? 'OTHER';
  return status in stages ? (status as Stage) : 'WAITING';
}

/** The loader of progress by the column of Piece that names the parent. */
export function progressLoader(
  context: RequestContext,
  column: 'orderId' | 'lineItemId',
): DataLoader<string, StageCount[]> {
  return context.memo.once(
    `progress:${column}`,
    () =>
      new DataLoader<string, StageCount[]>(async (parents) => {
        const { organizationId } = context.signedIn;
        const groups = await context.prisma.piece.groupBy({
          by: [column, 'status', 'stepKind'],
          where: { organizationId, [column]: { in: [...parents] } },
          _count: { _all: true },
        });
        const counts = new Map<string, Map<Stage, number>>();
        for (const group of groups) {
          const stage = stageOf(group.status, group.stepKind);
          const parent = group[column];
          const own = counts.get(parent) ?? new Map<Stage, number>();
          counts.set(parent, own.set(stage, (own.get(stage) ?? 0) + group._count._all));
        }
        const order = Object.keys(stages) as Stage[];
        return parents.map((parent) =>
          order.flatMap((stage) => {
            const count = counts.get(parent)?.get(stage);
            return count ? [{ stage, count }] : [];
          }),
        );
      }),
  );
}

/** How many pieces each line item lacks for good: scrapped, and none is made instead. */
export const shortageLoader = (context: RequestContext): DataLoader<string, number> =>
  context.memo.once(
    'shortage',
    () =>
      new DataLoader<string, number>(async (lineItemIds) => {
        const { organizationId } = context.signedIn;
        const groups = await context.prisma.piece.groupBy({
          by: ['lineItemId'],
          where: {
            organizationId,
            lineItemId: { in: [...lineItemIds] },
            status: 'INCOMPLETE',
            replacedById: null,
          },
          _count: { _all: true },
        });
        const counts = new Map(groups.map((group) => [group.lineItemId, group._count._all]));
        return lineItemIds.map((id) => counts.get(id) ?? 0);
      }),
  );

/** The number of all of them. */
export const total = (progress: readonly StageCount[]): number =>
  progress.reduce((sum, { count }) => sum + count, 0);
/** The number at one stage. */
export const at = (progress: readonly StageCount[], stage: Stage): number =>
  progress.find((each) => each.stage === stage)?.count ?? 0;
