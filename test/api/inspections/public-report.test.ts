import { unzipSync } from 'fflate';
import { extractText, getDocumentProxy } from 'unpdf';
import { describe, expect, it } from 'vitest';
import { runAsSystem } from '../../../src/commands/runner.ts';
import { startApp, useApp } from '../../support/app.ts';
import { keepPages } from '../../support/artefacts.ts';
import type { Client } from '../../support/client.ts';
import {
  addItem,
  caseNow,
  close,
  makeCase,
  makeReport,
  read,
  storePhoto,
} from '../../support/inspections.ts';
import { act, asRole, codeOf, mutationText, uuidOf } from '../support.ts';

const hour = 3_600_000;
let now: Date | null = null;
const app = useApp({
  now: () => now ?? new Date(),
  environment: { HEATMARK_PUBLIC_REPORTS_PER_MINUTE: '9999' },
});

const lookup = `query ($token: String!, $limit: Int! = 20, $after: String) { publicInspectionReport(token: $token) {
  reference title organizationName createdAt
  cases(limit: $limit, after: $after) { number frame status createdAt closedAt continues merkleRoot
    timestamp { status stampedAt authority tokenHash token }
    items { position reference stepAction stepTitle stepDescription description data latitude longitude accuracy takenAt createdAt imageHash leafHash } } } }`;

interface Shown {
  reference: string;
  cases: { number: string; items: { data: string }[]; merkleRoot: string | null; timestamp: object | null }[];
}

/** What a stranger sees with a token. */
async function shown(client: Client, token: string, more: object = {}): Promise<Shown | null> {
  const answer = await client.as(null).sendText(lookup, { token, ...more });
  return answer.data().publicInspectionReport as Shown | null;
}

async function tokenOf(client: Client, id: string): Promise<string> {
  const answer = await client.sendText('query ($id: ID!) { inspectionReport(id: $id) { token } }', { id });
  return (answer.data().inspectionReport as { token: string }).token;
}

