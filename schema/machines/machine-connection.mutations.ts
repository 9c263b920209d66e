import { createCapture, retryCapture } from '../../src/machines/capture.service.ts';
import { captureTypeCommands } from '../../src/machines/capture-type.service.ts';
import { cassetteCommands, reportCassettes } from '../../src/machines/cassette.service.ts';
import {
  collectorCommands,
  registerCollector,
  reportCollector,
} from '../../src/machines/collector.service.ts';
import {
  claimMachineCommands,
  completeMachineCommand,
  failMachineCommand,
} from '../../src/machines/machine-command.collecting.service.ts';
import { commandMachine } from '../../src/machines/machine-command.service.ts';
import { machineJobFileCommands } from '../../src/machines/machine-job-file.service.ts';
import {
  machineServiceCommands,
  machineServiceMaterialCommands,
  syncMachineServiceMaterials,
} from '../../src/machines/machine-service.service.ts';
import { machineTypeCommands } from '../../src/machines/machine-type.service.ts';
import { printingPresetCommands, syncPrintingPresets } from '../../src/machines/printing-preset.service.ts';
import { many, mutation, one } from '../shared/mutation.ts';
import { plainMutations } from '../shared/plain.ts';

plainMutations(machineTypeCommands);
plainMutations(captureTypeCommands);
plainMutations(cassetteCommands);
plainMutations(machineJobFileCommands);
plainMutations(machineServiceCommands);

mutation(registerCollector, {
  collector: one('Collector', 'collectorId'),
  created: {
    scalar: 'Boolean',
    from: 'created',
    description: 'False where the collector was known already.',
  },
});
mutation(reportCollector, {
  collector: one('Collector', 'collectorId'),
  applied: {
    scalar: 'Boolean',
    from: 'applied',
    description: 'False where something newer was known already: nothing was changed.',
  },
});
mutation(collectorCommands.update, { collector: one('Collector', 'id') });
mutation(collectorCommands.archive, { collector: one('Collector', 'id') });

mutation(commandMachine, { machineCommand: one('MachineCommand', 'machineCommandId') });
mutation(claimMachineCommands, {
  machineCommands: many(
    'MachineCommand',
    'machineCommandIds',
    'What the collector is to do now, oldest first: at most `first` of the input.',
  ),
});
mutation(completeMachineCommand, { machineCommand: one('MachineCommand', 'machineCommandId') });
mutation(failMachineCommand, { machineCommand: one('MachineCommand', 'machineCommandId') });

mutation(printingPresetCommands.create, { printingPreset: one('PrintingPreset', 'id') });
mutation(printingPresetCommands.update, { printingPreset: one('PrintingPreset', 'id') });
mutation(syncPrintingPresets, {
  machine: one('Machine', 'machineId'),
  added: { scalar: 'Int', from: 'added', description: 'How many presets are new.' },
  changed: { scalar: 'Int', from: 'changed', description: 'How many presets were told otherwise before.' },
  deactivated: {
    scalar: 'Int',
    from: 'deactivated',
    description: 'How many presets the machine offers no more.',
  },
});
mutation(reportCassettes, { machine: one('Machine', 'machineId') });

mutation(machineServiceMaterialCommands.update, {
  machineServiceMaterial: one('MachineServiceMaterial', 'id'),
});
mutation(syncMachineServiceMaterials, { machineService: one('MachineService', 'id') });

mutation(createCapture, { capture: one('Capture', 'captureId') });
mutation(retryCapture, { capture: one('Capture', 'captureId') });
