import type { MaterialTestInstruction } from '../../prisma/generated/client/client.ts';
import type { Transaction } from '../database/client.ts';

/**
 * What is to be measured in each of these panels, in the order of the work: for every operation the instructions of
 * the most specific level that has any, which is the panel, else the material, else the organization. Two statements,
 * whatever the number of panels.
 */
export async function effectiveInstructions(
  reader: Pick<Transaction, 'materialTestPanel' | 'materialTestInstruction'>,
  panelIds: readonly string[],
): Promise<Map<string, MaterialTestInstruction[]>> {
  const panels = await reader.materialTestPanel.findMany({
    where: { id: { in: [...panelIds] } },
    select: {
      id: true,
      operations: { select: { operationId: true }, orderBy: [{ position: 'asc' }, { operationId: 'asc' }] },
      sample: { select: { batch: { select: { materialId: true } } } },
    },
  });
  const of = (each: (panel: (typeof panels)[number]) => string[]) => [...new Set(panels.flatMap(each))];
  const instructions = await reader.materialTestInstruction.findMany({
    where: {
      archivedAt: null,
      operationId: { in: of((panel) => panel.operations.map(({ operationId }) => operationId)) },
      OR: [
        { panelId: { in: [...panelIds] } },
        { panelId: null, materialId: { in: of((panel) => [panel.sample.batch.materialId]) } },
        { panelId: null, materialId: null },
      ],
    },
    orderBy: [{ position: 'asc' }, { id: 'asc' }],
  });
  return new Map(
    panels.map(({ id, operations, sample }) => [
      id,
      operations.flatMap(({ operationId }) => {
        const own = instructions.filter((each) => each.operationId === operationId);
        const levels = [
          own.filter((each) => each.panelId === id),
          own.filter((each) => each.panelId === null && each.materialId === sample.batch.materialId),
          own.filter((each) => each.panelId === null && each.materialId === null),
        ];
        return levels.find((level) => level.length > 0) ?? [];
      }),
    ]),
  );
}
