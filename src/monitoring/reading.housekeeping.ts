import { type Chore, chore } from '../chores.ts';
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
export function readingHousekeeping(runtime: Runtime, retentionDays: number): Chore {
  return chore({
    every: hour,
    atStart: true,
    log: runtime.log,
    failure: 'weeks of readings could not be made or dropped; trying again in an hour',
    work: () => keepReadings(runtime, retentionDays),
  });
}
