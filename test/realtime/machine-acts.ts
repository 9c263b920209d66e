import { graphql } from '../../client/generated/gql.ts';
import type { BuildStatus, MachineStatus } from '../../client/generated/graphql.ts';
import { unique } from '../support/app.ts';
import type { Client } from '../support/client.ts';

const ReportBuild = graphql(`
  mutation RealtimeReportBuild($input: ReportBuildInput!) {
    reportBuild(input: $input) { __typename ... on ReportBuildSuccess { cursor applied build { id status currentLayer } } }
  }
`);

/** What a machine says of a build. */
export interface BuildReport {
  machineId: string;
  name: string;
  status?: BuildStatus;
  layers?: number;
  currentLayer?: number;
}

/** A report of a build. The cursor is null where nothing but progress was told. */
export async function reportBuild(client: Client, { status = 'PROCESSING', ...report }: BuildReport) {
  const { build, cursor } = await client.success(
    ReportBuild,
    { input: { ...report, status } },
    'ReportBuildSuccess',
  );
  return { id: build.id, cursor };
}

const ReportMachine = graphql(`
  mutation RealtimeReportMachine($input: ReportMachineInput!) {
    reportMachine(input: $input) { __typename ... on ReportMachineSuccess { cursor applied } }
  }
`);

export async function reportMachine(client: Client, machineId: string, status: MachineStatus): Promise<void> {
  await client.success(ReportMachine, { input: { machineId, status } }, 'ReportMachineSuccess');
}

const ReportAnomaly = graphql(`
  mutation RealtimeReportAnomaly($input: ReportAnomalyInput!) {
    reportAnomaly(input: $input) { __typename ... on ReportAnomalySuccess { cursor created anomaly { id } } }
  }
`);

/** An analyser's find in a run, at a machine, or nowhere in particular. */
export async function reportAnomaly(
  client: Client,
  place: { runId?: string; machineId?: string; buildId?: string } = {},
): Promise<string> {
  const { anomaly } = await client.success(
    ReportAnomaly,
    { input: { ...place, source: 'camera', classification: 'spatter' } },
    'ReportAnomalySuccess',
  );
  return anomaly.id;
}

const DecideAnomaly = graphql(`
  mutation RealtimeDecideAnomaly($input: DecideAnomalyInput!) {
    decideAnomaly(input: $input) { __typename ... on DecideAnomalySuccess { anomaly { id } } }
  }
`);

export async function decideAnomaly(client: Client, anomalyId: string): Promise<void> {
  await client.success(DecideAnomaly, { input: { anomalyId, decision: 'IGNORE' } }, 'DecideAnomalySuccess');
}

const CreateSensor = graphql(`
  mutation RealtimeCreateSensor($input: CreateSensorInput!) {
    createSensor(input: $input) { __typename ... on CreateSensorSuccess { sensor { id } } }
  }
`);

export async function makeSensor(client: Client, machineId?: string): Promise<string> {
  const place = machineId ? { machineId } : {};
  const { sensor } = await client.success(
    CreateSensor,
    { input: { name: unique('Sensor'), quantity: 'temperature', unit: 'Cel', ...place } },
    'CreateSensorSuccess',
  );
  return sensor.id;
}

const MoveSensor = graphql(`
  mutation RealtimeMoveSensor($input: UpdateSensorInput!) {
    updateSensor(input: $input) { __typename ... on UpdateSensorSuccess { sensor { id } } }
  }
`);

export async function moveSensor(client: Client, sensorId: string, machineId: string | null): Promise<void> {
  await client.success(MoveSensor, { input: { sensorId, machineId } }, 'UpdateSensorSuccess');
}

const Ingest = graphql(`
  mutation RealtimeIngest($input: IngestReadingsInput!) {
    ingestReadings(input: $input) { __typename ... on IngestReadingsSuccess { stored } }
  }
`);

/** Stores these values of one sensor, or of several in turn, in one commit. */
export async function ingest(client: Client, sensorIds: string | string[], values: number[]): Promise<void> {
  const ids = Array.isArray(sensorIds) ? sensorIds : [sensorIds];
  const observedAt = new Date().toISOString();
  const readings = values.map((value, place) => ({
    sensorId: ids[place % ids.length] ?? '',
    value,
    observedAt,
  }));
  await client.success(Ingest, { input: { readings } }, 'IngestReadingsSuccess');
}
