import { z } from 'zod';
import { command } from '../commands/command.ts';
import { expectedVersion, idOf, line, secret } from '../commands/input.ts';
import { plainNoun } from '../commands/plain.ts';
import { reference, requireReferences } from '../commands/references.ts';
import { ConflictError, NotFoundError, TransitionError } from '../errors.ts';
import type { Row } from '../events/record.ts';
import { requireDistinct, writeEach } from './rows.ts';

/** The most materials that one service knows. */
const mostMaterials = 250;

/** An address of the web that carries no password. */
const isPlainUrl = (value: string): boolean => {
  const url = URL.parse(value);
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:')) return false;
  return url.username === '' && url.password === '';
};

/** A token as its column: sealed, or forgotten. */
const sealed = (column: string, token: unknown, seal: (text: string) => Uint8Array<ArrayBuffer>): Row =>
  token === undefined ? {} : { [column]: typeof token === 'string' ? seal(token) : null };

export const machineServiceCommands = plainNoun('MachineService', {
  fields: {
    name: line().describe('Unique in the organization.'),
    url: line(2_000)
      .refine(isPlainUrl, 'must be a URL that begins with http:// or https://, without a password')
      .describe('Where the service is reached.'),
    machineId: idOf('Machine').nullish().describe('The machine whose builds it knows.'),
    applicationToken: secret(4_000)
      .nullish()
      .describe('The token of the application. Kept sealed and never told again; null forgets it.'),
    userToken: secret(4_000)
      .nullish()
      .describe('The token of the user. Kept sealed and never told again; null forgets it.'),
  },
  unique: 'name',
  columns: ({ applicationToken, userToken, ...columns }, context) => ({
    ...columns,
    ...sealed('sealedApplicationToken', applicationToken, (text) => context.seal(text)),
    ...sealed('sealedUserToken', userToken, (text) => context.seal(text)),
  }),
});

export const machineServiceMaterialCommands = plainNoun('MachineServiceMaterial', {
  fields: {
    materialId: idOf('Material').nullish().describe('Our material of that name.'),
    machineId: idOf('Machine').nullish().describe('Our machine of that name.'),
  },
  unique: 'materialId',
});

const material = z
  .object({
    materialName: line().describe('The material as the service calls it.'),
    machineName: line().describe('The machine as the service calls it.'),
    materialId: idOf('Material')
      .nullish()
      .describe('Our material of that name. Left out, the link that was made stays.'),
    machineId: idOf('Machine')
      .nullish()
      .describe('Our machine of that name. Left out, the link that was made stays.'),
  })
  .meta({ input: 'MachineServiceMaterialInput', description: 'A material as a service tells it.' });

export const syncMachineServiceMaterials = command('syncMachineServiceMaterials', {
  description:
    'Says which materials a service knows now, all of them, on which of its machines: new ones are added, and those that are missing are deleted. Links to our materials and machines stay.',
  right: 'report',
  input: {
    machineServiceId: idOf('MachineService').describe('The service.'),
    expectedVersion: expectedVersion(),
    materials: material
      .array()
      .max(mostMaterials, `must be at most ${mostMaterials} materials`)
      .describe(`All that it knows, at most ${mostMaterials}.`),
  },
  refusals: [NotFoundError, ConflictError, TransitionError],
  run: async (context, { machineServiceId: serviceId, expectedVersion: expected, materials }) => {
    const { tx, organizationId } = context;
    const nameOf = (each: { materialName: string; machineName: string }) =>
      `${each.materialName}\n${each.machineName}`;
    requireDistinct('materials', materials, nameOf, 'materialName');
    await context.lock({ MachineService: [serviceId] });
    const before = await tx.machineService.findUniqueOrThrow({ where: context.key(serviceId) });
    context.expectVersion('MachineService', before, expected);
    if (before.archivedAt)
      throw new TransitionError('MachineService', 'ARCHIVED', 'SYNC_MACHINE_SERVICE_MATERIALS', []);
    await requireReferences(
      context,
      materials.flatMap(({ materialId, machineId }, place) => [
        ...reference('Material', materialId, 'materials', String(place), 'materialId'),
        ...reference('Machine', machineId, 'materials', String(place), 'machineId'),
      ]),
    );

    const known = await tx.machineServiceMaterial.findMany({ where: { organizationId, serviceId } });
    const byName = new Map(known.map((each) => [nameOf(each), each]));
    const names = new Set(materials.map(nameOf));
    const added = materials
      .filter((each) => !byName.has(nameOf(each)))
      .map(({ materialName, machineName, materialId, machineId }) => ({
        ...context.fresh(),
        serviceId,
        materialName,
        machineName,
        materialId: materialId ?? null,
        machineId: machineId ?? null,
      }));
    const linked = materials.flatMap((each) => {
      const row = byName.get(nameOf(each));
      if (!row) return [];
      const { materialId = row.materialId, machineId = row.machineId } = each;
      return materialId === row.materialId && machineId === row.machineId
        ? []
        : [{ id: row.id, materialId, machineId }];
    });
    const gone = known.filter((each) => !names.has(nameOf(each)));
    if (added.length + linked.length + gone.length === 0) return { id: serviceId };

    await tx.machineServiceMaterial.createMany({ data: added });
    await writeEach(context, 'MachineServiceMaterial', { materialId: 'uuid', machineId: 'uuid' }, linked);
    await tx.machineServiceMaterial.deleteMany({
      where: { organizationId, id: { in: gone.map(({ id }) => id) } },
    });
    const after = await tx.machineService.update({ where: context.key(serviceId), data: context.touched() });
    const listOf = (rows: readonly { materialName: string; machineName: string }[]) =>
      rows.map(({ materialName, machineName }) => ({ materialName, machineName }));
    context.record(
      'MachineServiceChanged',
      'MachineService',
      { ...before, materials: listOf(known) },
      { ...after, materials: listOf(materials) },
      {
        related: [...added, ...linked].flatMap(({ id, materialId, machineId }) => [
          id,
          materialId,
          machineId,
        ]),
      },
    );
    return { id: serviceId };
  },
});
