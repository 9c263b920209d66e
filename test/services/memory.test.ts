import { readFileSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { graphql } from '../../client/generated/gql.ts';
import type { TestDatabase } from '../support/databases.ts';
import { landscapeScales } from '../support/mill-certificates.ts';
import { type ServerProcess, startServer } from '../support/server-process.ts';
import { hashOf, peakOf, putMebibytes } from '../support/streamed.ts';
import { announce, storeFile } from '../support/uploads.ts';
import { serverDatabase, stopAll } from './environment.ts';

vi.setConfig({ testTimeout: 300_000 });

const mebibyte = 1024 ** 2;
const large = 2_048;
/** Bytes that a server may take beyond what it holds when it is idle. */
const allowed = 100e6;

const UploadMillCertification = graphql(`
  mutation MemoryUpload($input: UploadMillCertificationInput!) {
    uploadMillCertification(input: $input) {
      __typename
      ... on UploadMillCertificationSuccess { millCertification { id } }
    }
  }
`);
const MillCertification = graphql(`
  query MemoryRead($id: ID!) {
    millCertification(id: $id) { status statusNotes pageCount heats { totalCount } }
  }
`);

let database: TestDatabase & { url: string };
let server: ServerProcess;
beforeAll(async () => {
  // The server's files lie there.
  const { bavail, bsize } = await statfs(tmpdir());
  const needed = (large + 512) * mebibyte;
  if (bavail * bsize < needed) {
    throw new Error(
      `This test needs ${needed} bytes in ${tmpdir()}, which has ${bavail * bsize}. Make room.`,
    );
  }
  database = await serverDatabase();
  server = await startServer({ DATABASE_URL: database.url });
});
afterAll(async () => {
  await stopAll(server);
  await database?.close();
});

/** What the server's own process holds in memory, in bytes. Those that read documents are not counted. */
function resident(): number {
  const line = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'));
  if (!line) throw new Error('The memory of the server cannot be read.');
  return Number(line[1]) * 1_024;
}

async function transfer(mebibytes: number): Promise<void> {
  const upload = await announce(server, server.client);
  const { status, sha256 } = await putMebibytes(upload.url, mebibytes);
  expect(status).toBe(201);
  const { url, size } = await upload.file();
  expect(size).toBe(String(mebibytes * mebibyte));
  expect(await hashOf(new URL(url ?? '', server.url).href)).toBe(sha256);
}

/** Has a certificate read, and answers what became of it. */
async function readCertificate(pdf: Uint8Array) {
  const fileId = await storeFile(server, server.client, pdf as Uint8Array<ArrayBuffer>, { name: 'scan.pdf' });
  const { millCertification } = await server.client.success(
    UploadMillCertification,
    { input: { fileId } },
    'UploadMillCertificationSuccess',
  );
  const read = async () =>
    (await server.client.query(MillCertification, { id: millCertification.id })).millCertification;
  await expect
    .poll(async () => (await read())?.status, { timeout: 240_000, interval: 200 })
    .toMatch(/COMPLETED|FAILED|REJECTED/);
  return read();
}

it('2 GiB up and down again cost the server less than 100 MB of memory', async () => {
  // What a first transfer loads stays loaded.
  await transfer(16);
  const idle = resident();
  const peak = await peakOf(resident, () => transfer(large));
  expect(peak - idle).toBeLessThan(allowed);
});

it('a certificate of 300 pages costs the server less than 100 MB of memory, from its upload until it is read', async () => {
  const [small, long] = [await landscapeScales(1), await landscapeScales(900, 3)];
  expect(await readCertificate(small.bytes)).toMatchObject({ status: 'COMPLETED', pageCount: 1 });
  const idle = resident();
  const peak = await peakOf(resident, async () => {
    expect(await readCertificate(long.bytes)).toEqual({
      status: 'COMPLETED',
      statusNotes: null,
      pageCount: 300,
      heats: { totalCount: 900 },
    });
  });
  expect(peak - idle).toBeLessThan(allowed);
});
