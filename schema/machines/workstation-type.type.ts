import { ManufacturingProcessRef } from '../materials/enums.ts';
import { childList, listOf } from '../shared/connection.ts';
import { byArchived, byEnum, byId, byText } from '../shared/filters.ts';
import { noun } from '../shared/noun.ts';
import { processStepList } from '../workflow/process-step.type.ts';
import { BatchingStrategyRef, BuildPlateShapeRef, MaterialModeRef, WorkstationKindRef } from './enums.ts';
import { workstationList } from './workstation.type.ts';

noun('WorkstationType', {
  description:
    'What workstations of one model, or for one kind of work, have in common. The steps of a workflow name types; planning chooses the workstation.',
  fields: (t) => ({
    kind: t.expose('kind', { type: WorkstationKindRef, description: 'Which kind of work is done there.' }),
    name: t.exposeString('name', { description: 'Unique in the organization.' }),
    description: t.exposeString('description', { nullable: true, description: 'What it is.' }),
    technology: t.exposeString('technology', {
      nullable: true,
      description: "The technology in the maker's own words.",
    }),
    manufacturingProcess: t.expose('manufacturingProcess', {
      type: ManufacturingProcessRef,
      nullable: true,
      description: 'How parts are made on it.',
    }),
    buildVolumeX: t.expose('buildVolumeX', {
      type: 'Decimal',
      nullable: true,
      description: 'Width of the build volume in mm.',
    }),
    buildVolumeY: t.expose('buildVolumeY', {
      type: 'Decimal',
      nullable: true,
      description: 'Depth of the build volume in mm.',
    }),
    buildVolumeZ: t.expose('buildVolumeZ', {
      type: 'Decimal',
      nullable: true,
      description: 'Height of the build volume in mm.',
    }),
    buildPlateShape: t.expose('buildPlateShape', {
      type: BuildPlateShapeRef,
      nullable: true,
      description: 'The outline of the build plate.',
    }),
    minPackingDistance: t.expose('minPackingDistance', {
      type: 'Decimal',
      nullable: true,
      description: 'The least distance between pieces in a build, in mm.',
    }),
    materialMode: t.expose('materialMode', { type: MaterialModeRef, description: 'How it mixes materials.' }),
    batchingStrategy: t.expose('batchingStrategy', {
      type: BatchingStrategyRef,
      nullable: true,
      description: 'By what pieces are grouped into runs; by hand where it is null.',
    }),
    partsPerRun: t.exposeInt('partsPerRun', {
      nullable: true,
      description: 'How many pieces a run holds at most, for BY_NUMBER_OF_PARTS.',
    }),
    timeBefore: t.expose('timeBefore', {
      type: 'Duration',
      nullable: true,
      description: 'To prepare a run.',
    }),
    duration: t.expose('duration', {
      type: 'Duration',
      nullable: true,
      description: 'The work of a run itself, where it is always the same.',
    }),
    timeAfter: t.expose('timeAfter', {
      type: 'Duration',
      nullable: true,
      description: 'To clear up after a run.',
    }),
    inProgressMax: t.exposeInt('inProgressMax', {
      description: 'How many runs a new workstation of this type works on at once.',
    }),
    integrated: t.exposeBoolean('integrated', {
      description: 'Part of a unit of printer and post-processor, whose steps follow each other inside it.',
    }),
    isModular: t.exposeBoolean('isModular', { description: 'Its build modules are docked and taken away.' }),
    isReview: t.exposeBoolean('isReview', { description: 'Non-conforming pieces are reviewed there.' }),

    manufacturer: t.relation('manufacturer', { nullable: true, description: 'Who makes it.' }),
    materials: t.field({
      type: ['Material' as never],
      description: 'The materials that it may be used with, by name: at most 250. Any, where there is none.',
      select: (_args, _context, nested) => ({
        materials: { select: { material: nested(true) }, orderBy: { material: { name: 'asc' } } },
      }),
      resolve: (type) => type.materials.map(({ material }) => material) as never,
    }),
    workstations: childList(
      t,
      'WorkstationType',
      'workstations',
      workstationList,
      'The workstations of this type.',
    ),
    processSteps: childList(
      t,
      'WorkstationType',
      'processSteps',
      processStepList,
      'The steps of workflows that are done on this type.',
    ),
  }),
});

export const workstationTypeList = listOf('WorkstationType', {
  plural: 'types of workstation',
  filters: {
    name: byText('name', 'By name.'),
    kind: byEnum('kind', 'WorkstationKind', 'By kind of work.'),
    manufacturingProcess: byEnum('manufacturingProcess', 'ManufacturingProcess', 'By process.'),
    manufacturer: byId('manufacturerId', 'Manufacturer', 'By maker.'),
    material: byId('materialId', 'Material', 'By a material that it may be used with.', (where) => ({
      materials: { some: where },
    })),
    archived: byArchived,
  },
  search: ['name', 'description', 'technology'],
  orders: { NAME: { column: 'name', description: 'By name.' } },
});
