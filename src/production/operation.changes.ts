/** Changes of operations that several actions share. */
import type { Operation } from '../../prisma/generated/client/client.ts';
import type { CommandContext } from '../commands/context.ts';
import { settlePieces } from './settle.ts';

/** Inserts the next attempt of each operation. The earlier ones stay as they are. */
export async function newAttempts(
  context: CommandContext,
  operations: readonly Operation[],
  runId: string | null,
  reason: string | null = null,
): Promise<Operation[]> {
  if (operations.length === 0) return [];
  const rows = await context.tx.operation.createManyAndReturn({
    data: operations.map(({ pieceId, processStepId, position, attempt, kind }) => ({
      ...context.fresh(),
      pieceId,
      processStepId,
      position,
      kind,
      attempt: attempt + 1,
      runId,
      status: runId ? ('QUEUED' as const) : ('CREATED' as const),
    })),
  });
  for (const row of rows) context.record('OperationStatusChanged', 'Operation', null, row, { reason });
  return rows;
}

/** Operations leave their run and wait again. */
export async function release(context: CommandContext, operations: readonly Operation[]): Promise<void> {
  await context.tx.operation.updateMany({
    where: {
      organizationId: context.organizationId,
      id: { in: operations.map((operation) => operation.id) },
    },
    data: { status: 'CREATED', runId: null, ...context.touched() },
  });
  for (const operation of operations) {
    const after = { ...operation, status: 'CREATED' as const, runId: null, version: operation.version + 1 };
    context.record('OperationStatusChanged', 'Operation', operation, after, { related: [operation.runId] });
  }
  await settlePieces(
    context,
    operations.map((operation) => operation.pieceId),
  );
}
