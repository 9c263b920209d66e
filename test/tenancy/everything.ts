import { graphql } from '../../client/generated/gql.ts';
import type { Database } from '../../src/database/open.ts';
import { encodeId, type Noun, nouns } from '../../src/ids.ts';
import { act, create } from '../api/support.ts';
import { makeDelivery } from '../api/webhook-mutations.ts';
import { type TestApp, type TestOrganization, unique } from '../support/app.ts';
import { attach, makeCertificate, makeCertifiedShop } from '../support/certificates.ts';
import type { Client } from '../support/client.ts';
import { drawn, letter, makeDocument } from '../support/documents.ts';
import { makeOrder, makeRun, makeShop, type Shop } from '../support/factories.ts';
import { addItem, makeCase, makeReport, storePhoto } from '../support/inspections.ts';
import { claim, makeCollector, makeCommand, storeFile } from '../support/machines.ts';
import { kg, makeBatch, makeLot } from '../support/materials.ts';
import { makeMillCertification, readMillPdf, storeMillPdf } from '../support/mills.ts';
import { askToParse, ended, makeParserTemplate, parserTemplateNow } from '../support/parsers.ts';
import { makeFilledContainer, makeOrderedLot, makeStock } from '../support/stores.ts';

const CreateUser = graphql(`
  mutation TenancyUser($input: CreateUserInput!) {
    createUser(input: $input) { __typename ... on CreateUserSuccess { user { id } } }
  }
`);
const CreateManufacturer = graphql(`
  mutation TenancyManufacturer($input: CreateManufacturerInput!) {
    createManufacturer(input: $input) { __typename ... on CreateManufacturerSuccess { manufacturer { id } } }
  }
`);
const CreateSubLocation = graphql(`
  mutation TenancySubLocation($input: CreateSubLocationInput!) {
    createSubLocation(input: $input) { __typename ... on CreateSubLocationSuccess { subLocation { id } } }
  }
`);
const SetMaterials = graphql(`
  mutation TenancyMaterials($input: SetWorkstationTypeMaterialsInput!) {
    setWorkstationTypeMaterials(input: $input) { __typename ... on SetWorkstationTypeMaterialsSuccess { __typename } }
  }
`);
const CreateSensor = graphql(`
  mutation TenancySensor($input: CreateSensorInput!) {
    createSensor(input: $input) { __typename ... on CreateSensorSuccess { sensor { id } } }
  }
`);
const Ingest = graphql(`
  mutation TenancyIngest($input: IngestReadingsInput!) {
    ingestReadings(input: $input) { __typename ... on IngestReadingsSuccess { stored } }
  }
`);
const ReportBuild = graphql(`
  mutation TenancyBuild($input: ReportBuildInput!) {
    reportBuild(input: $input) { __typename ... on ReportBuildSuccess { build { id } } }
  }
`);
const ReportAnomaly = graphql(`
  mutation TenancyAnomaly($input: ReportAnomalyInput!) {
    reportAnomaly(input: $input) { __typename ... on ReportAnomalySuccess { anomaly { id } } }
  }
`);

