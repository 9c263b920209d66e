import { z } from 'zod';
import {
  BatchingStrategy,
  BuildPlateShape,
  ManufacturingProcess,
  MaterialMode,
  WorkstationKind,
} from '../../prisma/generated/client/client.ts';
import { command } from '../commands/command.ts';
import type { CommandContext } from '../commands/context.ts';
import { decimal, duration, expectedVersion, idOf, line, oneOf, text, whole } from '../commands/input.ts';
import { plainNoun } from '../commands/plain.ts';
import { lockReferences, requireInUse } from '../commands/references.ts';
import { ConflictError, InvalidInputError, NotFoundError, TransitionError } from '../errors.ts';

/** How many materials a type may be used with at most: their list is not paged. */
const mostMaterials = 250;
const length = () => decimal({ above: 0, max: 999_999, places: 3 });

export const workstationTypeCommands = plainNoun('WorkstationType', {
  fields: {
    kind: oneOf('WorkstationKind', WorkstationKind).describe(
      'Which kind of work is done there. Cannot change once a workstation or a process step is of the type.',
    ),
    name: line().describe('Unique in the organization.'),
    description: text().nullish().describe('What it is.'),
    technology: line().nullish().describe("The technology in the maker's own words."),
    manufacturingProcess: oneOf('ManufacturingProcess', ManufacturingProcess)
      .nullish()
      .describe('How parts are made on it.'),
    manufacturerId: idOf('Manufacturer').nullish().describe('Who makes it.'),
    buildVolumeX: length().nullish().describe('Width of the build volume in mm, more than 0.'),
    buildVolumeY: length().nullish().describe('Depth of the build volume in mm, more than 0.'),
    buildVolumeZ: length().nullish().describe('Height of the build volume in mm, more than 0.'),
    buildPlateShape: oneOf('BuildPlateShape', BuildPlateShape)
      .nullish()
      .describe('The outline of the build plate.'),
    minPackingDistance: decimal({ min: 0, max: 999_999, places: 3 })
      .nullish()
      .describe('The least distance between pieces in a build, in mm.'),
    materialMode: oneOf('MaterialMode', MaterialMode)
      .default('SINGLE_MATERIAL')
      .describe('How it mixes materials.'),
    batchingStrategy: oneOf('BatchingStrategy', BatchingStrategy)
      .nullish()
      .describe('By what pieces are grouped into runs; by hand where it is null.'),
    partsPerRun: whole(1, 1_000_000)
      .nullish()
      .describe('How many pieces a run holds at most, for BY_NUMBER_OF_PARTS.'),
    timeBefore: duration().nullish().describe('To prepare a run.'),
    duration: duration().nullish().describe('The work of a run itself, where it is always the same.'),
    timeAfter: duration().nullish().describe('To clear up after a run.'),
    inProgressMax: whole(1, 1_000)
      .default(1)
      .describe('How many runs a new workstation of this type works on at once: 1 to 1000.'),
    integrated: z
      .boolean()
      .default(false)
      .describe('Part of a unit of printer and post-processor, whose steps follow each other inside it.'),
    isModular: z.boolean().default(false).describe('Its build modules are docked and taken away.'),
    isReview: z.boolean().default(false).describe('Non-conforming pieces are reviewed there.'),
  },
  unique: 'name',
  check: async (row, context, before) => {
    if (before && before.kind !== row.kind) await requireUnused(context, before.id as string);
  },
});

/** Steps and runs have copied the kind: it stands once anything is of the type. */
async function requireUnused(context: CommandContext, workstationTypeId: string): Promise<void> {
  const where = { workstationTypeId };
  const workstations = await context.tx.workstation.findMany({ where, take: 1 });
  const processSteps = await context.tx.processStep.findMany({ where, take: 1 });
  if (workstations.length > 0 || processSteps.length > 0) {
    throw InvalidInputError.at(
      'kind',
      'cannot change: a workstation or a process step is of this type. Create another WorkstationType.',
    );
  }
}

export const setWorkstationTypeMaterials = command('setWorkstationTypeMaterials', {
  description: 'Sets which materials workstations of a type may be used with, in place of those that it had.',
  right: 'administer',
  input: {
    workstationTypeId: idOf('WorkstationType').describe('The WorkstationType.'),
    expectedVersion: expectedVersion(),
    materialIds: z
      .array(idOf('Material'))
      .max(mostMaterials, `must be at most ${mostMaterials} materials`)
      .describe(`All the materials that it may be used with, at most ${mostMaterials}.`),
  },
  refusals: [NotFoundError, ConflictError, TransitionError],
  run: async (context, { workstationTypeId: id, expectedVersion: expected, materialIds }) => {
    const references = materialIds.map((materialId, place) => ({
      noun: 'Material' as const,
      id: materialId,
      path: ['materialIds', String(place)],
    }));
    await lockReferences(context, references, { WorkstationType: [id] });
    const before = await context.tx.workstationType.findUniqueOrThrow({ where: context.key(id) });
    context.expectVersion('WorkstationType', before, expected);
    if (before.archivedAt)
      throw new TransitionError('WorkstationType', 'ARCHIVED', 'SET_WORKSTATION_TYPE_MATERIALS', []);

    const allowed = await context.tx.workstationTypeMaterial.findMany({ where: { workstationTypeId: id } });
    const were = allowed.map((each) => each.materialId).sort();
    const are = [...new Set(materialIds)].sort();
    const added = are.filter((each) => !were.includes(each));
    const removed = were.filter((each) => !are.includes(each));
    if (added.length === 0 && removed.length === 0) return { id };
    await requireInUse(
      context,
      references.filter((each) => added.includes(each.id)),
    );

    await context.tx.workstationTypeMaterial.deleteMany({
      where: { workstationTypeId: id, materialId: { in: removed } },
    });
    await context.tx.workstationTypeMaterial.createMany({
      data: added.map((materialId) => ({
        organizationId: context.organizationId,
        workstationTypeId: id,
        materialId,
      })),
    });
    const after = await context.tx.workstationType.update({
      where: context.key(id),
      data: context.touched(),
    });
    context.record(
      'WorkstationTypeChanged',
      'WorkstationType',
      { ...before, materialIds: were },
      { ...after, materialIds: are },
      { related: [...added, ...removed] },
    );
    return { id };
  },
});
