import { type MaterialTemplate, materialTemplates } from '../../src/materials/templates.ts';
import { builder } from '../builder.ts';
import { ManufacturingProcessRef, MaterialFamilyRef, MaterialTypeRef } from './enums.ts';

export const MaterialTemplateRef = builder.objectRef<MaterialTemplate>('MaterialTemplate').implement({
  description: 'A material of the shared library: what createMaterialFromTemplate makes a Material from.',
  fields: (t) => ({
    code: t.exposeString('code', { description: 'Its permanent name in the library.' }),
    name: t.exposeString('name', { description: 'How it is usually called.' }),
    description: t.exposeString('description', { description: 'What it is.' }),
    type: t.expose('type', { type: MaterialTypeRef, description: 'What it is for.' }),
    family: t.expose('family', { type: MaterialFamilyRef, description: 'What it is by nature.' }),
    manufacturingProcess: t.expose('manufacturingProcess', {
      type: ManufacturingProcessRef,
      nullable: true,
      description: 'The process that it is meant for.',
    }),
    unit: t.expose('unit', {
      type: 'Unit',
      description: 'The unit in which stock of it is usually counted.',
    }),
    density: t.expose('density', {
      type: 'Decimal',
      description: 'In g/cm3: a usual value of the full material, to be replaced by that of the data sheet.',
    }),
  }),
});

builder.queryField('materialTemplates', (t) =>
  t.field({
    type: [MaterialTemplateRef],
    description: 'The shared library of materials, the same for all organizations, by family.',
    resolve: () => [...materialTemplates],
  }),
);
