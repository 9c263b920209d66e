import type { Noun } from '../../src/ids.ts';
import { unique } from '../support/app.ts';
import type { Client } from '../support/client.ts';
import { makeOrder, makeRun, makeShop } from '../support/factories.ts';
import { analysisCases } from './analysis-mutations.ts';
import { batchCases } from './batch-mutations.ts';
import { certificateCases } from './certificate-mutations.ts';
import { documentCases } from './document-mutations.ts';
import { documentParserCases } from './document-parser-mutations.ts';
import { fileCases } from './file-mutations.ts';
import { holdCases } from './hold-mutations.ts';
import { inspectionCases } from './inspection-mutations.ts';
import { machineCases } from './machine-mutations.ts';
import { millCertificationCases } from './mill-certification-mutations.ts';
import { sensorCases } from './sensor-mutations.ts';
import { storesCases } from './stores-mutations.ts';
import { absentId, act, create } from './support.ts';
import { traceabilityCases } from './traceability-mutations.ts';
import { webhookCases } from './webhook-mutations.ts';

type Input = Record<string, unknown>;
type Right = 'report' | 'work' | 'administer';

/** A mutation as the tests that hold for all of them know it. */
export interface MutationCase {
  readonly mutation: string;
  /** The right that it needs. */
  readonly right: Right;
  /** What it acts on: the noun, and the member of its input that names it. Null for what makes something new. */
  readonly subject: { readonly noun: Noun; readonly field: string } | null;
  /** The rest of a well-formed input, for refusals that come before anything else is read. */
  readonly rest: (client: Client) => Input | Promise<Input>;
  /** An input that succeeds, once, in that client's organization. */
  readonly input: (client: Client) => Promise<Input>;
}

const cases: MutationCase[] = [
  ...analysisCases,
  ...batchCases,
  ...certificateCases,
  ...documentCases,
  ...documentParserCases,
  ...fileCases,
  ...holdCases,
  ...inspectionCases,
  ...machineCases,
  ...millCertificationCases,
  ...storesCases,
  ...sensorCases,
  ...traceabilityCases,
  ...webhookCases,
];

function making(
  right: Right,
  mutation: string,
  input: MutationCase['input'],
  rest: MutationCase['rest'] = () => ({}),
): void {
  cases.push({ mutation, right, subject: null, rest, input });
}

function acting(
  right: Right,
  mutation: string,
  noun: Noun,
  subject: (client: Client) => Promise<string>,
  rest: MutationCase['rest'] = () => ({}),
): void {
  const field = `${noun.charAt(0).toLowerCase()}${noun.slice(1)}Id`;
  const input = async (client: Client) => ({ [field]: await subject(client), ...(await rest(client)) });
  cases.push({ mutation, right, subject: { noun, field }, rest, input });
}

const location = (client: Client) => create(client, 'Location', { name: unique('Hall') });
const workstationType = (client: Client) =>
  create(client, 'WorkstationType', { name: unique('Furnace'), kind: 'POST_PROCESSOR' });
const workflow = async (client: Client) =>
  create(client, 'Workflow', {
    name: unique('Routing'),
    steps: [{ name: 'Anneal', workstationTypeId: await workstationType(client) }],
  });

/** How each plain noun is made: an input of its `createX`. */
const plain = {
  Location: () => ({ name: unique('Hall') }),
  Manufacturer: () => ({ name: unique('Maker') }),
  Machine: () => ({ name: unique('Machine') }),
  MaterialTestOperation: () => ({ name: unique('Density') }),
  MaterialTestInstruction: async (client: Client) => ({
    name: unique('Value'),
    unit: 'g/cm3',
    operationId: await create(client, 'MaterialTestOperation', { name: unique('Density') }),
  }),
  Material: () => ({ name: unique('Steel'), type: 'BASE', family: 'METAL', unit: 'kg' }),
  Sensor: () => ({ name: unique('Oxygen'), quantity: 'oxygen', unit: '%' }),
  SubLocation: async (client: Client) => ({ name: unique('Cell'), locationId: await location(client) }),
  User: () => ({ name: 'Ada', email: `${unique('ada').replace(' ', '.')}@example.com`, role: 'OPERATOR' }),
  WorkstationType: () => ({ name: unique('Furnace'), kind: 'POST_PROCESSOR' }),
  Workstation: async (client: Client) => ({
    name: unique('Furnace'),
    workstationTypeId: await workstationType(client),
    locationId: await location(client),
  }),
} satisfies Partial<Record<Noun, (client: Client) => Input | Promise<Input>>>;