/** Makes at least one row in every table of an organization, through the API. */
async function fill(client: Client): Promise<{ runningRunId: string }> {
  const shop = await makeShop(client);
  const user = { name: unique('Person'), email: `${unique('person').replace(' ', '')}@example.org` };
  await client.success(CreateUser, { input: { ...user, role: 'OPERATOR' } }, 'CreateUserSuccess');
  await client.success(CreateManufacturer, { input: { name: unique('Maker') } }, 'CreateManufacturerSuccess');
  const { subLocation } = await client.success(
    CreateSubLocation,
    { input: { locationId: shop.locationId, name: unique('Area') } },
    'CreateSubLocationSuccess',
  );
  await client.success(
    SetMaterials,
    { input: { workstationTypeId: shop.printerTypeId, materialIds: [shop.materialId] } },
    'SetWorkstationTypeMaterialsSuccess',
  );
  const order = await makeOrder(client, shop);
  // The first run can still be moved and changed; the second is in progress.
  const [first, second] = order.pieces;
  const queued = await makeRun(client, shop.printerId, [first?.id ?? ''], 'QUEUED');
  const running = await makeRun(client, shop.printerId, [second?.id ?? ''], 'IN_PROGRESS');
  const report = async (name: string, status: 'NEW' | 'PROCESSING') => {
    const input = { machineId: shop.machineId, name, status, clientMutationId: name };
    return (await client.success(ReportBuild, { input }, 'ReportBuildSuccess')).build.id;
  };
  const buildId = await report(queued.number, 'NEW');
  await report(running.number, 'PROCESSING');
  await client.success(
    ReportAnomaly,
    { input: { source: unique('Camera'), classification: unique('Spatter'), buildId } },
    'ReportAnomalySuccess',
  );
  const { sensor } = await client.success(
    CreateSensor,
    {
      input: {
        name: unique('Sensor'),
        quantity: 'temperature',
        unit: 'Cel',
        machineId: shop.machineId,
        subLocationId: subLocation.id,
      },
    },
    'CreateSensorSuccess',
  );
  // The reading is an excursion.
  await create(client, 'SensorThreshold', { sensorId: sensor.id, name: unique('Limit'), high: 10 });
  const reading = { sensorId: sensor.id, value: 20, observedAt: new Date().toISOString() };
  const source = { name: unique('Connector'), sequence: '1' };
  await client.success(Ingest, { input: { source, readings: [reading] } }, 'IngestReadingsSuccess');
  await create(client, 'CurrencyConversion', { currency: 'EUR', rate: '1' });
  await create(client, 'MaterialPurchaseOrder', {
    number: unique('PO'),
    materialId: shop.materialId,
    plannedQuantity: { value: '100' },
  });
  const clone = { materialId: shop.materialId, name: unique('Clone') };
  const cloned = await act<{ material: { id: string } }>(client, 'cloneMaterial', clone, 'material { id }');
  await act(
    client,
    'setMaterialBlendPartners',
    { materialId: shop.materialId, partnerIds: [cloned.material.id] },
    '__typename',
  );
  const looked = { runId: queued.id, machineId: shop.machineId, pieceId: first?.id ?? '' };
  await fillAnalyses(client, looked);
  await fillStores(client, shop, first?.id ?? '');
  await fillHolds(client, shop);
  await fillCertificates(client, first?.id ?? '');
  await fillInspections(client, first?.id ?? '');
  await fillBatches(client, shop, running.id);
  await fillMillCertifications(client);
  await fillMachines(client, shop);
  await makeDelivery(client);
  await fillReports(client, first?.id ?? '', order.orderId);
  await fillDocuments(client, [order.orderId, first?.id ?? '', queued.id]);
  return { runningRunId: running.id };
}

/** A traceability report of the first piece, order and batch each. */
async function fillReports(client: Client, pieceId: string, orderId: string): Promise<void> {
  const found = await client.sendText(
    '{ materialBatches(first: 1, orderBy: [{ field: CREATED_AT }]) { nodes { id } } }',
  );
  const { nodes } = found.data().materialBatches as { nodes: { id: string }[] };
  for (const subject of [{ pieceId }, { orderId }, { batchId: nodes[0]?.id }])
    await act(client, 'createTraceabilityReport', subject, '__typename');
}

/** A document that is linked to all of these, that has a picture and is packed. */
async function fillDocuments(client: Client, about: readonly string[]): Promise<void> {
  const documentId = await makeDocument(client, client, { content: await letter(), about });
  await drawn(client, documentId);
  await create(client, 'ZipFile', { documentIds: [documentId], orderId: about[0] });
  await fillParsers(client, documentId);
}

