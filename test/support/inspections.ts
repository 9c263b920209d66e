import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { expect } from 'vitest';
import { act, create } from '../api/support.ts';
import { type TestApp, unique } from './app.ts';
import type { Client } from './client.ts';
import { storeFile } from './uploads.ts';

/** A PNG of one pixel; `shade` makes others. */
export function pixel(shade: number): Uint8Array<ArrayBuffer> {
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const framed = Buffer.alloc(body.length + 8);
    framed.writeUInt32BE(data.length, 0);
    body.copy(framed, 4);
    framed.writeUInt32BE(crc32(body), body.length + 4);
    return framed;
  };
  const header = Buffer.from('00000001000000010800000000', 'hex');
  const pixels = deflateSync(Buffer.from([0, shade]));
  const signature = Buffer.from('89504e470d0a1a0a', 'hex');
  return Uint8Array.from(
    Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', pixels), chunk('IEND', Buffer.alloc(0))]),
  );
}

/** A PNG as large as a photo, with something on it that a person can see. */
export async function picture(): Promise<Uint8Array<ArrayBuffer>> {
  const drawing = `<svg xmlns="http://www.w3.org/2000/svg" width="1600" height="1200">
    <rect width="1600" height="1200" fill="#9aa4ab"/><path d="M0 640 C400 560 1200 720 1600 600" stroke="#4b5257" stroke-width="60" fill="none"/>
    <circle cx="860" cy="650" r="90" fill="none" stroke="#c00000" stroke-width="10"/></svg>`;
  return Uint8Array.from(await sharp(Buffer.from(drawing)).png().toBuffer());
}

/** A report. */
export const makeReport = (client: Client, more: object = {}): Promise<string> =>
  create(client, 'InspectionReport', { reference: unique('CRM'), ...more });

/** What a case may be made with. */
export interface CaseInput {
  readonly inspectionReportId?: string;
  readonly pieceId?: string;
  readonly continuesId?: string;
}

/** An open case, of a report of its own unless told otherwise. */
export const makeCase = async (client: Client, more: CaseInput = {}): Promise<string> =>
  create(client, 'InspectionCase', {
    frame: 'Visual inspection',
    ...more,
    inspectionReportId: more.inspectionReportId ?? (await makeReport(client)),
  });

export interface AddedItem {
  readonly id: string;
  readonly position: number;
  readonly reference: string;
  readonly leafHash: string;
  readonly imageHash: string | null;
}

/** An item of a case. */
export async function addItem(
  client: Client,
  inspectionCaseId: string,
  more: object = {},
): Promise<AddedItem> {
  const { inspectionItem } = await act<{ inspectionItem: AddedItem }>(
    client,
    'addInspectionItem',
    { inspectionCaseId, stepAction: 'Text', data: unique('Found'), ...more },
    'inspectionItem { id position reference leafHash imageHash }',
  );
  return inspectionItem;
}

/** A stored photo, by its id. */
export const storePhoto = (app: Pick<TestApp, 'url'>, client: Client, shade = 1): Promise<string> =>
  storeFile(app, client, pixel(shade), { name: unique('photo.png') });

const closed = `{ id number status version merkleRoot closedAt document { id url } bundle { id url }
  timestamp { id status imprint stampedAt subject serialNumber policy token tokenHash verdict check reason authority } }`;

export interface ClosedCase {
  readonly id: string;
  readonly number: string;
  readonly status: string;
  readonly version: number;
  readonly merkleRoot: string | null;
  readonly closedAt: string | null;
  readonly document: { id: string; url: string } | null;
  readonly bundle: { id: string; url: string } | null;
  readonly timestamp: {
    id: string;
    status: string;
    imprint: string;
    stampedAt: string | null;
    subject: string | null;
    serialNumber: string | null;
    policy: string | null;
    token: string | null;
    tokenHash: string | null;
    verdict: string | null;
    check: string | null;
    reason: string | null;
    authority: string | null;
  } | null;
}

/** A case as it is now. */
export async function caseNow(client: Client, id: string): Promise<ClosedCase> {
  const answer = await client.sendText(`query ($id: ID!) { inspectionCase(id: $id) ${closed} }`, { id });
  return answer.data().inspectionCase as ClosedCase;
}

/** Closes a case; answers it when the authority has answered and its documents are made. */
export async function close(client: Client, inspectionCaseId: string): Promise<ClosedCase> {
  await act(client, 'closeInspectionCase', { inspectionCaseId }, '__typename');
  return documented(client, inspectionCaseId);
}

/** The case when its documents are there. */
export async function documented(client: Client, id: string): Promise<ClosedCase> {
  await expect.poll(async () => (await caseNow(client, id)).bundle, { timeout: 20_000 }).not.toBeNull();
  return caseNow(client, id);
}

/** What a link leads to. */
export async function read(
  app: Pick<TestApp, 'url'>,
  link: string | undefined,
): Promise<{ status: number; headers: Headers; content: Buffer }> {
  const response = await fetch(new URL(link ?? '', app.url));
  return {
    status: response.status,
    headers: response.headers,
    content: Buffer.from(await response.arrayBuffer()),
  };
}
