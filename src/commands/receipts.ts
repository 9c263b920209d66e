import type { Runtime } from '../runtime.ts';

/** Receipts make a mutation repeatable for a day, and are kept for two. */
const keptFor = 48 * 3_600_000;
const every = 3_600_000;

/** Deletes receipts that nobody can use any more: at the start, and once an hour. */
export function receiptHousekeeping(runtime: Runtime): { start(): void; stop(): void } {
  let timer: NodeJS.Timeout | null = null;
  const purge = async (): Promise<void> => {
    try {
      const before = new Date(runtime.now().getTime() - keptFor);
      await runtime.database.query(`DELETE FROM "CommandReceipt" WHERE "createdAt" < $1`, [before]);
    } catch (error) {
      runtime.log.warn({ err: error }, 'old receipts could not be deleted; trying again in an hour');
    }
  };
  return {
    start() {
      void purge();
      timer = setInterval(() => void purge(), every);
      timer.unref();
    },
    stop() {
      if (timer) clearInterval(timer);
    },
  };
}