/** A template, one for that document made of it, a value that was read, and one that a person wrote. */
async function fillParsers(client: Client, documentId: string): Promise<void> {
  const templateId = await makeParserTemplate(client, ['Net weight', { name: 'Remark', pattern: 'to say' }]);
  const more = { documentId, parentId: templateId };
  await create(client, 'DocumentParserTemplate', { name: unique('Custom'), ...more });
  await ended(client, await askToParse(client, documentId, templateId));
  const { instructions } = await parserTemplateNow(client, templateId);
  const documentParserInstructionId = instructions.nodes[0]?.id;
  const value = { documentId, documentParserInstructionId, value: '12.5' };
  await act(client, 'recordDocumentParserReport', value, '__typename');
}

/** An analysis of a run whose layout is known, with what it found in a layer of one piece. */
async function fillAnalyses(
  client: Client,
  looked: { runId: string; machineId: string; pieceId: string },
): Promise<void> {
  const { runId, pieceId } = looked;
  const outline = [
    [0, 0],
    [10, 0],
    [10, 10],
    [0, 10],
  ];
  await act(client, 'setRunLayout', { runId, placements: [{ pieceId, outline }] }, '__typename');
  const analyserId = await create(client, 'Analyser', { name: unique('Analyser'), password: unique('Word') });
  const { analysis } = await act<{ analysis: { id: string } }>(
    client,
    'reportAnalysis',
    { analyserId, ...looked, status: unique('RUNNING') },
    'analysis { id }',
  );
  const anomalies = [{ classification: unique('Spatter'), boundary: outline }];
  await act(
    client,
    'reportIndicators',
    { analysisId: analysis.id, indicators: [{ layer: 1, anomalies }] },
    '__typename',
  );
}

/** A lot with a batch in a container, and a stock with an action that names a lot and a piece. */
async function fillStores(client: Client, shop: Shop, pieceId: string): Promise<void> {
  const powder = { ...shop, subLocationId: await area(client, shop) };
  // The first lot can still be received, and the first container be opened.
  await makeOrderedLot(client, powder, { containers: null });
  await makeLot(client, powder, { count: 1 });
  const { lot } = await makeFilledContainer(client, powder);
  // With what is counted by hand there are 59 kg, before some is consumed.
  const stockId = await makeStock(client, powder, { minimum: kg('58.5') });
  const quantity = kg(1);
  await act(client, 'replenishStock', { stockId, quantity: kg(9) }, '__typename');
  const shares = { lots: [{ lotId: lot.id, quantity }], pieces: [{ pieceId, quantity }] };
  await act(client, 'consumeStock', { stockId, quantity, ...shares }, '__typename');
}

const area = (client: Client, { locationId }: Shop) =>
  create(client, 'SubLocation', { name: unique('Powder store'), locationId });

/** The machine of the shop gets its collector, its cassettes, what it is asked to do and what it was seen to do. */
async function fillMachines(client: Client, shop: Shop): Promise<void> {
  const machineTypeId = await create(client, 'MachineType', { name: unique('M 290') });
  const collectorId = await makeCollector(client);
  const { machineId } = shop;
  await act(client, 'updateMachine', { machineId, collectorId, machineTypeId }, '__typename');
  await act(client, 'reportMachine', { machineId, status: 'PRINTING' }, '__typename');
  const fileId = await storeFile(client, '{}', unique('capture'));
  const captureTypeId = await create(client, 'CaptureType', { name: unique('log'), machineTypeId });
  await create(client, 'Capture', { captureTypeId, machineId, collectorId, fileId });
  await create(client, 'Cassette', { name: unique('Cassette'), machineId, materialId: shop.materialId });
  const presetId = await create(client, 'PrintingPreset', { machineId, name: unique('Preset') });
  const machineJobFileId = await create(client, 'MachineJobFile', { name: unique('Trial'), fileId });
  await makeCommand(client, machineId, { type: 'START_JOB', presetId, machineJobFileId });
  await claim(client, collectorId);
  const service = { name: unique('Service'), url: 'https://machines.example.com', machineId };
  const machineServiceId = await create(client, 'MachineService', service);
  const materials = [
    { materialName: unique('PA12'), machineName: unique('P 396'), materialId: shop.materialId, machineId },
  ];
  await act(client, 'syncMachineServiceMaterials', { machineServiceId, materials }, '__typename');
}

