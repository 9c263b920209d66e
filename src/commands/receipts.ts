import { type Chore, chore } from '../chores.ts';
import type { Runtime } from '../runtime.ts';

/** Receipts make a mutation repeatable for a day, and are kept for two. */
const keptFor = 48 * 3_600_000;
const every = 3_600_000;

/** Deletes receipts that nobody can use any more: at the start, and once an hour. */
export function receiptHousekeeping({ database, now, log }: Runtime): Chore {
  return chore({
    every,
    atStart: true,
    log,
    failure: 'old receipts could not be deleted; trying again in an hour',
    work: () =>
      database.query(`DELETE FROM "CommandReceipt" WHERE "createdAt" < $1`, [
        new Date(now().getTime() - keptFor),
      ]),
  });
}
