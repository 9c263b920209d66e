/** The mutations of machines and what speaks with them, as the tests that hold for every mutation know them. */
import type { Noun } from '../../src/ids.ts';
import { unique } from '../support/app.ts';
import type { Client } from '../support/client.ts';
import {
  claim,
  makeCollector,
  makeCommand,
  makeConnected,
  makeMachine,
  readCaptures,
  storeFile,
} from '../support/machines.ts';
import type { MutationCase } from './mutations.ts';
import { act, create } from './support.ts';

type Right = MutationCase['right'];
type Rest = MutationCase['rest'];
const cases: MutationCase[] = [];

const making = (right: Right, mutation: string, input: MutationCase['input']) =>
  cases.push({ mutation, right, subject: null, rest: () => ({}), input });

function acting(
  right: Right,
  mutation: string,
  noun: Noun,
  subject: (client: Client) => Promise<string>,
  rest: Rest = () => ({}),
): void {
  const field = `${noun.charAt(0).toLowerCase()}${noun.slice(1)}Id`;
  const input = async (client: Client) => ({ [field]: await subject(client), ...(await rest(client)) });
  cases.push({ mutation, right, subject: { noun, field }, rest, input });
}

/** How each plain noun is made. */
const plain = {
  MachineType: async () => ({ name: unique('M 290') }),
  CaptureType: async () => ({ name: unique('machine.log') }),
  Cassette: async () => ({ name: unique('Cassette') }),
  MachineJobFile: async (client: Client) => ({
    name: unique('Trial'),
    fileId: await storeFile(client, 'G28\n', 'trial.gcode'),
  }),
  MachineService: async () => ({ name: unique('Service'), url: 'https://machines.example.com' }),
} satisfies Partial<Record<Noun, (client: Client) => Promise<Record<string, unknown>>>>;

for (const noun of Object.keys(plain) as (keyof typeof plain)[]) {
  const right = noun === 'MachineJobFile' ? 'work' : 'administer';
  const made = async (client: Client) => create(client, noun, await plain[noun](client));
  making(right, `create${noun}`, plain[noun]);
  acting(right, `update${noun}`, noun, made, () => ({ name: unique('Renamed') }));
  acting(right, `archive${noun}`, noun, made);
}

making('report', 'registerCollector', async () => ({ externalId: unique('collector') }));
const collector = (client: Client) => makeCollector(client);
acting('report', 'reportCollector', 'Collector', collector, () => ({ health: 'HEALTHY' }));
acting('administer', 'updateCollector', 'Collector', collector, () => ({ name: unique('Renamed') }));
acting('administer', 'archiveCollector', 'Collector', collector);

const machine = (client: Client) => makeMachine(client);
acting('work', 'commandMachine', 'Machine', machine, () => ({ type: 'CHECK_CONFIGURATION' }));
cases.push({
  mutation: 'claimMachineCommands',
  right: 'report',
  subject: { noun: 'Collector', field: 'collectorId' },
  rest: () => ({}),
  input: async (client) => {
    const { machineId, collectorId } = await makeConnected(client);
    await makeCommand(client, machineId);
    return { collectorId };
  },
});
const claimed = async (client: Client) => {
  const { machineId, collectorId } = await makeConnected(client);
  const id = await makeCommand(client, machineId);
  await claim(client, collectorId);
  return id;
};
acting('report', 'completeMachineCommand', 'MachineCommand', claimed, () => ({ response: { ok: true } }));
acting('report', 'failMachineCommand', 'MachineCommand', claimed, () => ({ error: 'The door is open.' }));

const preset = async (client: Client) => ({ machineId: await makeMachine(client), name: unique('Preset') });
making('administer', 'createPrintingPreset', preset);
acting(
  'administer',
  'updatePrintingPreset',
  'PrintingPreset',
  async (client) => create(client, 'PrintingPreset', await preset(client)),
  () => ({ name: unique('Renamed') }),
);
acting('report', 'syncPrintingPresets', 'Machine', machine, () => ({
  presets: [{ name: unique('Preset') }],
}));
acting('report', 'reportCassettes', 'Machine', machine, () => ({
  cassettes: [{ serialNumber: unique('serial') }],
}));

const service = async (client: Client) => create(client, 'MachineService', await plain.MachineService());
acting('report', 'syncMachineServiceMaterials', 'MachineService', service, () => ({
  materials: [{ materialName: unique('PA12'), machineName: 'P 396' }],
}));
acting(
  'administer',
  'updateMachineServiceMaterial',
  'MachineServiceMaterial',
  async (client) => {
    const input = {
      machineServiceId: await service(client),
      materials: [{ materialName: unique('PA12'), machineName: 'P 396' }],
    };
    const { machineService } = await act<{ machineService: { materials: { nodes: { id: string }[] } } }>(
      client,
      'syncMachineServiceMaterials',
      input,
      'machineService { materials { nodes { id } } }',
    );
    return machineService.materials.nodes[0]?.id ?? '';
  },
  async (client) => ({ machineId: await makeMachine(client) }),
);

const capture = async (client: Client, content = '{}') => ({
  captureTypeId: await create(client, 'CaptureType', await plain.CaptureType()),
  machineId: await makeMachine(client),
  fileId: await storeFile(client, content),
});
making('report', 'createCapture', (client) => capture(client));
acting('report', 'retryCapture', 'Capture', failedCapture);

/** A capture that could not be read. */
async function failedCapture(client: Client): Promise<string> {
  const captureTypeId = await create(client, 'CaptureType', { name: unique('broken'), reading: '{}' });
  const captureId = await create(client, 'Capture', { ...(await capture(client, 'no JSON')), captureTypeId });
  await readCaptures(client, captureId);
  return captureId;
}

/** Every mutation of machines but those of the plain noun Machine itself. */
export const machineCases: readonly MutationCase[] = cases;