/** A hold on a piece of its own, so that it stands in nobody's way, with a disposition. */
async function fillHolds(client: Client, shop: Shop): Promise<void> {
  const [piece] = (await makeOrder(client, shop, { quantity: 1 })).pieces;
  const on = { pieceId: piece?.id, reason: unique('Oil') };
  const { hold } = await act<{ hold: { id: string } }>(client, 'placeHold', on, 'hold { id }');
  const decided = { holdId: hold.id, pieceId: piece?.id, decision: 'SCRAP' };
  await act(client, 'addHoldDisposition', decided, '__typename');
}

/** A step that demands a certificate, and one that is attached to a piece. */
async function fillCertificates(client: Client, pieceId: string): Promise<void> {
  await makeCertifiedShop(client, { print: [{ type: 'PROCESS' }] });
  const answer = await client.sendText(
    'query($id: ID!) { piece(id: $id) { workflow { processSteps { id } } } }',
    { id: pieceId },
  );
  const { workflow } = answer.data().piece as { workflow: { processSteps: { id: string }[] } };
  await attach(client, await makeCertificate(client), workflow.processSteps[0]?.id, [pieceId]);
}

/** A mill's PDF that was read, a lot of a heat, and a document of the organization's own with its logo. */
async function fillMillCertifications(client: Client): Promise<void> {
  const millCertificationId = await readMillPdf(client);
  // The stream of a lot is tried with the first of all.
  const answer = await client.sendText(
    '{ materialLots(first: 1, orderBy: [{ field: CREATED_AT, direction: ASC }]) { nodes { id } } }',
  );
  const [lot] = (answer.data().materialLots as { nodes: { id: string }[] }).nodes;
  const { heatId } = await makeMillCertification(client);
  await act(client, 'linkMaterialLotHeats', { lotId: lot?.id, heatIds: [heatId] }, '__typename');
  await act(client, 'reviewMillCertification', { millCertificationId, status: 'APPROVED' }, '__typename');
  await act(client, 'setBranding', { logoId: await storePhoto(client, client) }, '__typename');
  await act(client, 'createMaterialTestCertificate', { millCertificationId }, '__typename');
  const fileId = await storeMillPdf(client);
  await create(client, 'Certificate', { type: 'MATERIAL', name: unique('Mill'), fileId });
}

/** A case of a piece that is open, one with a photo that is closed, and one that continues it. */
async function fillInspections(client: Client, pieceId: string): Promise<void> {
  const inspectionReportId = await makeReport(client);
  const open = { inspectionReportId, pieceId };
  await addItem(client, await makeCase(client, open));
  const inspectionCaseId = await makeCase(client, open);
  await addItem(client, inspectionCaseId, { imageId: await storePhoto(client, client) });
  await act(client, 'closeInspectionCase', { inspectionCaseId }, '__typename');
  await makeCase(client, { ...open, continuesId: inspectionCaseId });
}

/** A batch that was printed and sampled, and a module of it in a deferred build. */
async function fillBatches(client: Client, shop: Shop, runId: string): Promise<void> {
  const powder = { ...shop, subLocationId: await area(client, shop) };
  const batchId = await makeBatch(client, await makeLot(client, powder, { count: 2 }));
  const taken = { batchId, name: unique('Sample') };
  const { sample } = await act<{ sample: { id: string } }>(client, 'sampleBatch', taken, 'sample { id }');
  await fillTests(client, sample.id);
  const module = {
    name: unique('Dose'),
    type: 'DOSE',
    locationId: shop.locationId,
    materialRestrictionIds: [shop.materialId],
  };
  const made = await act<{ container: { id: string } }>(
    client,
    'createMaterialContainer',
    module,
    'container { id }',
  );
  const containerId = made.container.id;
  const workstationId = shop.printerId;
  await act(client, 'loadContainer', { containerId, batchId, quantity: kg(5) }, '__typename');
  await act(client, 'dockContainer', { containerId, workstationId }, '__typename');
  await act(client, 'deferModularBuild', { workstationId, modules: [{ containerId }] }, '__typename');
  await act(client, 'loadBatch', { batchId, workstationId, quantity: kg(5) }, '__typename');
  await act(client, 'consumeBatch', { runId, otherwise: kg('0.1') }, '__typename');
}

