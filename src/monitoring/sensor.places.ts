import type { CommandContext } from '../commands/context.ts';

/** Where sensors are: the ids of their machine, area and location, which streams are narrowed to. */
export async function placesOf(
  { tx, organizationId }: CommandContext,
  sensorIds: readonly string[],
): Promise<ReadonlyMap<string, readonly (string | null)[]>> {
  const sensors = await tx.sensor.findMany({
    where: { organizationId, id: { in: [...new Set(sensorIds)] } },
    select: {
      id: true,
      machineId: true,
      subLocationId: true,
      subLocation: { select: { locationId: true } },
      machine: { select: { workstation: { select: { locationId: true } } } },
    },
  });
  return new Map(
    sensors.map(({ id, machineId, subLocationId, subLocation, machine }) => [
      id,
      [machineId, subLocationId, subLocation?.locationId ?? machine?.workstation?.locationId ?? null],
    ]),
  );
}
