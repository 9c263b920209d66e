import { describe, expect, it } from 'vitest';
import { graphql } from '../../../client/generated/gql.ts';
import { useApp } from '../../support/app.ts';
import { subscribe } from '../../support/stream.ts';
import { act, create, logOf, uuidOf } from '../support.ts';

const app = useApp();

const Create = graphql(`
  mutation AnalyserCreate($input: CreateAnalyserInput!) {
    createAnalyser(input: $input) {
      __typename
      ... on CreateAnalyserSuccess {
        analyser { id version name vendor ipAddress url username hasPassword health healthCheckedAt archivedAt collector { id } }
      }
      ... on InvalidInputError { message issues { path message } }
    }
  }
`);
const Update = graphql(`
  mutation AnalyserUpdate($input: UpdateAnalyserInput!) {
    updateAnalyser(input: $input) { __typename ... on UpdateAnalyserSuccess { analyser { hasPassword username version } } }
  }
`);
const Report = graphql(`
  mutation AnalyserReport($input: ReportAnalyserInput!) {
    reportAnalyser(input: $input) {
      __typename
      ... on ReportAnalyserSuccess { applied analyser { health healthNote healthCheckedAt version } }
      ... on TransitionError { from action }
      ... on InvalidInputError { issues { path } }
    }
  }
`);
const Healths = graphql(`
  query Analysers($filter: AnalyserFilter) { analysers(filter: $filter, orderBy: [{ field: NAME }]) { nodes { name } } }
`);
const Stream = graphql(`
  subscription AnalyserStream($analyserId: ID) {
    analysisEvents(analyserId: $analyserId) { __typename ... on Event { kind changes { field before after } } }
  }
`);

const password = 'correct horse battery staple';

describe('an analyser', () => {
  it('has an address, a name to sign in with, and a password that is never told', async () => {
    const { ours } = await app().organizations();
    const input = {
      name: 'Plate watcher',
      vendor: 'Acme',
      ipAddress: '10.0.0.7',
      url: 'https://10.0.0.7:8443/api',
      username: 'shop',
      password,
    };
    const { analyser } = await ours.client.success(Create, { input }, 'CreateAnalyserSuccess');
    const { password: _, ...shown } = input;
    expect(analyser).toEqual({
      ...shown,
      id: analyser.id,
      version: 1,
      hasPassword: true,
      health: 'UNKNOWN',
      healthCheckedAt: null,
      archivedAt: null,
      collector: null,
    });
  });

  it('keeps its password sealed: it is in no column, no event and no receipt', async () => {
    const { ours } = await app().organizations();
    const input = { name: 'Plate watcher', password, clientMutationId: 'once' };
    const { analyser } = await ours.client.success(Create, { input }, 'CreateAnalyserSuccess');
    const stored = await app().app.prisma.analyser.findFirstOrThrow({ where: { id: uuidOf(analyser.id) } });
    const { secrets } = app().app.runtime;
    expect(secrets.open(ours.organizationId, stored.sealedPassword ?? new Uint8Array())).toBe(password);
    const receipts = await app().app.prisma.commandReceipt.findMany({
      where: { organizationId: ours.organizationId },
    });
    const log = await logOf(app(), ours);
    const written = JSON.stringify([receipts, log, { ...stored, sealedPassword: null }], (_key, value) =>
      typeof value === 'bigint' ? String(value) : value,
    );
    expect(written).not.toContain(password);
    expect(Buffer.from(stored.sealedPassword ?? []).includes(password)).toBe(false);
    const made = log.find((event) => event.kind === 'AnalyserCreated');
    expect(made?.after).toMatchObject({ hasPassword: true });
    expect(made?.after).not.toHaveProperty('sealedPassword');
  });

  it('gets another password, and none, and the log says so without telling it', async () => {
    const { ours } = await app().organizations();
    const analyserId = await create(ours.client, 'Analyser', { name: 'Plate watcher', password });
    const change = async (changes: object) =>
      (await ours.client.success(Update, { input: { analyserId, ...changes } }, 'UpdateAnalyserSuccess'))
        .analyser;
    expect(await change({ username: 'shop' })).toMatchObject({ hasPassword: true });
    expect(await change({ password: 'another' })).toMatchObject({ hasPassword: true, username: 'shop' });
    expect(await change({ password: null })).toMatchObject({ hasPassword: false });
    const changes = (await logOf(app(), ours))
      .filter((event) => event.kind === 'AnalyserChanged')
      .map((event) => [event.before, event.after]);
    expect(changes).toEqual([
      [{ username: null }, { username: 'shop' }],
      [{ hasPassword: true }, { hasPassword: true }],
      [{ hasPassword: true }, { hasPassword: false }],
    ]);
  });

  it.each([
    [{ ipAddress: '10.0.0.300' }, 'ipAddress'],
    [{ ipAddress: 'plate.example.com' }, 'ipAddress'],
    [{ url: 'ftp://plate.example.com' }, 'url'],
    [{ url: 'https://shop:word@plate.example.com' }, 'url'],
    [{ url: 'plate' }, 'url'],
    [{ password: '' }, 'password'],
  ])('refuses %j and does not repeat it', async (wrong, path) => {
    const { ours } = await app().organizations();
    const refused = await ours.client.refused(
      Create,
      { input: { name: 'Plate watcher', ...wrong } },
      'InvalidInputError',
    );
    expect(refused.issues.map((issue) => issue.path)).toEqual([[path]]);
    expect(refused.message).not.toContain('word@');
  });

  it('has a name of its own', async () => {
    const { ours, theirs } = await app().organizations();
    await create(ours.client, 'Analyser', { name: 'Plate watcher' });
    await create(theirs.client, 'Analyser', { name: 'Plate watcher' });
    const input = { name: 'Plate watcher' };
    const { issues } = await ours.client.refused(Create, { input }, 'InvalidInputError');
    expect(issues[0]?.path).toEqual(['name']);
  });
});

