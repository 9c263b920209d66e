import { eventField } from '../shared/streams.ts';

eventField('batchEvents', 'MaterialBatch', {
  description:
    'What happens to batches, and the actions that do it: of one batch, of a material, at a location or in a machine, or all.',
  message: 'A message of the stream of batches: what happens to them, and what is done with them.',
  nouns: ['MaterialBatch', 'MaterialAction'],
  by: {
    batchId: { noun: 'MaterialBatch', description: 'This batch only.' },
    materialId: { noun: 'Material', description: 'Batches of this material only, without actions.' },
    locationId: {
      noun: 'Location',
      description: 'Batches at, and actions at workstations of, this location only.',
    },
    workstationId: { noun: 'Workstation', description: 'Batches in, and actions at, this workstation only.' },
  },
});
