import type { Runtime } from '../runtime.ts';

const hour = 3_600_000;
// How far ahead there are weeks to store into.
const ahead = 28 * 24 * hour;

/**
 * Makes the weeks that readings will be stored in, and drops those that are kept no longer. Several processes may do it
 * at once. What is stored before there is a week for it is moved there.
 */
export async function keepReadings(runtime: Runtime, retentionDays: number): Promise<void> {
  const now = runtime.now();
  await runtime.database.query('SELECT hm_reading_partitions($1, $2)', [
    now,
    new Date(now.getTime() + ahead),
  ]);
  await runtime.database.query(`SELECT hm_drop_readings($1, $2::int * interval '1 day')`, [
    now,
    retentionDays,
  ]);
}

/** Keeps readings at the start, and once an hour. */
export function readingHousekeeping(
  runtime: Runtime,
  retentionDays: number,
): { start(): void; stop(): Promise<void> } {
  let timer: NodeJS.Timeout | null = null;
  let running: Promise<void> = Promise.resolve();
  const round = async (): Promise<void> => {
    try {
      await keepReadings(runtime, retentionDays);
    } catch (error) {
      runtime.log.warn(
        { err: error },
        'weeks of readings could not be made or dropped; trying again in an hour',
      );
    }
  };
  return {
    start() {
      running = round();
      timer = setInterval(() => {
        running = round();
      }, hour);
      timer.unref();
    },
    async stop() {
      if (timer) clearInterval(timer);
      await running;
    },
  };
}
