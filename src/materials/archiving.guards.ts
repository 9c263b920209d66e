/** What stands against archiving what material is, and where it is. */
import { namedBlockers } from '../commands/references.ts';
import { locationCommands } from '../identity/location.service.ts';
import { subLocationCommands } from '../identity/sub-location.service.ts';
import { workstationCommands } from '../machines/workstation.service.ts';
import { materialCommands } from './material.service.ts';
import { batchSubject } from './material-batch.guards.ts';

for (const [archiving, column, rule, advice] of [
  [materialCommands.archiving, 'materialId', 'material.usedUp', 'Use it up or scrap it first.'],
  [locationCommands.archiving, 'locationId', 'location.holdsNoMaterial', 'Take it elsewhere first.'],
  [subLocationCommands.archiving, 'subLocationId', 'subLocation.holdsNoMaterial', 'Take it elsewhere first.'],
  [workstationCommands.archiving, 'workstationId', 'workstation.holdsNoMaterial', 'Unload it first.'],
] as const) {
  archiving.add(rule, async ({ tx, organizationId }, { id }) => {
    const batches = await tx.materialBatch.findMany({
      where: { organizationId, [column]: id, quantity: { gt: 0 } },
      orderBy: { name: 'asc' },
      take: namedBlockers,
      select: { id: true, name: true },
    });
    return batches.map((batch) => ({
      rule,
      message: `There is still something of batch ${batch.name}. ${advice}`,
      subject: batchSubject(batch),
    }));
  });
}
