import type { LineItemStatus, PieceStatus, WorkstationKind } from '../../prisma/generated/client/client.ts';

/** What the pieces of a confirmed line item say about it. */
export interface PieceFacts {
  /** How many pieces stand in each status. A piece that another replaces is not counted: the other is. */
  readonly counts: Readonly<Partial<Record<PieceStatus, number>>>;
  /** The kinds of step that at least one of them has begun. */
  readonly begun: ReadonlySet<WorkstationKind>;
}

// The stages in their order. OTHER steps (inspection, preparation) belong to the stage that they interrupt.
const stages: readonly { kind: WorkstationKind; status: LineItemStatus }[] = [
  { kind: 'PRINTER', status: 'PRINTING' },
  { kind: 'POST_PROCESSOR', status: 'POST_PROCESSING' },
  { kind: 'SHIPPING', status: 'SHIPPING' },
];

const rank = (status: LineItemStatus) => stages.findIndex((stage) => stage.status === status);

/**
 * The status of a confirmed line item: the furthest stage that one of its pieces has begun, never going back;
 * COMPLETE when every piece that is not cancelled is complete. One that is INCOMPLETE and that none replaces is a
 * shortage: the line item waits for its replacement, or is cancelled.
 */
export function lineItemProgress(current: LineItemStatus, { counts, begun }: PieceFacts): LineItemStatus {
  const live = Object.entries(counts).filter(([status, count]) => status !== 'CANCELLED' && count > 0);
  if (live.length === 1 && live[0]?.[0] === 'COMPLETE') return 'COMPLETE';
  const furthest = stages.findLastIndex(({ kind }) => begun.has(kind));
  const reached = Math.max(furthest, rank(current));
  return stages[reached]?.status ?? 'CONFIRMED';
}