/** Tests of a sample, with one report. */
export async function fillTests(client: Client, sampleId: string): Promise<void> {
  const operationId = await create(client, 'MaterialTestOperation', { name: unique('Density') });
  const instruction = { name: unique('Density'), unit: 'g/cm3', operationId };
  const instructionId = await create(client, 'MaterialTestInstruction', instruction);
  const panel = { name: unique('Panel'), sampleId, operationIds: [operationId] };
  const panelId = await create(client, 'MaterialTestPanel', panel);
  await act(client, 'recordMaterialTest', { panelId, instructionId, value: '7.9' }, '__typename');
}

/** An organization with one of everything. */
export interface FilledOrganization extends TestOrganization {
  /** A public id of every noun. */
  readonly ids: Readonly<Record<Noun, string>>;
  /** A run that is in progress; `ids.Run` is queued. */
  readonly runningRunId: string;
}

/** Two organizations, each with one of everything. */
export async function twoFilled(
  app: TestApp,
): Promise<{ ours: FilledOrganization; theirs: FilledOrganization }> {
  const { ours, theirs } = await app.organizations();
  const filled = async (organization: TestOrganization): Promise<FilledOrganization> => {
    const { runningRunId } = await fill(organization.client);
    const { organizationId } = organization;
    const ids: Partial<Record<Noun, string>> = { Organization: encodeId('Organization', organizationId) };
    for (const noun of nouns) {
      if (noun === 'Organization') continue;
      const [row] = await app.database.query<{ id: string }>(
        `SELECT id FROM "${noun}" WHERE "organizationId" = $1 ORDER BY id LIMIT 1`,
        [organizationId],
      );
      if (!row) throw new Error(`The organization has no ${noun}: let fill() make one.`);
      ids[noun] = encodeId(noun, row.id);
    }
    return { ...organization, ids: ids as Record<Noun, string>, runningRunId };
  };
  return { ours: await filled(ours), theirs: await filled(theirs) };
}

/** What must not be found in an answer to somebody else: every uuid and every name of the organization. */
export async function secretsOf(
  database: Database,
  { organizationId }: TestOrganization,
): Promise<ReadonlySet<string>> {
  const secrets = new Set<string>([organizationId.replaceAll('-', '')]);
  const columns = await database.query<{ table: string; column: string; type: string }>(
    `SELECT table_name AS table, column_name AS column, data_type AS type FROM information_schema.columns
     WHERE table_schema = 'public' AND table_name IN (
       SELECT table_name FROM information_schema.columns WHERE column_name = 'organizationId' AND table_schema = 'public')
     AND (data_type = 'uuid' OR column_name IN ('name', 'email', 'serial', 'source', 'classification', 'designName'))`,
  );
  for (const { table, column, type } of columns) {
    const rows = await database.query<{ value: string | null }>(
      `SELECT DISTINCT "${column}"::text AS value FROM "${table}" WHERE "organizationId" = $1
       AND NOT EXISTS (SELECT 1 FROM "${table}" other
         WHERE other."organizationId" <> $1 AND other."${column}" = "${table}"."${column}")`,
      [organizationId],
    );
    for (const { value } of rows) if (value) secrets.add(type === 'uuid' ? value.replaceAll('-', '') : value);
  }
  return secrets;
}

/** The secrets that stand in an answer: as a text of their own, or as the digits of an id. */
export function leaks(answer: unknown, secrets: ReadonlySet<string>): string[] {
  if (typeof answer === 'string') {
    const digits = answer.match(/[0-9a-f]{32}/g) ?? [];
    return [answer, ...digits].filter((text) => secrets.has(text));
  }
  if (typeof answer !== 'object' || answer === null) return [];
  return Object.values(answer).flatMap((member) => leaks(member, secrets));
}
