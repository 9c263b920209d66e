import { RunStatus } from '../../prisma/generated/client/client.ts';
import type { CommandContext } from '../commands/context.ts';
import { idOf, line, text, whole } from '../commands/input.ts';
import { plainNoun } from '../commands/plain.ts';
import { blockWhileUsed, namedBlockers } from '../commands/references.ts';
import { InvalidInputError } from '../errors.ts';
import type { Row } from '../events/record.ts';
import { locationCommands } from '../identity/location.service.ts';
import { subLocationCommands } from '../identity/sub-location.service.ts';
import { workstationTypeCommands } from './workstation-type.service.ts';

export const workstationCommands = plainNoun('Workstation', {
  fields: {
    name: line().describe('Unique in the organization.'),
    description: text().nullish().describe('What it is.'),
    workstationTypeId: idOf('WorkstationType').describe(
      'What it is one of. Cannot change once a run has been planned for it.',
    ),
    locationId: idOf('Location').describe('The location where it stands.'),
    subLocationId: idOf('SubLocation').nullish().describe('The area of that location where it stands.'),
    inProgressMax: whole(1, 1_000)
      .optional()
      .describe("How many runs it works on at once, 1 to 1000. A new one has its type's unless given."),
  },
  unique: 'name',
  derive: async ({ workstationTypeId }, context) => {
    const type = await context.tx.workstationType.findUniqueOrThrow({
      where: context.key(workstationTypeId as string),
    });
    return { inProgressMax: type.inProgressMax };
  },
  check: async (row, context, before) => {
    await requireOwnArea(context, row);
    if (before && before.workstationTypeId !== row.workstationTypeId) {
      await requireNoRuns(context, before.id as string);
    }
  },
});

async function requireOwnArea(context: CommandContext, { locationId, subLocationId }: Row): Promise<void> {
  if (typeof subLocationId !== 'string') return;
  const area = await context.tx.subLocation.findUniqueOrThrow({ where: context.key(subLocationId) });
  if (area.locationId !== locationId) {
    throw InvalidInputError.at('subLocationId', 'names an area of another location. Choose one of its own.');
  }
}

/** Runs have copied the kind of their workstation, and history reads its type. */
async function requireNoRuns(context: CommandContext, workstationId: string): Promise<void> {
  const runs = await context.tx.run.findMany({ where: { workstationId }, take: 1 });
  if (runs.length > 0) {
    throw InvalidInputError.at(
      'workstationTypeId',
      'cannot change: runs have been planned for this workstation. Create another Workstation.',
    );
  }
}

workstationCommands.archiving.add('workstation.noOpenRuns', async (context, { id }) => {
  const open = await context.tx.run.findMany({
    where: { workstationId: id, status: { notIn: [RunStatus.COMPLETE, RunStatus.CANCELLED] } },
    orderBy: { id: 'asc' },
    take: namedBlockers,
  });
  return open.map((run) => ({
    rule: 'workstation.noOpenRuns',
    message: `Run ${run.number} is open there. Complete it, cancel it or move it first.`,
    subject: { noun: 'Run', uuid: run.id, label: run.number },
  }));
});

blockWhileUsed(
  locationCommands.archiving,
  'location.noWorkstations',
  'Workstation',
  'locationId',
  'Move it or archive it first.',
);
blockWhileUsed(
  subLocationCommands.archiving,
  'subLocation.noWorkstations',
  'Workstation',
  'subLocationId',
  'Move it or archive it first.',
);
blockWhileUsed(
  workstationTypeCommands.archiving,
  'workstationType.noWorkstations',
  'Workstation',
  'workstationTypeId',
  'Archive it first.',
);
