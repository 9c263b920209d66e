import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { graphql } from '../../../client/generated/gql.ts';
import { newId } from '../../../src/ids.ts';
import { newWebhookSecret, verifyWebhook } from '../../../src/webhooks/signature.ts';
import { unique, useApp } from '../../support/app.ts';
import { type Sink, startSink } from '../../support/webhook-sink.ts';
import { caughtUp, hurried, makeManufacturer, makeWebhook, stateOf } from '../../support/webhooks.ts';
import { absentId, act, asRole, create, logOf, mutationText, type Reply } from '../support.ts';
import { makeDelivery, webhookCases } from '../webhook-mutations.ts';

let time = new Date();
const addresses: Record<string, string[]> = {
  'erp.example.com': ['93.184.216.34'],
  'inside.example.com': ['10.0.0.7'],
};
// Many mutations, on machines that may be busy.
vi.setConfig({ testTimeout: 120_000 });

const app = useApp({
  webhooks: hurried,
  now: () => time,
  resolve: async (host) => (addresses[host] ?? []).map((address) => ({ address, family: 4 })),
});
let sink: Sink;
beforeAll(async () => {
  sink = await startSink();
});
afterAll(() => sink.close());

const Create = graphql(`
  mutation WebhookCreate($input: CreateWebhookInput!) {
    createWebhook(input: $input) {
      __typename
      ... on CreateWebhookSuccess { secret webhook { id name url format kinds about status version allowedActions previousSecretUntil } }
      ... on InvalidInputError { issues { path message } }
      ... on BlockedError { blockedBy { rule message } }
    }
  }
`);
const Update = graphql(`
  mutation WebhookUpdate($input: UpdateWebhookInput!) {
    updateWebhook(input: $input) {
      __typename
      ... on UpdateWebhookSuccess { webhook { name url kinds about version } }
      ... on InvalidInputError { issues { path message } }
    }
  }
`);
const Rotate = graphql(`
  mutation WebhookRotate($input: RotateWebhookSecretInput!) {
    rotateWebhookSecret(input: $input) {
      __typename
      ... on RotateWebhookSecretSuccess { secret webhook { previousSecretUntil } }
      ... on InvalidInputError { issues { path } }
    }
  }
`);
const List = graphql(`
  query WebhookList($filter: WebhookFilter, $search: String) {
    webhooks(filter: $filter, search: $search) { totalCount nodes { id } }
  }
`);

const quiet = { kinds: ['RunAlert' as const] };
const webhook = (url = sink.url) => ({ name: unique('Webhook'), url, ...quiet });

