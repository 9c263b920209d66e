import { templateOf } from '../../src/materials/templates.ts';
import { coreUnits, dimensionOf } from '../../src/materials/units.ts';
import { InspectionDocumentTypeRef } from '../certificates/mill-certification.enums.ts';
import { testInstructionList } from '../quality/material-test-instruction.type.ts';
import { childList, listOf } from '../shared/connection.ts';
import { byArchived, byEnum, byId, byText, byTruth } from '../shared/filters.ts';
import { noun } from '../shared/noun.ts';
import { ManufacturingProcessRef, MaterialFamilyRef, MaterialTypeRef } from './enums.ts';
import { purchaseOrderList } from './material-purchase-order.type.ts';
import { MaterialTemplateRef } from './material-template.type.ts';

noun('Material', {
  description: 'What things are made of, or what is used up in making them: the kind, not an amount of it.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Unique in the organization.' }),
    description: t.exposeString('description', { nullable: true, description: 'What it is.' }),
    type: t.expose('type', { type: MaterialTypeRef, description: 'What it is for.' }),
    family: t.expose('family', { type: MaterialFamilyRef, description: 'What it is by nature.' }),
    manufacturingProcess: t.expose('manufacturingProcess', {
      type: ManufacturingProcessRef,
      nullable: true,
      description: 'The process that it is meant for.',
    }),
    unit: t.expose('unit', { type: 'Unit', description: 'The unit in which stock is counted.' }),
    coreUnit: t.field({
      type: 'Unit',
      nullable: true,
      description:
        'The unit in which quantities of it are stored: g, cm3, {each}, m or m2. Null where `unit` was entered before it had to be a unit of stock.',
      resolve: ({ unit }) => {
        const dimension = dimensionOf(unit);
        return dimension && coreUnits[dimension];
      },
    }),
    density: t.expose('density', { type: 'Decimal', nullable: true, description: 'In g/cm3.' }),
    color: t.exposeString('color', { nullable: true, description: 'As #RRGGBB, in upper case.' }),
    colorOpacity: t.expose('colorOpacity', {
      type: 'Decimal',
      nullable: true,
      description: 'From 0 (clear) to 1 (opaque).',
    }),
    externalId: t.exposeString('externalId', { nullable: true, description: 'Its id in the ERP system.' }),
    datasheetUrl: t.exposeString('datasheetUrl', { nullable: true, description: 'Where its data sheet is.' }),
    cost: t.expose('cost', {
      type: 'Decimal',
      nullable: true,
      description: 'What one unit of it costs, in the default currency.',
    }),
    postProcessingTime: t.expose('postProcessingTime', {
      type: 'Duration',
      nullable: true,
      description: 'How long parts of it are post-processed.',
    }),
    thirdPartyFulfillment: t.exposeBoolean('thirdPartyFulfillment', {
      description: 'Parts of it are made by somebody else.',
    }),
    lotMixing: t.exposeBoolean('lotMixing', {
      description: 'Whether one batch may hold material of several lots.',
    }),
    usageCyclesLimit: t.exposeInt('usageCyclesLimit', {
      nullable: true,
      description: 'After how many builds it may not be loaded again.',
    }),
    requiredDocument: t.expose('requiredDocument', {
      type: InspectionDocumentTypeRef,
      nullable: true,
      description:
        'The least inspection document (EN 10204) that a lot of it needs, approved, before it is released.',
    }),
    balanceTolerance: t.expose('balanceTolerance', {
      type: 'Decimal',
      description: 'The part of a lot that may be unaccounted for before that is a finding: 0.02 is 2 %.',
    }),
    template: t.field({
      type: MaterialTemplateRef,
      nullable: true,
      description: 'The template of the shared library that it, or what it was cloned from, was made from.',
      select: { templateCode: true },
      resolve: ({ templateCode }) => (templateCode ? templateOf(templateCode) : null),
    }),

    manufacturer: t.relation('manufacturer', { nullable: true, description: 'Who makes it.' }),
    clonedFrom: t.relation('clonedFrom', {
      nullable: true,
      description: 'The Material that it was cloned from.',
    }),
    clones: childList(t, 'Material', 'clones', materialList, 'What was cloned from it.'),
    blendsWith: t.field({
      type: ['Material' as never],
      description: 'The other materials that it may be blended with, by name: at most 250.',
      select: (_args, _context, nested) => ({
        blendsWith: { select: { partner: nested(true) }, orderBy: { partner: { name: 'asc' } } },
      }),
      resolve: (material) => material.blendsWith.map(({ partner }) => partner) as never,
    }),
    purchaseOrders: childList(t, 'Material', 'purchaseOrders', purchaseOrderList, 'What was ordered of it.'),
    testInstructions: childList(
      t,
      'Material',
      'testInstructions',
      testInstructionList,
      'What is measured of it in tests, in place of what the organization measures of any material.',
    ),
  }),
});

export const materialList = listOf('Material', {
  plural: 'materials',
  filters: {
    name: byText('name', 'By name.'),
    type: byEnum('type', 'MaterialType', 'By what it is for.'),
    family: byEnum('family', 'MaterialFamily', 'By what it is by nature.'),
    manufacturingProcess: byEnum('manufacturingProcess', 'ManufacturingProcess', 'By process.'),
    manufacturer: byId('manufacturerId', 'Manufacturer', 'By maker.'),
    externalId: byText('externalId', 'By its id in the ERP system.'),
    workstationType: byId(
      'workstationTypeId',
      'WorkstationType',
      'By a type of workstation that may be used with it.',
      (where) => ({ workstationTypes: { some: where } }),
    ),
    clonedFrom: byId('clonedFromId', 'Material', 'By the Material that it was cloned from.'),
    templateCode: byText('templateCode', 'By template of the shared library.'),
    blendsWith: byId('partnerId', 'Material', 'By a Material that it may be blended with.', (where) => ({
      blendsWith: { some: where },
    })),
    thirdPartyFulfillment: byTruth('thirdPartyFulfillment', 'Whether somebody else makes parts of it.'),
    archived: byArchived,
  },
  search: ['name', 'description', 'externalId'],
  orders: {
    NAME: { column: 'name', description: 'By name.' },
    COST: { column: 'cost', nullable: true, description: 'By cost.' },
    DENSITY: { column: 'density', nullable: true, description: 'By density.' },
  },
});