for (const [noun, input] of Object.entries(plain) as [
  keyof typeof plain,
  (client: Client) => Input | Promise<Input>,
][]) {
  const right = noun === 'Sensor' ? 'report' : 'administer';
  const made = async (client: Client) => create(client, noun, await input(client));
  making(right, `create${noun}`, async (client) => input(client));
  acting(right, `update${noun}`, noun, made, () => ({ name: unique('Renamed') }));
  acting(right, `archive${noun}`, noun, made);
}

const material = (client: Client) => create(client, 'Material', plain.Material());
const purchaseOrder = async (client: Client) => ({
  number: unique('PO'),
  materialId: await material(client),
  plannedQuantity: { value: '100' },
});
const madePurchaseOrder = async (client: Client) =>
  create(client, 'MaterialPurchaseOrder', await purchaseOrder(client));
making('administer', 'createMaterialPurchaseOrder', purchaseOrder);
acting('administer', 'updateMaterialPurchaseOrder', 'MaterialPurchaseOrder', madePurchaseOrder, () => ({
  supplier: unique('Mill'),
}));
acting('administer', 'archiveMaterialPurchaseOrder', 'MaterialPurchaseOrder', madePurchaseOrder);
making('administer', 'createMaterialFromTemplate', async () => ({
  templateCode: 'pa12',
  name: unique('PA12'),
}));
acting('administer', 'cloneMaterial', 'Material', material, () => ({ name: unique('Clone') }));
cases.push({
  mutation: 'setMaterialBlendPartners',
  right: 'administer',
  subject: { noun: 'Material', field: 'materialId' },
  rest: () => ({ partnerIds: [] }),
  input: async (client) => ({ materialId: await material(client), partnerIds: [await material(client)] }),
});

const currencies = Intl.supportedValuesOf('currency');
let lastCurrency = 0;
const currency = () => ({ currency: currencies[lastCurrency++ % currencies.length], rate: '1' });
// The first is the default, which is neither restated nor archived while there are others.
const otherCurrency = async (client: Client) => {
  await create(client, 'CurrencyConversion', currency());
  return create(client, 'CurrencyConversion', currency());
};
making('administer', 'createCurrencyConversion', async () => currency());
acting('administer', 'updateCurrencyConversion', 'CurrencyConversion', otherCurrency, () => ({
  rate: '1.1',
}));
acting('administer', 'archiveCurrencyConversion', 'CurrencyConversion', otherCurrency);
acting('administer', 'setDefaultCurrency', 'CurrencyConversion', otherCurrency);

/** A sample of the first batch of a new lot, of so many grams. */
const sample = async (client: Client): Promise<string> => {
  const delivery = {
    name: unique('Lot'),
    materialId: await material(client),
    locationId: await location(client),
    status: 'RECEIVED',
    containers: { count: 1, size: { value: '10' } },
  };
  const { lot } = await act<{ lot: { id: string; containers: { nodes: { id: string }[] } } }>(
    client,
    'createMaterialLot',
    delivery,
    'lot { id containers { nodes { id } } }',
  );
  await act(client, 'releaseMaterialLot', { lotId: lot.id }, '__typename');
  const containerIds = lot.containers.nodes.map(({ id }) => id);
  const { batch } = await act<{ batch: { id: string } }>(
    client,
    'createInitialBatch',
    { containerIds },
    'batch { id }',
  );
  const taken = await act<{ sample: { id: string } }>(
    client,
    'sampleBatch',
    { batchId: batch.id, name: unique('Sample') },
    'sample { id }',
  );
  return taken.sample.id;
};
const testPanel = async (client: Client) => ({
  name: unique('Panel'),
  sampleId: await sample(client),
  operationIds: [await create(client, 'MaterialTestOperation', plain.MaterialTestOperation())],
});
/** A panel of one operation, whose one instruction was measured or not. */
async function startedPanel(client: Client, isMeasured: boolean) {
  const panel = await testPanel(client);
  const panelId = await create(client, 'MaterialTestPanel', panel);
  const [operationId] = panel.operationIds;
  const value = { name: 'Value', unit: '1', operationId };
  const instructionId = await create(client, 'MaterialTestInstruction', value);
  if (!isMeasured) return { panelId, instructionId, reportId: '' };
  const { materialTestReport } = await act<{ materialTestReport: { id: string } }>(
    client,
    'recordMaterialTest',
    { panelId, instructionId, value: '1' },
    'materialTestReport { id }',
  );
  return { panelId, instructionId, reportId: materialTestReport.id };
}
making('work', 'createMaterialTestPanel', testPanel);
cases.push(
  {
    mutation: 'recordMaterialTest',
    right: 'work',
    subject: { noun: 'MaterialTestPanel', field: 'panelId' },
    rest: async (client) => ({
      instructionId: await create(
        client,
        'MaterialTestInstruction',
        await plain.MaterialTestInstruction(client),
      ),
      value: '1',
    }),
    input: async (client) => {
      const { panelId, instructionId } = await startedPanel(client, false);
      return { panelId, instructionId, value: '1' };
    },
  },
  {
    mutation: 'correctMaterialTest',
    right: 'work',
    subject: { noun: 'MaterialTestReport', field: 'reportId' },
    rest: () => ({ value: '2', reason: 'Misread' }),
    input: async (client) => {
      const { reportId } = await startedPanel(client, true);
      return { reportId, value: '2', reason: 'Misread' };
    },
  },
  {
    mutation: 'updateMaterialTestPanel',
    right: 'work',
    subject: { noun: 'MaterialTestPanel', field: 'panelId' },
    rest: () => ({ name: unique('Renamed') }),
    input: async (client) => ({
      panelId: (await startedPanel(client, false)).panelId,
      name: unique('Renamed'),
    }),
  },
  {
    mutation: 'completeMaterialTestPanel',
    right: 'work',
    subject: { noun: 'MaterialTestPanel', field: 'panelId' },
    rest: () => ({}),
    input: async (client) => ({ panelId: (await startedPanel(client, true)).panelId }),
  },
);