describe('createWebhook', () => {
  it('makes one that is told of everything from now on, and tells its secret', async () => {
    const { ours } = await app().organizations();
    const input = { name: unique('ERP'), url: 'https://erp.example.com/hook' };
    const made = await ours.client.success(Create, { input }, 'CreateWebhookSuccess');
    expect(made.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(made.webhook).toMatchObject({
      ...input,
      format: 'HEATMARK',
      kinds: [],
      about: [],
      status: 'ACTIVE',
      version: 1,
      previousSecretUntil: null,
    });
    await act(ours.client, 'archiveWebhook', { webhookId: made.webhook.id }, '__typename');
  });

  it.each([
    'http://erp.example.com/',
    'https://inside.example.com/',
    'https://unknown.example.com/',
    'https://10.0.0.7/',
    'https://localhost/',
    'https://user@erp.example.com/',
    'nonsense',
  ])('refuses %s, in words that name no address', async (url) => {
    const { ours } = await app().organizations();
    const refused = await ours.client.refused(Create, { input: webhook(url) }, 'InvalidInputError');
    expect(refused.issues).toMatchObject([{ path: ['url'] }]);
    expect(refused.issues[0]?.message).not.toContain('10.0.0.7');
    const { id } = await makeWebhook(ours.client, sink.url, quiet);
    const update = await ours.client.refused(Update, { input: { webhookId: id, url } }, 'InvalidInputError');
    expect(update.issues).toEqual(refused.issues);
  });

  it('refuses a name that is taken', async () => {
    const { ours, theirs } = await app().organizations();
    const input = webhook();
    await ours.client.success(Create, { input }, 'CreateWebhookSuccess');
    await theirs.client.success(Create, { input }, 'CreateWebhookSuccess');
    const refused = await ours.client.refused(Create, { input }, 'InvalidInputError');
    expect(refused.issues).toMatchObject([{ path: ['name'] }]);
  });

  it('refuses objects that are not there, and those of others', async () => {
    const { ours, theirs } = await app().organizations();
    const [own, foreign] = [await makeManufacturer(ours.client), await makeManufacturer(theirs.client)];
    const about = [own, foreign, absentId('Order')];
    const input = { ...webhook(), about };
    const refused = await ours.client.refused(Create, { input }, 'InvalidInputError');
    expect(refused.issues.map(({ path }) => path)).toEqual([
      ['about', '1'],
      ['about', '2'],
    ]);
    const made = await ours.client.success(
      Create,
      { input: { ...input, about: [own, own] } },
      'CreateWebhookSuccess',
    );
    expect(made.webhook.about).toEqual([own]);
  });

  it('refuses more than fifty in use', async () => {
    const { ours } = await app().organizations();
    const { id } = await makeWebhook(ours.client, sink.url, quiet);
    const row = await app().app.prisma.webhook.findFirstOrThrow({
      where: { organizationId: ours.organizationId },
    });
    const others = Array.from({ length: 49 }, () => ({ ...row, id: newId(), name: unique('Webhook') }));
    await app().app.prisma.webhook.createMany({ data: others });
    const refused = await ours.client.refused(Create, { input: webhook() }, 'BlockedError');
    expect(refused.blockedBy).toMatchObject([{ rule: 'webhook.number' }]);
    await act(ours.client, 'archiveWebhook', { webhookId: id }, '__typename');
    await ours.client.success(Create, { input: webhook() }, 'CreateWebhookSuccess');
  });

  it('is for administrators, and so are webhooks and their events', async () => {
    const { ours } = await app().organizations();
    const operator = await asRole(ours, 'OPERATOR');
    const { id } = await makeWebhook(ours.client, sink.url, quiet);
    for (const query of [`{ webhook(id: "${id}") { url } }`, '{ webhooks { totalCount } }']) {
      expect((await operator.sendText(query)).graphqlErrors()[0]?.extensions.code).toBe('FORBIDDEN');
    }
    expect((await operator.sendText(`{ node(id: "${id}") { id } }`)).data()).toEqual({ node: null });
    const log = '{ events(first: 100, filter: { kinds: [WebhookCreated] }) { nodes { subjectId } } }';
    expect((await operator.sendText(log)).data()).toEqual({ events: { nodes: [] } });
    expect((await ours.client.sendText(log)).data()).toEqual({ events: { nodes: [{ subjectId: id }] } });
  });
});

describe('updateWebhook', () => {
  it('changes what it is given', async () => {
    const { ours } = await app().organizations();
    const { id } = await makeWebhook(ours.client, sink.url, quiet);
    const about = [await makeManufacturer(ours.client)];
    const input = { webhookId: id, name: unique('Renamed'), kinds: ['RunCreated' as const], about };
    const { webhook } = await ours.client.success(Update, { input }, 'UpdateWebhookSuccess');
    expect(webhook).toMatchObject({
      name: input.name,
      kinds: ['RunCreated'],
      about,
      url: sink.url,
      version: 2,
    });
    const all = { webhookId: id, kinds: [], about: [] };
    const after = await ours.client.success(Update, { input: all }, 'UpdateWebhookSuccess');
    expect(after.webhook).toMatchObject({ name: input.name, kinds: [], about: [], version: 3 });
    await act(ours.client, 'archiveWebhook', { webhookId: id }, '__typename');
  });

  it('sends what waits to the new URL', async () => {
    const { ours } = await app().organizations();
    const [old, other] = [await startSink(), await startSink()];
    old.answer = () => 500;
    const { id } = await makeWebhook(ours.client, old.url, { kinds: ['ManufacturerCreated'] });
    const object = await makeManufacturer(ours.client);
    await old.until(() => old.received.length > 0);
    await ours.client.success(Update, { input: { webhookId: id, url: other.url } }, 'UpdateWebhookSuccess');
    await other.until(() => other.accepted.length > 0);
    expect(other.accepted.map((each) => each.subject)).toEqual([object]);
    await Promise.all([old.close(), other.close()]);
  });
});

describe('rotateWebhookSecret', () => {
  it('signs with both until the former ends, and then with the new one alone', async () => {
    const { ours } = await app().organizations();
    const own = await startSink();
    const { id, secret } = await makeWebhook(ours.client, own.url, { kinds: ['ManufacturerCreated'] });
    const rotated = await ours.client.success(
      Rotate,
      { input: { webhookId: id } },
      'RotateWebhookSecretSuccess',
    );
    expect(rotated.secret).toMatch(/^whsec_/);
    expect(rotated.secret).not.toBe(secret);
    expect(Date.parse(rotated.webhook.previousSecretUntil ?? '')).toBe(time.getTime() + 86_400_000);
    const accepts = (place: number) => {
      const { headers, body } = own.accepted[place] ?? { headers: {}, body: '' };
      return [secret, rotated.secret ?? '', newWebhookSecret()].map((each) =>
        verifyWebhook(each, headers, body, { now: time }),
      );
    };
    await makeManufacturer(ours.client);
    await own.until(() => own.accepted.length === 1);
    expect(accepts(0)).toEqual([true, true, false]);
    time = new Date(time.getTime() + 86_400_001);
    await makeManufacturer(ours.client);
    await own.until(() => own.accepted.length === 2);
    expect(accepts(1)).toEqual([false, true, false]);
    await own.close();
  });

  it('ends the former at once where it is told so, and at the latest in thirty days', async () => {
    const { ours } = await app().organizations();
    const { id } = await makeWebhook(ours.client, sink.url, quiet);
    const until = (days: number) => new Date(time.getTime() + days * 86_400_000).toISOString();
    const input = { webhookId: id, previousSecretUntil: until(-1) };
    const now = await ours.client.success(Rotate, { input }, 'RotateWebhookSecretSuccess');
    expect(now.webhook.previousSecretUntil).toBeNull();
    const late = { webhookId: id, previousSecretUntil: until(31) };
    const refused = await ours.client.refused(Rotate, { input: late }, 'InvalidInputError');
    expect(refused.issues).toEqual([{ path: ['previousSecretUntil'] }]);
  });

  it('never tells a secret a second time', async () => {
    const { ours } = await app().organizations();
    const input = { ...webhook(), clientMutationId: 'once' };
    const first = await ours.client.success(Create, { input }, 'CreateWebhookSuccess');
    expect(await ours.client.success(Create, { input }, 'CreateWebhookSuccess')).toEqual({
      ...first,
      secret: null,
    });
    const rotation = { webhookId: first.webhook.id, clientMutationId: 'once' };
    const rotated = await ours.client.success(Rotate, { input: rotation }, 'RotateWebhookSecretSuccess');
    const again = await ours.client.success(Rotate, { input: rotation }, 'RotateWebhookSecretSuccess');
    expect(again).toEqual({ ...rotated, secret: null });
  });
});

describe('a secret', () => {
  it('stands nowhere but in the one answer: not in the log, a receipt, a column or a message', async () => {
    const { ours } = await app().organizations();
    const own = await startSink();
    const { id, secret } = await makeWebhook(ours.client, own.url);
    const input = { webhookId: id, clientMutationId: 'once' };
    const rotated = await ours.client.success(Rotate, { input }, 'RotateWebhookSecretSuccess');
    await act(ours.client, 'testWebhook', { webhookId: id }, '__typename');
    await caughtUp(ours.client, id);
    const tables = await app().database.query<{ name: string }>(
      `SELECT table_name AS name FROM information_schema.columns
       WHERE column_name = 'organizationId' AND table_schema = 'public'`,
    );
    const stored = [];
    for (const { name } of tables) {
      stored.push(
        ...(await app().database.query<{ row: string }>(
          `SELECT to_jsonb(t)::text AS row FROM "${name}" t WHERE "organizationId" = $1`,
          [ours.organizationId],
        )),
      );
    }
    const shown = await ours.client.sendText(
      '{ events(first: 100) { nodes { __typename changes { field before after } } } webhooks { nodes { id name url } } }',
    );
    const everything = JSON.stringify([
      stored,
      shown.body,
      own.received.map(({ headers, body }) => [headers, body]),
    ]);
    for (const each of [secret, rotated.secret ?? '']) {
      const key = Buffer.from(each.slice('whsec_'.length), 'base64');
      expect(key).toHaveLength(32);
      for (const form of [
        key.toString('base64'),
        key.toString('base64url'),
        key.toString('hex'),
        Buffer.from(each).toString('hex'),
      ]) {
        expect(everything).not.toContain(form.replace(/=+$/, ''));
      }
    }
    expect(everything).not.toContain('whsec_');
    expect(everything).not.toContain('ealedSecret":"whsec');
    const created = (await logOf(app(), ours)).find(({ kind }) => kind === 'WebhookCreated');
    expect(created?.after).toMatchObject({ hasSecret: true, url: own.url });
    expect(Object.keys(created?.after ?? {})).not.toContain('sealedSecret');
    await own.close();
  });
});

describe('a webhook of another organization', () => {
  it('is not there: not to queries, not to mutations, and neither are its deliveries', async () => {
    const { ours, theirs } = await app().organizations();
    const { webhookId, webhookDeliveryId } = await makeDelivery(theirs.client);
    for (const [field, id] of [
      ['webhook', webhookId],
      ['webhookDelivery', webhookDeliveryId],
      ['node', webhookId],
      ['node', webhookDeliveryId],
    ]) {
      const query = `query($id: ID!) { ${field}(id: $id) { id } }`;
      expect((await ours.client.sendText(query, { id })).data()).toEqual({ [field ?? '']: null });
      expect((await theirs.client.sendText(query, { id })).data()).toEqual({ [field ?? '']: { id } });
    }
    const refused = [];
    for (const { mutation, subject, rest } of webhookCases) {
      if (!subject) continue;
      const id = subject.noun === 'Webhook' ? webhookId : webhookDeliveryId;
      const input = { ...(await rest(ours.client)), [subject.field]: id };
      const answer = await ours.client.sendText(mutationText(mutation, '__typename'), { input });
      refused.push((answer.data()[mutation] as Reply).__typename);
    }
    expect(refused).toEqual(refused.map(() => 'NotFoundError'));
    expect(refused).toHaveLength(9);
  });
});

describe('webhooks', () => {
  it('are found by status, by whether they are archived, and by text', async () => {
    const { ours } = await app().organizations();
    const ids: string[] = [];
    for (let count = 0; count < 3; count++) ids.push((await makeWebhook(ours.client, sink.url, quiet)).id);
    await act(ours.client, 'pauseWebhook', { webhookId: ids[0] }, '__typename');
    await act(ours.client, 'archiveWebhook', { webhookId: ids[1] }, '__typename');
    const found = async (variables: Parameters<typeof ours.client.query<unknown, object>>[1]) =>
      (await ours.client.query(List, variables)).webhooks.nodes.map(({ id }) => id);
    expect(await found({ filter: { status: { equals: 'PAUSED' } } })).toEqual([ids[0]]);
    expect(await found({ filter: { isArchived: true } })).toEqual([ids[1]]);
    expect(await found({ filter: { isArchived: false } })).toEqual([ids[2], ids[0]]);
    expect(await found({ search: '127.0.0.1' })).toHaveLength(3);
  });

  it('show their deliveries by status, kind and object', async () => {
    const { ours } = await app().organizations();
    const own = await startSink();
    const { id } = await makeWebhook(ours.client, own.url, {
      kinds: ['ManufacturerCreated', 'LocationCreated'],
    });
    const object = await makeManufacturer(ours.client);
    await create(ours.client, 'Location', { name: unique('Hall') });
    await caughtUp(ours.client, id);
    const count = async (filter: string) => {
      const query = `{ webhook(id: "${id}") { deliveries(filter: ${filter}) { totalCount } } }`;
      const { webhook } = (await ours.client.sendText(query)).data() as {
        webhook: { deliveries: { totalCount: number } };
      };
      return webhook.deliveries.totalCount;
    };
    expect(await count('{}')).toBe(2);
    expect(await count('{ status: { equals: DELIVERED } }')).toBe(2);
    expect(await count('{ status: { in: [DEAD, PENDING] } }')).toBe(0);
    expect(await count('{ kind: { equals: LocationCreated } }')).toBe(1);
    expect(await count(`{ subject: { equals: "${object}" } }`)).toBe(1);
    expect(await count(`{ subject: { in: ["${absentId('Order')}"] } }`)).toBe(0);
    await own.close();
  });

  it('that are archived are sent nothing, and can do nothing more', async () => {
    const { ours } = await app().organizations();
    const [own, other] = [await startSink(), await startSink()];
    own.answer = () => 500;
    const kinds = ['ManufacturerCreated' as const];
    const { id } = await makeWebhook(ours.client, own.url, { kinds });
    await makeWebhook(ours.client, other.url, { kinds });
    await makeManufacturer(ours.client);
    await own.until(() => own.received.length > 0);
    await act(ours.client, 'archiveWebhook', { webhookId: id }, '__typename');
    const state = await stateOf(ours.client, id);
    expect(state).toMatchObject({ allowedActions: [], deliveries: { nodes: [] } });
    const before = own.received.length;
    await makeManufacturer(ours.client);
    await other.until(() => other.accepted.length === 2);
    // One that was under way may still have come.
    expect(own.received.length).toBeLessThanOrEqual(before + 1);
    await Promise.all([own.close(), other.close()]);
  });
});
