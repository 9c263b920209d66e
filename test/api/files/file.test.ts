import { describe, expect, it } from 'vitest';
import { graphql } from '../../../client/generated/gql.ts';
import { unique, useApp } from '../../support/app.ts';
import { announce, fileState, storeFile } from '../../support/uploads.ts';
import { absentId, asRole, codeOf } from '../support.ts';

const app = useApp();
const ours = async () => (await app().organizations()).ours;

const Create = graphql(`
  mutation FileCreate($input: CreateUploadInput!) {
    createUpload(input: $input) {
      __typename
      ... on CreateUploadSuccess {
        file { id status mediaType expectedSize expectedSha256 size sha256 uploadUntil url allowedActions }
        uploadUrl
        uploadUntil
      }
      ... on InvalidInputError { issues { path } }
    }
  }
`);
const Archive = graphql(`
  mutation FileArchive($input: ArchiveFileInput!) {
    archiveFile(input: $input) {
      __typename
      ... on ArchiveFileSuccess { file { archivedAt allowedActions url } }
      ... on TransitionError { from action allowedActions }
      ... on ConflictError { currentVersion }
      ... on NotFoundError { id }
    }
  }
`);
const List = graphql(`
  query FileList($filter: FileFilter, $search: String, $orderBy: [FileOrder!]) {
    files(filter: $filter, search: $search, orderBy: $orderBy) { totalCount nodes { id name } }
  }
`);

describe('createUpload', () => {
  it('announces a file, and where its content goes', async () => {
    const { client } = await ours();
    const input = {
      name: ' layer 7.png ',
      mediaType: 'Image/PNG',
      size: '5368709120',
      sha256: 'AB'.repeat(32),
    };
    const made = await client.success(Create, { input }, 'CreateUploadSuccess');
    expect(made.file).toMatchObject({
      status: 'EXPECTED',
      mediaType: 'image/png',
      expectedSize: '5368709120',
      expectedSha256: 'ab'.repeat(32),
      size: null,
      sha256: null,
      url: null,
      uploadUntil: made.uploadUntil,
      allowedActions: [],
    });
    expect(made.uploadUrl).toMatch(new RegExp(`^/files/${made.file.id}\\?.*signature=[\\w-]{43}$`));
  });

  it.each([
    [{ name: '' }, 'name'],
    [{ name: '../../etc/passwd' }, 'name'],
    [{ name: 'a\nb' }, 'name'],
    [{ name: 'x'.repeat(256) }, 'name'],
    [{ mediaType: 'text' }, 'mediaType'],
    [{ mediaType: 'text/csv; charset=utf-8' }, 'mediaType'],
    [{ size: '-1' }, 'size'],
    [{ size: '1.5' }, 'size'],
    [{ sha256: 'abc' }, 'sha256'],
  ])('refuses %o', async (input, path) => {
    const { client } = await ours();
    const refusal = await client.refused(Create, { input: { name: 'a', ...input } }, 'InvalidInputError');
    expect(refusal.issues.map((issue) => issue.path)).toEqual([[path]]);
  });

  it('answers a repeated mutation with a link to the same file', async () => {
    const { client } = await ours();
    const input = { name: 'a', clientMutationId: unique('once') };
    const first = await client.success(Create, { input }, 'CreateUploadSuccess');
    const again = await client.success(Create, { input }, 'CreateUploadSuccess');
    expect([again.file.id, again.uploadUrl]).toEqual([first.file.id, first.uploadUrl]);
  });

  it('is for machines too, and not for those who only look', async () => {
    const organization = await ours();
    const machine = await asRole(organization, 'MACHINE');
    await machine.success(Create, { input: { name: 'a' } }, 'CreateUploadSuccess');
    const text = 'mutation { createUpload(input: { name: "a" }) { __typename } }';
    expect(await codeOf(await asRole(organization, 'VIEWER'), text)).toBe('FORBIDDEN');
  });
});

describe('archiveFile', () => {
  it('keeps a file for what refers to it', async () => {
    const { client } = await ours();
    const fileId = await storeFile(app(), client, 'content');
    const { file } = await client.success(Archive, { input: { fileId } }, 'ArchiveFileSuccess');
    expect(file).toMatchObject({
      archivedAt: expect.any(String),
      allowedActions: [],
      url: expect.any(String),
    });
    const refusal = await client.refused(Archive, { input: { fileId } }, 'TransitionError');
    expect(refusal).toMatchObject({ from: 'ARCHIVED', action: 'ARCHIVE_FILE', allowedActions: [] });
  });

  it('is possible once a content was refused, and not while it is expected', async () => {
    const { client } = await ours();
    const upload = await announce(app(), client, { size: '1' });
    const input = { fileId: upload.id };
    const refusal = await client.refused(Archive, { input }, 'TransitionError');
    expect(refusal).toMatchObject({ from: 'EXPECTED', allowedActions: [] });
    await upload.put('');
    await client.success(Archive, { input }, 'ArchiveFileSuccess');
  });

  it('refuses what it does not know, and another version', async () => {
    const { ours, theirs } = await app().organizations();
    const theirFile = await storeFile(app(), theirs.client, 'content');
    for (const fileId of [absentId('File'), theirFile]) {
      expect(await ours.client.refused(Archive, { input: { fileId } }, 'NotFoundError')).toMatchObject({
        id: fileId,
      });
    }
    const conflict = await theirs.client.refused(
      Archive,
      { input: { fileId: theirFile, expectedVersion: 1 } },
      'ConflictError',
    );
    expect(conflict.currentVersion).toBe(2);
  });
});

describe('files', () => {
  it('are found by what they are', async () => {
    const { client } = await ours();
    const csv = await storeFile(app(), client, 'a;b', { name: 'one.csv' });
    const txt = await storeFile(app(), client, 'hello', { name: 'two.txt' });
    const { id: expected } = await announce(app(), client, { name: 'three.bin' });
    const { sha256 } = (await fileState(client, csv)) ?? {};
    const found = async (variables: object) =>
      (
        await client.query(List, { ...variables, orderBy: [{ field: 'CREATED_AT', direction: 'ASC' }] })
      ).files.nodes.map(({ id }) => id);
    expect(await found({})).toEqual([csv, txt, expected]);
    expect(await found({ filter: { mediaType: { equals: 'text/csv' } } })).toEqual([csv]);
    expect(await found({ filter: { sha256: { equals: sha256 } } })).toEqual([csv]);
    expect(await found({ filter: { status: { equals: 'EXPECTED' } } })).toEqual([expected]);
    expect(await found({ filter: { name: { startsWith: 't' } } })).toEqual([txt, expected]);
    expect(await found({ filter: { storedAt: { isNull: true } } })).toEqual([expected]);
    expect(await found({ filter: { archived: true } })).toEqual([]);
    expect(await found({ search: 'TWO' })).toEqual([txt]);
  });
});
