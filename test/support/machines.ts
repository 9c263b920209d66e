import { graphql } from '../../client/generated/gql.ts';
import { act, create } from '../api/support.ts';
import { unique } from './app.ts';
import type { Client } from './client.ts';
import { subscribe } from './stream.ts';

const CaptureEvents = graphql(`
  subscription SupportCaptures($after: Cursor!) {
    events(after: $after, filter: { kinds: [CaptureStatusChanged] }) {
      __typename
      ... on CaptureStatusChanged { subjectId to }
    }
  }
`);

/** A file that was announced: its content is sent with {@link send}. */
export interface AnnouncedFile {
  fileId: string;
  uploadUrl: string;
}

export async function announceFile(client: Client, name = unique('capture')): Promise<AnnouncedFile> {
  const { file, uploadUrl } = await act<{ file: { id: string }; uploadUrl: string }>(
    client,
    'createUpload',
    { name },
    'file { id } uploadUrl',
  );
  return { fileId: file.id, uploadUrl };
}

export async function send(
  client: Client,
  { uploadUrl }: AnnouncedFile,
  content: string | Uint8Array<ArrayBuffer>,
): Promise<void> {
  const answer = await fetch(new URL(uploadUrl, client.url), { method: 'PUT', body: content });
  if (!answer.ok) throw new Error(`The upload was refused: ${answer.status} ${await answer.text()}`);
}

/** A file whose content is stored. */
export async function storeFile(
  client: Client,
  content: string | Uint8Array<ArrayBuffer>,
  name?: string,
): Promise<string> {
  const announced = await announceFile(client, name);
  await send(client, announced, content);
  return announced.fileId;
}

export const makeMachine = (client: Client, more: object = {}): Promise<string> =>
  create(client, 'Machine', { name: unique('Machine'), ...more });

/** A collector that has registered. */
export async function makeCollector(client: Client, externalId = unique('collector')): Promise<string> {
  const { collector } = await act<{ collector: { id: string } }>(
    client,
    'registerCollector',
    { externalId },
    'collector { id }',
  );
  return collector.id;
}

/** A machine with the collector that speaks with it. */
export async function makeConnected(client: Client, more: object = {}) {
  const collectorId = await makeCollector(client);
  return { collectorId, machineId: await makeMachine(client, { collectorId, ...more }) };
}

/** A command to check the configuration of a machine, which needs nothing else. */
export async function makeCommand(client: Client, machineId: string, more: object = {}): Promise<string> {
  const { machineCommand } = await act<{ machineCommand: { id: string } }>(
    client,
    'commandMachine',
    { machineId, type: 'CHECK_CONFIGURATION', ...more },
    'machineCommand { id }',
  );
  return machineCommand.id;
}

/** Gives a collector what there is to do; answers the ids of the commands. */
export async function claim(client: Client, collectorId: string, more: object = {}): Promise<string[]> {
  const { machineCommands } = await act<{ machineCommands: { id: string }[] }>(
    client,
    'claimMachineCommands',
    { collectorId, ...more },
    'machineCommands { id }',
  );
  return machineCommands.map(({ id }) => id);
}

/** Waits until a capture has been read, or could not be. */
export const readCaptures = (client: Client, ...captureIds: string[]): Promise<void> =>
  readCapturesAfter(client, 'START', ...captureIds);

/** The same for what happens after a cursor: of a capture that is read again. */
export async function readCapturesAfter(
  client: Client,
  after: string,
  ...captureIds: string[]
): Promise<void> {
  const stream = await subscribe(client, CaptureEvents, { after });
  try {
    const waiting = new Set(captureIds);
    while (waiting.size > 0) {
      const message = await stream.next();
      if (message.__typename === 'Gap') throw new Error('The log has lost something.');
      // What there was for others is told as a place in the log.
      if (message.__typename !== 'CaptureStatusChanged') continue;
      if (message.to === 'COMPLETE' || message.to === 'FAILED') waiting.delete(message.subjectId);
    }
  } finally {
    await stream.close();
  }
}
