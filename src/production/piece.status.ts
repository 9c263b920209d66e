import type { OperationStatus, PieceStatus, WorkstationKind } from '../../prisma/generated/client/client.ts';

/** The latest attempt of one step. */
export interface StepFact {
  readonly position: number;
  readonly kind: WorkstationKind;
  readonly status: OperationStatus;
}

export interface PieceProjection {
  status: PieceStatus;
  stepPosition: number;
  stepKind: WorkstationKind;
}

const statusOfStep: Readonly<Record<OperationStatus, PieceStatus>> = {
  CREATED: 'CONFIRMED',
  QUEUED: 'QUEUED',
  IN_PROGRESS: 'IN_PROGRESS',
  COMPLETE: 'COMPLETE',
  ERROR: 'ERROR',
  CANCELLED: 'CANCELLED',
};

/**
 * Where a piece stands, from the latest attempts of its steps: at the first that is not complete; at the last when
 * all are. A piece is queued when that step is in a run, even though later steps may be planned ahead.
 */
export function pieceStatus(steps: readonly StepFact[]): PieceProjection {
  const ordered = [...steps].sort((a, b) => a.position - b.position);
  const current = ordered.find((step) => step.status !== 'COMPLETE') ?? ordered.at(-1);
  if (!current) throw new Error('A piece without steps has no status.');
  return { status: statusOfStep[current.status], stepPosition: current.position, stepKind: current.kind };
}
