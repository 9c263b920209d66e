import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { refuseExpiredUploads, removeOrphans } from '../../../src/files/housekeeping.ts';
import { newContentKey } from '../../../src/files/storage.ts';
import { newId } from '../../../src/ids.ts';
import { type TestOrganization, useApp } from '../../support/app.ts';
import { announce, storeFile } from '../../support/uploads.ts';
import { logOf, uuidOf } from '../support.ts';

const hour = 3_600_000;
let now = new Date();
const app = useApp({ now: () => now });
const runtime = () => app().app.runtime;
beforeEach(() => {
  now = new Date();
});

/** A content in the storage that was written so many hours ago. */
async function lay(key: string, hours: number): Promise<string> {
  const path = join(app().dataDirectory, 'files', key);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, 'content');
  const at = new Date(Date.now() - hours * hour);
  await utimes(path, at, at);
  return key.split('/').at(-1) as string;
}

const laidIn = async ({ organizationId }: TestOrganization | { organizationId: string }) =>
  (await readdir(join(app().dataDirectory, 'files', organizationId), { recursive: true }))
    .map((name) => name.split('/').at(-1) as string)
    .filter((name) => name.length > 2)
    .sort();

it('refuses uploads that nobody finished, a day after their link expired', async () => {
  const { ours } = await app().organizations();
  const upload = await announce(app(), ours.client);
  now = new Date(now.getTime() + 47 * hour);
  await refuseExpiredUploads(runtime());
  expect(await upload.file()).toMatchObject({ status: 'EXPECTED' });
  now = new Date(now.getTime() + 2 * hour);
  // Several processes tidy up at once.
  await Promise.all([1, 2, 3].map(() => refuseExpiredUploads(runtime())));
  expect(await upload.file()).toMatchObject({
    status: 'REFUSED',
    refusal: expect.stringContaining('in time'),
    version: 2,
  });
  const events = (await logOf(app(), ours)).filter((event) => event.subjectId === uuidOf(upload.id));
  expect(events.map((event) => event.kind)).toEqual(['FileCreated', 'FileRefused']);
  expect(events[1]?.reason).toContain('in time');
});

it('removes contents that belong to no file, and nothing that is young or in use', async () => {
  const { ours } = await app().organizations();
  const { organizationId } = ours;
  const stored = uuidOf(await storeFile(app(), ours.client, 'in use'));
  const { contentKey } = (await runtime().files.find(organizationId, stored)) ?? {};
  const inUse = await lay(contentKey as string, 100);
  const expected = await announce(app(), ours.client);
  const refused = await announce(app(), ours.client, { size: '1' });
  await refused.put('');
  const young = await lay(newContentKey(organizationId, newId()), 23);
  await lay(newContentKey(organizationId, newId()), 25);
  await lay(newContentKey(organizationId, stored), 25);
  await lay(newContentKey(organizationId, uuidOf(expected.id)), 25);
  await lay(newContentKey(organizationId, uuidOf(refused.id)), 25);
  await lay(`${newContentKey(organizationId, newId())}.part`, 25);
  const unfinished = await lay(`${newContentKey(organizationId, newId())}.part`, 23);
  await Promise.all([1, 2, 3].map(() => removeOrphans(runtime())));
  expect(await laidIn(ours)).toEqual([inUse, young, unfinished].sort());
});

it('leaves alone what is not of this database', async () => {
  const stranger = newId();
  const foreign = await lay(newContentKey(stranger, newId()), 1_000);
  await lay('notes.txt', 1_000);
  await removeOrphans(runtime());
  expect(await laidIn({ organizationId: stranger })).toEqual([foreign]);
  expect(await readdir(join(app().dataDirectory, 'files'))).toContain('notes.txt');
});