making('administer', 'updateOrganization', async () => ({ name: unique('Organization') }));
making('administer', 'createApiToken', async () => ({ name: 'Display', role: 'VIEWER' }));
acting(
  'administer',
  'revokeApiToken',
  'ApiToken',
  async (client) =>
    (
      await act<{ apiToken: { id: string } }>(
        client,
        'createApiToken',
        { name: 'Display', role: 'VIEWER' },
        'apiToken { id }',
      )
    ).apiToken.id,
);
acting('administer', 'setDefaultSubLocation', 'SubLocation', async (client) => {
  const locationId = await location(client);
  await create(client, 'SubLocation', { name: 'Default', locationId });
  return create(client, 'SubLocation', { name: 'Other', locationId });
});
cases.push({
  mutation: 'setWorkstationTypeMaterials',
  right: 'administer',
  subject: { noun: 'WorkstationType', field: 'workstationTypeId' },
  rest: () => ({ materialIds: [] }),
  input: async (client) => ({
    workstationTypeId: await workstationType(client),
    materialIds: [await create(client, 'Material', plain.Material())],
  }),
});
making('administer', 'createWorkflow', async (client) => ({
  name: unique('Routing'),
  steps: [{ name: 'Anneal', workstationTypeId: await workstationType(client) }],
}));
acting('administer', 'updateWorkflow', 'Workflow', workflow, () => ({ description: unique('For') }));
acting('administer', 'archiveWorkflow', 'Workflow', workflow);
acting('administer', 'reviseWorkflow', 'Workflow', workflow, async (client) => ({
  steps: [{ name: 'Anneal longer', workstationTypeId: await workstationType(client) }],
}));

const pendingOrder = async (client: Client) =>
  makeOrder(client, await makeShop(client), { quantity: 1, confirmed: false });
const pieces = async (client: Client, quantity = 1) => {
  const shop = await makeShop(client);
  const order = await makeOrder(client, shop, { quantity });
  return { shop, order, pieceIds: order.pieces.map((piece) => piece.id) };
};
const run = (until: Parameters<typeof makeRun>[3]) => async (client: Client) => {
  const { shop, pieceIds } = await pieces(client);
  return (await makeRun(client, shop.printerId, pieceIds, until)).id;
};
const lineItem = { designName: 'Bracket', quantity: 1 };

making('work', 'createOrder', async () => ({ name: 'Brackets', lineItems: [lineItem] }));
acting(
  'work',
  'updateOrder',
  'Order',
  async (client) => (await pendingOrder(client)).orderId,
  () => ({ name: unique('Renamed') }),
);
acting('work', 'confirmOrder', 'Order', async (client) => (await pendingOrder(client)).orderId);
acting(
  'work',
  'cancelOrder',
  'Order',
  async (client) => (await pendingOrder(client)).orderId,
  () => ({ reason: 'Withdrawn' }),
);
acting(
  'work',
  'addLineItem',
  'Order',
  async (client) => (await pendingOrder(client)).orderId,
  () => ({ lineItem }),
);
acting(
  'work',
  'updateLineItem',
  'LineItem',
  async (client) => (await pendingOrder(client)).lineItemId,
  () => ({ designName: unique('Hinge') }),
);
acting('work', 'confirmLineItem', 'LineItem', async (client) => (await pendingOrder(client)).lineItemId);
acting(
  'work',
  'cancelLineItem',
  'LineItem',
  async (client) => (await pendingOrder(client)).lineItemId,
  () => ({ reason: 'Withdrawn' }),
);

