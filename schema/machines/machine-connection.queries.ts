import { queryList, queryOne } from '../shared/connection.ts';
import { captureList } from './capture.type.ts';
import { captureTypeList } from './capture-type.type.ts';
import { cassetteList } from './cassette.type.ts';
import { collectorList } from './collector.type.ts';
import { machineCommandList } from './machine-command.type.ts';
import { machineJobFileList } from './machine-job-file.type.ts';
import { machineServiceList, machineServiceMaterialList } from './machine-service.type.ts';
import { machineTypeList } from './machine-type.type.ts';
import { printingPresetList } from './printing-preset.type.ts';

queryOne('machineType', 'MachineType', 'A type of machine by its id.');
queryList('machineTypes', machineTypeList, 'The types of machine of the organization.');
queryOne('collector', 'Collector', 'A collector by its id.');
queryList('collectors', collectorList, 'The programs that speak with the machines of the organization.');
queryOne('captureType', 'CaptureType', 'A type of capture by its id.');
queryList('captureTypes', captureTypeList, 'The kinds of capture that machines give.');
queryOne('capture', 'Capture', 'A capture by its id.');
queryList('captures', captureList, 'Snapshots of what machines and analysers did.');
queryOne('cassette', 'Cassette', 'A cassette by its id.');
queryList('cassettes', cassetteList, 'The cassettes of the organization.');
queryOne('machineCommand', 'MachineCommand', 'A command to a machine by its id.');
queryList('machineCommands', machineCommandList, 'What machines were asked to do.');
queryOne('printingPreset', 'PrintingPreset', 'A preset by its id.');
queryList('printingPresets', printingPresetList, 'What machines offer to print with.');
queryOne('machineJobFile', 'MachineJobFile', 'A file to try a machine with, by its id.');
queryList('machineJobFiles', machineJobFileList, 'The files to try machines with.');
queryOne('machineService', 'MachineService', 'A service of a machine by its id.');
queryList('machineServices', machineServiceList, "The makers' services over which machines are known.");
queryOne('machineServiceMaterial', 'MachineServiceMaterial', 'A material of a service by its id.');
queryList(
  'machineServiceMaterials',
  machineServiceMaterialList,
  'The materials that the services of machines know.',
);
