import { byOrganization, type Chore, chore } from '../chores.ts';
import { runAsSystem } from '../commands/runner.ts';
import type { Runtime } from '../runtime.ts';
import { end } from './machine-command.collecting.service.ts';
import { openCommand } from './machine-command.state.ts';

/** Between two looks, in ms. A command fails so much later than its deadline at most. */
const every = 15_000;
/** How many commands one look ends. */
const most = 500;

/**
 * Fails the commands whose deadline has passed, of all organizations. Several processes may do so at once: what one
 * has locked, another passes over. Answers how many it failed.
 */
export async function failOverdueCommands(runtime: Runtime): Promise<number> {
  const overdue = await runtime.database.query<{ organizationId: string; id: string }>(
    `SELECT "organizationId", id FROM "MachineCommand"
     WHERE status IN ('NEW', 'PROCESSING') AND deadline <= $1 ORDER BY deadline LIMIT $2`,
    [runtime.now(), most],
  );
  let failed = 0;
  for (const [organizationId, commands] of byOrganization(overdue)) {
    failed += await failOverdue(
      runtime,
      organizationId,
      commands.map(({ id }) => id),
    );
  }
  return failed;
}

function failOverdue(runtime: Runtime, organizationId: string, ids: readonly string[]): Promise<number> {
  return runAsSystem(runtime, organizationId, async (context) => {
    const locked = await context.tx.$queryRawUnsafe<{ id: string }[]>(
      `SELECT id::text AS id FROM "MachineCommand" WHERE "organizationId" = $1::uuid AND id = ANY($2::uuid[])
       ORDER BY id FOR UPDATE SKIP LOCKED`,
      organizationId,
      [...ids],
    );
    const rows = await context.tx.machineCommand.findMany({
      where: {
        organizationId,
        id: { in: locked.map(({ id }) => id) },
        status: { in: [...openCommand] },
        deadline: { lte: context.now },
      },
    });
    for (const row of rows) {
      const error =
        row.status === 'NEW'
          ? 'No collector took the command until its deadline.'
          : 'The collector that took the command did not answer until its deadline.';
      await end(context, row, { status: 'ERROR', error });
    }
    return rows.length;
  });
}

/** Looks for commands whose deadline has passed, every quarter of a minute. */
export function commandDeadlines(runtime: Runtime): Chore {
  return chore({
    every,
    atStart: false,
    log: runtime.log,
    failure: 'overdue machine commands could not be failed; trying again',
    work: () => failOverdueCommands(runtime),
  });
}
