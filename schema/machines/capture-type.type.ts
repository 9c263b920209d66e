import { listOf } from '../shared/connection.ts';
import { byArchived, byEnum, byId, byInt, byText } from '../shared/filters.ts';
import { noun } from '../shared/noun.ts';
import { CaptureFormatRef } from './enums.ts';

noun('CaptureType', {
  description: 'A kind of snapshot that machines of a type give, and how it is read.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Unique among those of its type of machine.' }),
    description: t.exposeString('description', {
      nullable: true,
      description: 'What such a capture holds.',
    }),
    interval: t.expose('interval', {
      type: 'Duration',
      nullable: true,
      description: 'The time between two captures, where they have a rhythm.',
    }),
    format: t.expose('format', { type: CaptureFormatRef, description: 'How the content is written.' }),
    reading: t.exposeString('reading', {
      nullable: true,
      description:
        'How the content is read: a JSONata expression. Null: such captures are stored and not read.',
    }),
    machineType: t.relation('machineType', {
      nullable: true,
      description: 'The type of machine that gives such captures.',
    }),
  }),
});

export const captureTypeList = listOf('CaptureType', {
  plural: 'types of capture',
  filters: {
    name: byText('name', 'By name.'),
    format: byEnum('format', 'CaptureFormat', 'By how the content is written.'),
    interval: byInt('interval', 'By the time between two captures, in seconds.'),
    machineType: byId('machineTypeId', 'MachineType', 'By type of machine.'),
    archived: byArchived,
  },
  search: ['name', 'description'],
  orders: { NAME: { column: 'name', description: 'By name.' } },
});
