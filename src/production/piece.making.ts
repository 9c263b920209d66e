import type {
  EndUse,
  LineItem,
  Order,
  ProcessStep,
  WorkstationKind,
} from '../../prisma/generated/client/client.ts';
import type { CommandContext } from '../commands/context.ts';
import { newId } from '../ids.ts';

/** A step of a workflow with the kind of workstation that it wants. */
export type RoutingStep = ProcessStep & { workstationType: { kind: WorkstationKind } };

/** The steps of each workflow, in their order: one statement. */
export async function routingsOf(
  { tx, organizationId }: CommandContext,
  workflowIds: readonly string[],
): Promise<Map<string, RoutingStep[]>> {
  const found = await tx.processStep.findMany({
    where: { organizationId, workflowId: { in: [...new Set(workflowIds)] } },
    orderBy: { position: 'asc' },
    include: { workstationType: { select: { kind: true } } },
  });
  const routings = new Map<string, RoutingStep[]>();
  for (const step of found) {
    const known = routings.get(step.workflowId);
    if (known) known.push(step);
    else routings.set(step.workflowId, [step]);
  }
  return routings;
}

/** A piece that is to be. */
export interface PieceWanted {
  order: Pick<Order, 'id' | 'number'>;
  item: Pick<LineItem, 'id' | 'position' | 'priority'>;
  copy: number;
  type: EndUse;
  workflowId: string;
  routing: readonly RoutingStep[];
  /** The piece that it is made instead of. */
  replaces?: string;
}

/** Serial of a piece: the order's number, the line's place, the copy. */
const serialOf = ({ order, item, copy }: PieceWanted) => `${order.number}-${item.position}-${copy}`;

/**
 * Makes pieces that wait for their first step, and for each of them one operation a step: two statements, whatever
 * their number. Answers their ids in the order in which they were wanted.
 */
export async function makePieces(context: CommandContext, wanted: readonly PieceWanted[]): Promise<string[]> {
  const pieces = [];
  const operations = [];
  for (const each of wanted) {
    const [first] = each.routing;
    if (!first) throw new Error(`The workflow ${each.workflowId} of a new piece has no steps.`);
    const piece = {
      ...context.fresh(),
      serial: serialOf(each),
      orderId: each.order.id,
      lineItemId: each.item.id,
      workflowId: each.workflowId,
      copy: each.copy,
      type: each.type,
      status: 'CONFIRMED' as const,
      stepPosition: first.position,
      stepKind: first.workstationType.kind,
      priority: each.item.priority,
    };
    pieces.push(piece);
    for (const step of each.routing) {
      operations.push({
        ...context.fresh(newId()),
        pieceId: piece.id,
        processStepId: step.id,
        position: step.position,
        kind: step.workstationType.kind,
      });
    }
  }
  await context.tx.piece.createMany({ data: pieces });
  await context.tx.operation.createMany({ data: operations });
  for (const [place, piece] of pieces.entries())
    context.record('PieceCreated', 'Piece', null, piece, { related: [wanted[place]?.replaces ?? null] });
  return pieces.map(({ id }) => id);
}
