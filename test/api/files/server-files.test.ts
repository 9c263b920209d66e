import { Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { runAsSystem } from '../../../src/commands/runner.ts';
import { InvalidInputError } from '../../../src/errors.ts';
import { requireStoredFile } from '../../../src/files/file.service.ts';
import { FileNotStoredError, type StoredFile } from '../../../src/files/files.ts';
import { encodeId, newId } from '../../../src/ids.ts';
import { type TestOrganization, useApp } from '../../support/app.ts';
import { announce, fileState, storeFile } from '../../support/uploads.ts';
import { act, logOf, uuidOf } from '../support.ts';

const app = useApp();
const runtime = () => app().app.runtime;
const csv = { name: 'layers.csv', mediaType: 'text/csv' };

async function* letters(count: number): AsyncGenerator<Buffer> {
  for (let done = 0; done < count; done += 1_000) yield Buffer.alloc(1_000, 'x');
}

async function listOf(keys: AsyncIterable<string>): Promise<string[]> {
  const found: string[] = [];
  for await (const key of keys) found.push(key);
  return found;
}

const keysOf = async ({ organizationId }: TestOrganization) =>
  (await listOf(runtime().files.storage.keys(new Date(Date.now() + 60_000)))).filter((key) =>
    key.startsWith(organizationId),
  );

describe('a file that the server makes', () => {
  it.each<[string, () => Readable | Uint8Array, string]>([
    ['of bytes', () => Buffer.from('a;b\n'), 'a;b\n'],
    ['of a stream', () => Readable.from(letters(300_000)), 'x'.repeat(300_000)],
    ['of nothing', () => new Uint8Array(), ''],
  ])('is stored at once: %s', async (_what, content, expected) => {
    const { ours } = await app().organizations();
    const fileId = await runtime().files.store(ours.organizationId, csv, content());
    expect(await text(await runtime().files.read(ours.organizationId, fileId))).toBe(expected);
    const file = await fileState(ours.client, encodeId('File', fileId));
    expect(file).toMatchObject({ ...csv, status: 'STORED', size: String(expected.length), version: 1 });
    const events = (await logOf(app(), ours)).filter((event) => event.subjectId === fileId);
    expect(events.map((event) => [event.kind, event.actorKind])).toEqual([['FileStored', 'SYSTEM']]);
  });

  it('comes with the commit of the command that makes it, or not at all', async () => {
    const { ours } = await app().organizations();
    const { organizationId } = ours;
    let lost = '';
    await expect(
      runAsSystem(runtime(), organizationId, async (context) => {
        lost = await runtime().files.store(context, csv, Buffer.from('lost'));
        throw new Error('it was thought better of');
      }),
    ).rejects.toThrow('it was thought better of');
    await expect(runtime().files.read(organizationId, lost)).rejects.toBeInstanceOf(FileNotStoredError);
    const kept = await runAsSystem(runtime(), organizationId, (context) =>
      runtime().files.store(context, csv, Buffer.from('kept')),
    );
    expect(await text(await runtime().files.read(organizationId, kept))).toBe('kept');
  });

  it('leaves nothing where its content fails', async () => {
    const { ours } = await app().organizations();
    async function* failing(): AsyncGenerator<Buffer> {
      yield Buffer.from('x');
      throw new Error('the parser failed');
    }
    const storing = runtime().files.store(ours.organizationId, csv, Readable.from(failing()));
    await expect(storing).rejects.toThrow('the parser failed');
    expect(await keysOf(ours)).toEqual([]);
  });
});

describe('reading a file', () => {
  it('gives a range of it', async () => {
    const { ours } = await app().organizations();
    const fileId = uuidOf(await storeFile(app(), ours.client, '0123456789'));
    const range = await runtime().files.read(ours.organizationId, fileId, { start: 3, end: 5 });
    expect((await buffer(range)).toString()).toBe('345');
  });

  it('is possible only where it is stored, in its organization', async () => {
    const { ours, theirs } = await app().organizations();
    const expected = await announce(app(), ours.client);
    const refused = await announce(app(), ours.client, { size: '1' });
    await refused.put('');
    const foreign = await storeFile(app(), theirs.client, 'theirs');
    for (const id of [expected.id, refused.id, foreign, encodeId('File', newId())]) {
      const reading = runtime().files.read(ours.organizationId, uuidOf(id));
      await expect(reading).rejects.toBeInstanceOf(FileNotStoredError);
    }
  });
});

describe('onStored', () => {
  it('tells of uploads and of what the server stored by itself, once each, after the commit', async () => {
    const { ours } = await app().organizations();
    const told: StoredFile[] = [];
    runtime().files.onStored((file) => {
      if (file.organizationId === ours.organizationId) told.push(file);
    });
    const upload = await announce(app(), ours.client, { name: 'capture.csv' });
    await Promise.all([upload.put('a;b'), upload.put('a;b')]);
    await upload.put('a;b');
    const made = await runtime().files.store(ours.organizationId, csv, Buffer.from('made'));
    expect(told.map(({ id, name, mediaType, size }) => [id, name, mediaType, size])).toEqual([
      [uuidOf(upload.id), 'capture.csv', 'text/csv', 3],
      [made, 'layers.csv', 'text/csv', 4],
    ]);
  });

  it('does not fail an upload because somebody who is told fails', async () => {
    const { ours } = await app().organizations();
    runtime().files.onStored(() => {
      throw new Error('a defect of a listener');
    });
    await storeFile(app(), ours.client, 'content');
  });
});

describe('a command that names a file', () => {
  const required = (organization: TestOrganization, fileId: string) =>
    runAsSystem(runtime(), organization.organizationId, (context) =>
      requireStoredFile(context, uuidOf(fileId), ['captures', '0', 'fileId']),
    );
  const refusalOf = async (organization: TestOrganization, fileId: string) => {
    const error = await required(organization, fileId).catch((refusal: unknown) => refusal);
    expect(error).toBeInstanceOf(InvalidInputError);
    const [issue] = (error as InvalidInputError).issues;
    expect(issue?.path).toEqual(['captures', '0', 'fileId']);
    return issue?.message;
  };

  it('gets it where it is stored and in use', async () => {
    const { ours } = await app().organizations();
    const fileId = await storeFile(app(), ours.client, 'content');
    expect(await required(ours, fileId)).toMatchObject({ id: uuidOf(fileId), status: 'STORED' });
  });

  it('is refused with what to do where it is not', async () => {
    const { ours, theirs } = await app().organizations();
    const expected = await announce(app(), ours.client);
    expect(await refusalOf(ours, expected.id)).toMatch(/has not been uploaded. Upload it first/);
    const refused = await announce(app(), ours.client, { size: '1' });
    await refused.put('');
    expect(await refusalOf(ours, refused.id)).toMatch(/was refused: 1 bytes were announced, 0 came/);
    const archived = await storeFile(app(), ours.client, 'content');
    await act(ours.client, 'archiveFile', { fileId: archived }, '__typename');
    expect(await refusalOf(ours, archived)).toMatch(/is archived/);
    const foreign = await storeFile(app(), theirs.client, 'theirs');
    for (const id of [foreign, encodeId('File', newId())]) {
      expect(await refusalOf(ours, id)).toMatch(/names no File that is visible to you/);
    }
  });
});