describe('reportAnalyser', () => {
  const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();

  it('says how it is; the same again is no event, and what comes late changes nothing', async () => {
    const { ours } = await app().organizations();
    const analyserId = await create(ours.client, 'Analyser', { name: 'Plate watcher' });
    const report = async (minute: number, health: 'HEALTHY' | 'DEGRADED', note?: string) =>
      ours.client.success(
        Report,
        { input: { analyserId, health, note, observedAt: at(minute) } },
        'ReportAnalyserSuccess',
      );
    expect(await report(1, 'DEGRADED', 'Camera 2 is dark')).toMatchObject({
      applied: true,
      analyser: { health: 'DEGRADED', healthNote: 'Camera 2 is dark', healthCheckedAt: at(1), version: 2 },
    });
    expect((await report(3, 'HEALTHY')).analyser).toMatchObject({ healthNote: null, version: 3 });
    expect((await report(4, 'HEALTHY')).analyser).toMatchObject({ healthCheckedAt: at(4), version: 3 });
    expect(await report(2, 'DEGRADED')).toMatchObject({
      applied: false,
      analyser: { health: 'HEALTHY', healthCheckedAt: at(4), version: 3 },
    });
    const changed = (await logOf(app(), ours)).filter((event) => event.kind === 'AnalyserChanged');
    expect(changed).toHaveLength(2);
  });

  it.each([
    'HEALTHY',
    'UNREACHABLE',
    'AUTHENTICATION_ERROR',
    'CONFIGURATION_ERROR',
    'DEGRADED',
    'UNKNOWN',
  ] as const)('takes %s, and lists find it', async (health) => {
    const { ours } = await app().organizations();
    const analyserId = await create(ours.client, 'Analyser', { name: 'Plate watcher' });
    await ours.client.success(Report, { input: { analyserId, health } }, 'ReportAnalyserSuccess');
    const { analysers } = await ours.client.query(Healths, { filter: { health: { equals: health } } });
    expect(analysers.nodes).toEqual([{ name: 'Plate watcher' }]);
  });

  it('is refused of one that is archived, and from the future', async () => {
    const { ours } = await app().organizations();
    const analyserId = await create(ours.client, 'Analyser', { name: 'Plate watcher' });
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
    const input = { analyserId, health: 'HEALTHY' as const };
    const future = await ours.client.refused(
      Report,
      { input: { ...input, observedAt: tomorrow } },
      'InvalidInputError',
    );
    expect(future.issues).toEqual([{ path: ['observedAt'] }]);
    await act(ours.client, 'archiveAnalyser', { analyserId }, '__typename');
    expect(await ours.client.refused(Report, { input }, 'TransitionError')).toMatchObject({
      from: 'ARCHIVED',
      action: 'REPORT_ANALYSER',
    });
    const { analysers } = await ours.client.query(Healths, { filter: { archived: false } });
    expect(analysers.nodes).toEqual([]);
  });

  it('is told to those who follow the analyser, and to nobody of another', async () => {
    const { ours } = await app().organizations();
    const analyserId = await create(ours.client, 'Analyser', { name: 'Plate watcher' });
    const otherId = await create(ours.client, 'Analyser', { name: 'Another' });
    const stream = await subscribe(ours.client, Stream, { analyserId });
    await stream.expectNext((message) => message.__typename === 'Position');
    for (const id of [otherId, analyserId])
      await act(ours.client, 'reportAnalyser', { analyserId: id, health: 'HEALTHY' }, '__typename');
    expect(await stream.next()).toMatchObject({
      kind: 'AnalyserChanged',
      changes: expect.arrayContaining([{ field: 'health', before: 'UNKNOWN', after: 'HEALTHY' }]),
    });
    await stream.close();
  });
});
