import { encodeId, newId } from '../../../src/ids.ts';
import { type TestApp, type TestOrganization, unique } from '../../support/app.ts';
import { create, uuidOf } from '../support.ts';

/** A sample of a new batch of that material, as it stands in the database. */
export async function makeSample(
  { app }: TestApp,
  { organizationId, client }: TestOrganization,
  materialId: string,
): Promise<string> {
  const locationId = uuidOf(await create(client, 'Location', { name: unique('Laboratory') }));
  const at = new Date();
  const row = { organizationId, createdAt: at, updatedAt: at };
  const [batchId, actionId, id] = [newId(), newId(), newId()];
  await app.prisma.materialBatch.create({
    data: {
      ...row,
      id: batchId,
      name: unique('Batch'),
      materialId: uuidOf(materialId),
      locationId,
      quantity: 100,
      fullQuantity: 100,
      nodeId: batchId,
      mixedLots: {},
      mixedCycles: {},
      lots: {},
      cycles: {},
      reservedLots: {},
      reservedCycles: {},
      lastActionAt: at,
    },
  });
  await app.prisma.materialAction.create({
    data: { ...row, id: actionId, type: 'SAMPLE', batchId, occurredAt: at },
  });
  await app.prisma.materialSample.create({
    data: { ...row, id, name: unique('Sample'), batchId, actionId, quantity: 5 },
  });
  return encodeId('MaterialSample', id);
}