describe('a report’s token', () => {
  it('shows everybody the metadata of its cases and items, without an account and without ids', async () => {
    const { client } = (await app().organizations()).ours;
    const inspectionReportId = await makeReport(client, { reference: 'CRM-4711', title: 'Delivery 12' });
    const first = await makeCase(client, { inspectionReportId });
    const imageId = await storePhoto(app(), client, 5);
    await addItem(client, first, {
      stepAction: 'Photography',
      imageId,
      latitude: '48.8566',
      longitude: '2.3522',
    });
    const done = await close(client, first);
    await makeCase(client, { inspectionReportId });
    const token = await tokenOf(client, inspectionReportId);
    const answer = await client.as(null).sendText(lookup, { token });
    const report = answer.data().publicInspectionReport as Shown;
    expect(report).toMatchObject({ reference: 'CRM-4711', title: 'Delivery 12' });
    expect(report.cases).toHaveLength(2);
    expect(report.cases[0]).toMatchObject({
      number: done.number,
      status: 'CLOSED',
      merkleRoot: done.merkleRoot,
      timestamp: { status: 'FAILED', token: null },
      items: [{ position: 1, stepAction: 'Photography', latitude: '48.8566', longitude: '2.3522' }],
    });
    expect(report.cases[1]).toMatchObject({ status: 'OPEN', merkleRoot: null, timestamp: null, items: [] });
    const text = JSON.stringify(answer.body);
    for (const id of [inspectionReportId, first, imageId]) {
      expect(text).not.toContain(id);
      expect(text).not.toContain(uuidOf(id));
    }
    expect(text).not.toMatch(/\/files\//);
  });

  it('opens nothing else: no other query is answered without an account', async () => {
    const { client } = (await app().organizations()).ours;
    const token = await tokenOf(client, await makeReport(client));
    for (const query of [
      '{ inspectionReports { totalCount } }',
      '{ inspectionCases { totalCount } }',
      `{ inspectionReportByToken(token: "${token}") { id } }`,
      '{ organization { name } }',
    ]) {
      expect([query, await codeOf(client.as(null), query)]).toEqual([query, 'UNAUTHENTICATED']);
      // Nor is it an account.
      expect([query, await codeOf(client.as(token), query)]).toEqual([query, 'UNAUTHENTICATED']);
    }
  });

  it('is long, and of its own for every report', async () => {
    const { client } = (await app().organizations()).ours;
    const tokens = await Promise.all(
      Array.from({ length: 5 }, async () => tokenOf(client, await makeReport(client))),
    );
    expect(new Set(tokens).size).toBe(5);
    // 32 characters of base64url: 192 bits.
    for (const token of tokens) expect(token).toMatch(/^ir_[A-Za-z0-9_-]{32}$/);
  });

  it('that is unknown, malformed, revoked or expired gets the same answer, byte for byte', async () => {
    const { client } = (await app().organizations()).ours;
    const stranger = client.as(null);
    const revokedId = await makeReport(client);
    const revoked = await tokenOf(client, revokedId);
    const expiresAt = new Date(Date.now() + hour).toISOString();
    const expired = await tokenOf(client, await makeReport(client, { expiresAt }));
    expect(await shown(client, revoked)).not.toBeNull();
    expect(await shown(client, expired)).not.toBeNull();
    await act(client, 'revokeInspectionReport', { inspectionReportId: revokedId }, '__typename');
    now = new Date(Date.now() + 2 * hour);
    try {
      const tokens = [
        revoked,
        expired,
        `ir_${'A'.repeat(32)}`,
        '',
        'x',
        revoked.slice(0, -1),
        `${expired}A`,
        '\u0000',
      ];
      const answers = await Promise.all(tokens.map((token) => stranger.sendText(lookup, { token })));
      for (const answer of answers)
        expect(answer).toMatchObject({ status: 200, body: { data: { publicInspectionReport: null } } });
      expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    } finally {
      now = null;
    }
  });

  it('can be renewed, which ends the former one and shares a revoked report again', async () => {
    const { client } = (await app().organizations()).ours;
    const inspectionReportId = await makeReport(client);
    const former = await tokenOf(client, inspectionReportId);
    await act(client, 'renewInspectionReportToken', { inspectionReportId }, '__typename');
    const token = await tokenOf(client, inspectionReportId);
    expect(await shown(client, former)).toBeNull();
    expect(await shown(client, token)).not.toBeNull();
    const status = 'inspectionReport { status token allowedActions }';
    const revoked = await act(
      client,
      'revokeInspectionReport',
      { inspectionReportId, reason: 'Leaked' },
      status,
    );
    expect(revoked).toMatchObject({ inspectionReport: { status: 'REVOKED', token: null } });
    const again = mutationText(
      'revokeInspectionReport',
      '__typename',
      '... on TransitionError { from action }',
    );
    expect((await client.sendText(again, { input: { inspectionReportId } })).data()).toEqual({
      revokeInspectionReport: {
        __typename: 'TransitionError',
        from: 'REVOKED',
        action: 'REVOKE_INSPECTION_REPORT',
      },
    });
    await act(client, 'renewInspectionReportToken', { inspectionReportId }, '__typename');
    expect(await shown(client, token)).toBeNull();
    expect(await shown(client, await tokenOf(client, inspectionReportId))).not.toBeNull();
  });

  it('is told to those who may work in the shop, and to no viewer', async () => {
    const { ours } = await app().organizations();
    const id = await makeReport(ours.client);
    const query = 'query ($id: ID!) { inspectionReport(id: $id) { token } }';
    expect(await codeOf(await asRole(ours, 'VIEWER'), query, { id })).toBe('FORBIDDEN');
    expect(await tokenOf(await asRole(ours, 'OPERATOR'), id)).toMatch(/^ir_/);
  });

  it('is not kept in the clear', async () => {
    const { ours } = await app().organizations();
    const token = await tokenOf(ours.client, await makeReport(ours.client));
    const rows = await app().database.query(
      `SELECT r::text AS text FROM "InspectionReport" r WHERE "organizationId" = $1
       UNION ALL SELECT e::text FROM "Event" e WHERE "organizationId" = $1`,
      [ours.organizationId],
    );
    expect(rows.length).toBeGreaterThan(1);
    expect(JSON.stringify(rows)).not.toContain(token.slice(3));
  });

  it('shows its cases in pages, and not those of other reports', async () => {
    const { client } = (await app().organizations()).ours;
    const inspectionReportId = await makeReport(client);
    const elsewhere = await makeCase(client);
    const ids = [];
    for (let count = 0; count < 3; count++) ids.push(await makeCase(client, { inspectionReportId }));
    const numbers = await Promise.all(ids.map(async (id) => (await caseNow(client, id)).number));
    const token = await tokenOf(client, inspectionReportId);
    const page = async (more: object) =>
      (await shown(client, token, more))?.cases.map(({ number }) => number);
    expect(await page({})).toEqual(numbers);
    expect(await page({ limit: 2 })).toEqual(numbers.slice(0, 2));
    expect(await page({ limit: 2, after: numbers[1] })).toEqual(numbers.slice(2));
    expect(await page({ after: (await caseNow(client, elsewhere)).number })).toEqual([]);
    for (const limit of [0, 51, -1])
      expect(await codeOf(client.as(null), lookup, { token, limit })).toBe('BAD_USER_INPUT');
  });
});

describe('looking up public reports', () => {
  it('is limited by address, found or not, several in one request too', async () => {
    const limited = await startApp({
      shares: app(),
      environment: { HEATMARK_PUBLIC_REPORTS_PER_MINUTE: '3' },
      now: () => new Date('2026-03-01T12:00:30Z'),
    });
    try {
      const { client } = (await app().organizations()).ours;
      const token = await tokenOf(client, await makeReport(client));
      const there = client.as(null);
      const stranger = {
        sendText: (query: string, variables: object) => fetchText(limited.url, query, variables),
      };
      const one = 'query ($token: String!) { publicInspectionReport(token: $token) { reference } }';
      expect((await stranger.sendText(one, { token })).body).not.toHaveProperty('errors');
      expect((await stranger.sendText(one, { token: 'x' })).body).not.toHaveProperty('errors');
      const both = await stranger.sendText(
        'query ($token: String!) { a: publicInspectionReport(token: $token) { reference } b: publicInspectionReport(token: $token) { reference } }',
        { token },
      );
      expect(both.body.errors?.map(({ extensions }) => extensions)).toEqual([
        { code: 'RATE_LIMITED', retryAfter: 30 },
      ]);
      const last = await stranger.sendText(one, { token });
      expect(last.body).toMatchObject({
        data: { publicInspectionReport: null },
        errors: [{ extensions: { code: 'RATE_LIMITED', retryAfter: 30 } }],
      });
      // Whoever has an account works on, and this server counts by itself.
      expect((await there.sendText(one, { token })).data()).toMatchObject({ publicInspectionReport: {} });
    } finally {
      await limited.stop();
    }
  });
});

async function fetchText(url: string, query: string, variables: object) {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  const body = (await response.json()) as { errors?: { extensions: { code: string; retryAfter: number } }[] };
  return { body };
}

describe('a whole report, for those who have an account', () => {
  const links = `query ($token: String!, $hours: Float) { inspectionReportByToken(token: $token) {
    id archiveUrl(hours: $hours) caseLinks(hours: $hours) { number url } } }`;
  interface Whole {
    id: string;
    archiveUrl: string;
    caseLinks: { number: string; url: string }[];
  }
  const whole = async (client: Client, token: string, hours?: number) =>
    (await client.sendText(links, { token, ...(hours === undefined ? {} : { hours }) })).data()
      .inspectionReportByToken as Whole | null;

  it('is an archive of the PDFs of its cases, or links to each', async () => {
    const { client } = (await app().organizations()).ours;
    const inspectionReportId = await makeReport(client, { reference: 'Größe 7' });
    const [first, second] = [
      await makeCase(client, { inspectionReportId }),
      await makeCase(client, { inspectionReportId }),
    ];
    await addItem(client, first, { data: 'First finding' });
    await addItem(client, second, { data: 'Second finding' });
    const done = await close(client, first);
    const open = await caseNow(client, second);
    const report = await whole(client, await tokenOf(client, inspectionReportId));
    expect(report?.id).toBe(inspectionReportId);
    const archive = await read(app(), report?.archiveUrl);
    expect(archive.status).toBe(200);
    expect(archive.headers.get('content-type')).toBe('application/zip');
    expect(archive.headers.get('content-disposition')).toMatch(/^attachment; .*Gr/);
    const entries = unzipSync(archive.content);
    expect(Object.keys(entries)).toEqual([`${done.number}.pdf`, `${open.number}.pdf`]);
    // The closed one is the document that was made then, the open one what it is now.
    expect(Buffer.from(entries[`${done.number}.pdf`] ?? [])).toEqual(
      (await read(app(), done.document?.url)).content,
    );
    const unfinished = entries[`${open.number}.pdf`] ?? new Uint8Array(0);
    await keepPages('inspection-case-open', unfinished);
    const draft = await extractText(await getDocumentProxy(Uint8Array.from(unfinished)), {
      mergePages: true,
    });
    expect(draft.text).toContain('Second finding');
    expect(draft.text).toContain('OPEN');
    expect(report?.caseLinks.map(({ number }) => number)).toEqual([done.number, open.number]);
    for (const { number, url } of report?.caseLinks ?? [])
      expect((await read(app(), url)).headers.get('content-disposition')).toContain(`${number}.pdf`);
  });

  it('can be limited to the cases of the last hours', async () => {
    const { ours } = await app().organizations();
    const { client } = ours;
    const inspectionReportId = await makeReport(client);
    const [old, young] = [
      await makeCase(client, { inspectionReportId }),
      await makeCase(client, { inspectionReportId }),
    ];
    await runAsSystem(app().app.runtime, ours.organizationId, (context) =>
      context.tx.inspectionCase.update({
        where: context.key(uuidOf(old)),
        data: { createdAt: new Date(Date.now() - 30 * hour) },
      }),
    );
    const token = await tokenOf(client, inspectionReportId);
    const numbers = async (hours?: number) =>
      (await whole(client, token, hours))?.caseLinks.map(({ number }) => number);
    const [oldest, newest] = [(await caseNow(client, old)).number, (await caseNow(client, young)).number];
    expect(await numbers()).toEqual([oldest, newest]);
    expect(await numbers(31)).toEqual([oldest, newest]);
    expect(await numbers(29.5)).toEqual([newest]);
    const { content } = await read(app(), (await whole(client, token, 24))?.archiveUrl);
    expect(Object.keys(unzipSync(content))).toEqual([`${newest}.pdf`]);
    for (const hours of [0, -1]) expect(await codeOf(client, links, { token, hours })).toBe('BAD_USER_INPUT');
  });

  it('of a report without a case is an empty archive', async () => {
    const { client } = (await app().organizations()).ours;
    const report = await whole(client, await tokenOf(client, await makeReport(client)));
    expect(report?.caseLinks).toEqual([]);
    expect(unzipSync((await read(app(), report?.archiveUrl)).content)).toEqual({});
  });

  it('is not given to another organization, nor by a link that was changed or has expired', async () => {
    const { ours, theirs } = await app().organizations();
    const inspectionReportId = await makeReport(ours.client);
    const inspectionCaseId = await makeCase(ours.client, { inspectionReportId });
    const token = await tokenOf(ours.client, inspectionReportId);
    expect(await whole(theirs.client, token)).toBeNull();
    const report = await whole(ours.client, token, 5);
    for (const link of [report?.archiveUrl ?? '', report?.caseLinks[0]?.url ?? '']) {
      expect((await read(app(), link)).status).toBe(200);
      const changed = [
        link.replace(/signature=./, 'signature=_'),
        link.replace(/until=\d/, 'until=9'),
        `${link}&since=2020-01-01T00:00:00.000Z`,
        link
          .replace(uuidOf(inspectionReportId), uuidOf(inspectionCaseId))
          .replace(/inspection-report/, 'inspection-case'),
      ].filter((each) => each !== link);
      expect(changed.length).toBeGreaterThan(2);
      for (const each of changed) expect([each, (await read(app(), each)).status]).toEqual([each, 403]);
      now = new Date(Date.now() + 2 * hour);
      try {
        expect((await read(app(), link)).status).toBe(403);
      } finally {
        now = null;
      }
    }
  });

  it('is found by its token while that is shared', async () => {
    const { client } = (await app().organizations()).ours;
    const inspectionReportId = await makeReport(client);
    const token = await tokenOf(client, inspectionReportId);
    await act(client, 'revokeInspectionReport', { inspectionReportId }, '__typename');
    expect(await whole(client, token)).toBeNull();
  });
});

describe('a report', () => {
  it('keeps a reference of its own, and is changed by its version', async () => {
    const { client } = (await app().organizations()).ours;
    const inspectionReportId = await makeReport(client, { reference: 'CRM-1', title: 'Old' });
    await makeReport(client, { reference: 'CRM-2' });
    const text = mutationText(
      'updateInspectionReport',
      'inspectionReport { reference title version }',
      '... on InvalidInputError { issues { path message } } ... on ConflictError { currentVersion }',
    );
    const update = async (input: object) =>
      (await client.sendText(text, { input: { inspectionReportId, ...input } })).data()
        .updateInspectionReport;
    expect(await update({ reference: 'CRM-2' })).toMatchObject({ issues: [{ path: ['reference'] }] });
    expect(await update({ expiresAt: '2020-01-01T00:00:00Z' })).toMatchObject({
      issues: [{ path: ['expiresAt'] }],
    });
    expect(await update({ title: null, expectedVersion: 1 })).toMatchObject({
      inspectionReport: { reference: 'CRM-1', title: null, version: 2 },
    });
    expect(await update({ title: 'New', expectedVersion: 1 })).toMatchObject({ currentVersion: 2 });
  });
});
