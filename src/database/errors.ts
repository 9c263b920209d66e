import { Prisma } from '../../prisma/generated/client/client.ts';

// P2034: Prisma's own word for a write conflict or deadlock. 40001, 40P01: PostgreSQL's.
const retryableCodes = new Set(['P2034', '40001', '40P01']);

/** The SQLSTATE or Prisma code of a failed statement, or null. */
function codeOf(error: unknown): string | null {
  if (error instanceof Prisma.PrismaClientKnownRequestError) {
    const cause = (error.meta as { driverAdapterError?: { cause?: { originalCode?: string } } } | undefined)
      ?.driverAdapterError?.cause?.originalCode;
    return cause ?? error.code;
  }
  const cause = (error as { cause?: { originalCode?: string } } | null)?.cause;
  return cause?.originalCode ?? (error as { code?: string } | null)?.code ?? null;
}

/**
 * What a command had read before its locks was not what it found under them: run it again from the start. Thrown
 * inside a command; its caller never sees it unless it goes on for ever.
 */
export class StaleScopeError extends Error {
  override readonly name = 'StaleScopeError';
  constructor() {
    super('The rows changed while they were being locked.');
  }
}

/** Whether the transaction failed for want of luck: running it again is right. */
export function isRetryable(error: unknown): boolean {
  if (error instanceof StaleScopeError) return true;
  const code = codeOf(error);
  if (code !== null && retryableCodes.has(code)) return true;
  return error instanceof Prisma.PrismaClientKnownRequestError && retryableCodes.has(error.code);
}

/** Whether a unique constraint refused a row. */
export function isUniqueViolation(error: unknown): boolean {
  return (
    error instanceof Prisma.PrismaClientKnownRequestError &&
    (error.code === 'P2002' || codeOf(error) === '23505')
  );
}

// Prisma: cannot reach the server, or timed out in the pool or waiting for a transaction. The network: refused, cut, or
// no way there. PostgreSQL: going, gone, full, or a lock or statement that took too long under load. None is the
// client's fault, and each passes.
const unavailableCodes = new Set([
  ...['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028'],
  ...[
    'ECONNREFUSED',
    'ECONNRESET',
    'ETIMEDOUT',
    'EPIPE',
    'EHOSTUNREACH',
    'ENETUNREACH',
    'ENOTFOUND',
    'EAI_AGAIN',
  ],
  ...['57P01', '57P02', '57P03', '53300', '53400', '55P03', '57014', '25P03', '08006', '08003', '08001'],
]);

// What the driver says of a connection that has ended, and of one that it could not get in time, has no code.
const unavailableMessages = new Set([
  'Connection terminated',
  'Connection terminated unexpectedly',
  'Connection terminated due to connection timeout',
  'Client has encountered a connection error and is not queryable',
  'Client was closed and is not queryable',
  'timeout exceeded when trying to connect',
]);

/** Whether the database could not serve the request now, and may in a moment. */
export function isUnavailable(error: unknown): boolean {
  const code = codeOf(error);
  if (code !== null && unavailableCodes.has(code)) return true;
  if (error instanceof Error && unavailableMessages.has(error.message)) return true;
  // What lost every retry.
  return isRetryable(error);
}