cases.push({
  mutation: 'createRun',
  right: 'work',
  subject: { noun: 'Workstation', field: 'workstationId' },
  rest: () => ({ pieceIds: [absentId('Piece')] }),
  input: async (client) => {
    const { shop, pieceIds } = await pieces(client);
    return { workstationId: shop.printerId, pieceIds };
  },
});
cases.push({
  mutation: 'addRunPieces',
  right: 'work',
  subject: { noun: 'Run', field: 'runId' },
  rest: () => ({ pieceIds: [absentId('Piece')] }),
  input: async (client) => {
    const { shop, pieceIds } = await pieces(client, 2);
    const { id } = await makeRun(client, shop.printerId, pieceIds.slice(0, 1));
    return { runId: id, pieceIds: pieceIds.slice(1) };
  },
});
cases.push({
  mutation: 'removeRunPieces',
  right: 'work',
  subject: { noun: 'Run', field: 'runId' },
  rest: () => ({ pieceIds: [absentId('Piece')] }),
  input: async (client) => {
    const { shop, pieceIds } = await pieces(client, 2);
    const { id } = await makeRun(client, shop.printerId, pieceIds);
    return { runId: id, pieceIds: pieceIds.slice(1) };
  },
});
acting('work', 'updateRun', 'Run', run('CALCULATED'), () => ({ name: unique('Plate') }));
acting('work', 'queueRun', 'Run', run('CALCULATED'));
acting('work', 'cancelRun', 'Run', run('QUEUED'));
cases.push({
  mutation: 'moveRun',
  right: 'work',
  subject: { noun: 'Run', field: 'runId' },
  rest: () => ({}),
  input: async (client) => {
    const { shop, pieceIds } = await pieces(client, 2);
    await makeRun(client, shop.printerId, pieceIds.slice(0, 1), 'QUEUED');
    return { runId: (await makeRun(client, shop.printerId, pieceIds.slice(1), 'QUEUED')).id };
  },
});
acting('work', 'startRun', 'Run', run('QUEUED'));
acting('work', 'pauseRun', 'Run', run('IN_PROGRESS'));
acting('work', 'resumeRun', 'Run', async (client) => {
  const runId = await run('IN_PROGRESS')(client);
  await act(client, 'pauseRun', { runId }, '__typename');
  return runId;
});
acting('work', 'completeRun', 'Run', run('IN_PROGRESS'), () => ({ otherwise: 'SUCCESS' }));
acting('work', 'failRun', 'Run', run('IN_PROGRESS'), () => ({ error: 'The recoater jammed.' }));
acting(
  'work',
  'redoPiece',
  'Piece',
  async (client) => {
    const { shop, pieceIds } = await pieces(client);
    const { id: runId } = await makeRun(client, shop.printerId, pieceIds, 'IN_PROGRESS');
    await act(client, 'completeRun', { runId, otherwise: 'FAILURE' }, '__typename');
    return pieceIds[0] as string;
  },
  () => ({ reason: 'Porous' }),
);

const machine = (client: Client) => create(client, 'Machine', plain.Machine());

acting('report', 'reportBuild', 'Machine', machine, () => ({ name: 'Plate', status: 'PROCESSING' }));
acting('report', 'reportMachine', 'Machine', machine, () => ({ status: 'IDLE' }));
making('report', 'ingestReadings', async (client) => ({
  readings: [
    {
      sensorId: await create(client, 'Sensor', plain.Sensor()),
      value: 21.5,
      observedAt: '2026-03-01T08:00:00Z',
    },
  ],
}));
making('report', 'reportAnomaly', async () => ({ source: 'Camera', classification: 'spatter' }));
acting(
  'work',
  'decideAnomaly',
  'Anomaly',
  async (client) =>
    (
      await act<{ anomaly: { id: string } }>(
        client,
        'reportAnomaly',
        { source: 'Camera', classification: 'spatter' },
        'anomaly { id }',
      )
    ).anomaly.id,
  () => ({ decision: 'IGNORE' }),
);

/** Every mutation of the API. A test holds this list against the schema. */
export const mutationCases: readonly MutationCase[] = cases;

/** Those that act on something, by name. */
export const subjectCases = cases.flatMap((each) =>
  each.subject ? [{ ...each, subject: each.subject }] : [],
);
