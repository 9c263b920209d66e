import { describe, expect, it } from 'vitest';
import { useApp } from '../../support/app.ts';
import { absentId, act, codeOf } from '../support.ts';

const app = useApp();

const page = 'query($after: String) { orders(after: $after) { nodes { id } } }';
const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const uuid = '0193f2c4-0000-7000-8000-000000000000';

describe('a cursor', () => {
  it('of another order of the same list is BAD_USER_INPUT', async () => {
    const { ours } = await app().organizations();
    await act(ours.client, 'createOrder', { name: 'Brackets' }, '__typename');
    const cursorOf = async (args: string) => {
      const answer = await ours.client.sendText(`{ orders${args} { pageInfo { endCursor } } }`);
      return (answer.data().orders as { pageInfo: { endCursor: string } }).pageInfo.endCursor;
    };
    const [newest, byName, byNameDown] = [
      await cursorOf(''),
      await cursorOf('(orderBy: [{ field: NAME }])'),
      await cursorOf('(orderBy: [{ field: NAME, direction: DESC }])'),
    ];
    const list = (orderBy: string) =>
      `query($after: String) { orders(after: $after, orderBy: [${orderBy}]) { nodes { id } } }`;
    for (const [text, after] of [
      [page, byName],
      [list('{ field: NAME }'), newest],
      [list('{ field: NAME }'), byNameDown],
      [list('{ field: NAME }, { field: PRIORITY }'), byName],
      [list('{ field: DUE_DATE }'), byName],
    ] as const) {
      expect(await codeOf(ours.client, text, { after })).toBe('BAD_USER_INPUT');
    }
  });

  it('of another list is BAD_USER_INPUT', async () => {
    const { ours } = await app().organizations();
    await act(ours.client, 'createLocation', { name: 'Hall' }, '__typename');
    await act(ours.client, 'createOrder', { name: 'Brackets' }, '__typename');
    for (const orderBy of ['', 'orderBy: [{ field: NAME }]']) {
      const answer = await ours.client.sendText(
        `{ locations(first: 1 ${orderBy}) { pageInfo { endCursor } } }`,
      );
      const { endCursor: after } = (answer.data().locations as { pageInfo: { endCursor: string } }).pageInfo;
      const text = `query($after: String) { orders(after: $after ${orderBy}) { nodes { id } } }`;
      expect(await codeOf(ours.client, text, { after })).toBe('BAD_USER_INPUT');
    }
  });

  it.each([
    '',
    'x',
    '🔥',
    encoded(null),
    encoded([]),
    encoded(['-id']),
    encoded(['-id', null]),
    encoded(['-id', 1]),
    encoded(['-id', 'ord_1']),
    encoded(['-id', uuid, uuid]),
    encoded(['Order:-id', null]),
    encoded(['Order:-id', 1]),
    encoded(['Order:-id', 'ord_1']),
    encoded(['Order:-id', `${uuid}'`]),
    encoded(['Order:-id', { d: '2026-01-01' }]),
    encoded(['Order:-id', uuid, uuid]),
    'x'.repeat(10_000),
  ])('that is none is BAD_USER_INPUT: %#', async (after) => {
    const { ours } = await app().organizations();
    expect(await codeOf(ours.client, page, { after })).toBe('BAD_USER_INPUT');
  });

  it.each([
    ['DUE_DATE', 'dueDate', 'x'],
    ['DUE_DATE', 'dueDate', { d: 'x' }],
    ['DUE_DATE', 'dueDate', { d: '+275760-09-13T00:00:00.000Z' }],
    ['DUE_DATE', 'dueDate', { d: '0000-01-01T00:00:00.000Z' }],
    ['PRIORITY', 'priority', '1'],
    ['PRIORITY', 'priority', 1.5],
    ['PRIORITY', 'priority', 2 ** 31],
    ['PRIORITY', 'priority', null],
    ['NAME', 'name', 1],
    ['NAME', 'name', 'a\0b'],
    ['NAME', 'name', null],
  ])('with a forged value of %s is BAD_USER_INPUT or a place: %s %j', async (field, column, value) => {
    const { ours } = await app().organizations();
    const after = encoded([`Order:${column},id`, value, uuid]);
    const text = `query($after: String) { orders(after: $after, orderBy: [{ field: ${field} }]) { nodes { id } } }`;
    expect(await codeOf(ours.client, text, { after })).toBe('BAD_USER_INPUT');
  });

  it('whose row is gone from the list is a place all the same', async () => {
    const { ours } = await app().organizations();
    const answer = await ours.client.sendText(page, { after: encoded(['Order:-id', uuid]) });
    expect(answer.data()).toEqual({ orders: { nodes: [] } });
  });
});

describe('the arguments of a list', () => {
  it.each([0, -1, 101, 2_147_483_647])(
    'first: %i is BAD_USER_INPUT, at the root and below',
    async (first) => {
      const { ours } = await app().organizations();
      await act(ours.client, 'createOrder', { name: 'Brackets' }, '__typename');
      expect(await codeOf(ours.client, `{ orders(first: ${first}) { totalCount } }`)).toBe('BAD_USER_INPUT');
      const below = `{ orders { nodes { lineItems(first: ${first}) { totalCount } } } }`;
      expect(await codeOf(ours.client, below)).toBe('BAD_USER_INPUT');
    },
  );

  it.each([
    '(orderBy: [{ field: NAME }, { field: PRIORITY }, { field: NUMBER }, { field: DUE_DATE }])',
    '(search: "a\\u0000b")',
    '(filter: { name: { contains: "\\u0000" } })',
    `(filter: { location: { equals: "${absentId('Order')}" } })`,
    '(filter: { location: { in: ["loc_1"] } })',
    '(filter: { dueDate: { from: "2026-01-01" } })',
    '(filter: { dueDate: { from: "2026-02-30T00:00:00Z" } })',
    '(filter: { priority: { equals: 2147483648 } })',
    '(filter: { status: { equals: DONE } })',
  ])('%s is refused', async (args) => {
    const { ours } = await app().organizations();
    expect(['BAD_USER_INPUT', 'GRAPHQL_VALIDATION_FAILED']).toContain(
      await codeOf(ours.client, `{ orders${args} { totalCount } }`),
    );
  });

  it.each([
    '0000-01-01T00:00:00Z',
    '0001-01-01T00:00:00+01:00',
    '9999-12-31T23:59:59.999Z',
    '9999-12-31T23:59:59-14:00',
    '2016-12-31T23:59:60Z',
  ])('an instant at the end of the calendar is no failure: %s', async (instant) => {
    const { ours } = await app().organizations();
    const answer = await ours.client.sendText(
      'query($at: DateTime) { orders(filter: { dueDate: { from: $at } }) { totalCount } }',
      { at: instant },
    );
    const code = answer.body.errors?.[0]?.extensions.code ?? 'answered';
    expect(['answered', 'BAD_USER_INPUT']).toContain(code);
  });

  it('take the same order twice as once', async () => {
    const { ours } = await app().organizations();
    await act(ours.client, 'createOrder', { name: 'Brackets' }, '__typename');
    const twice =
      '{ orders(orderBy: [{ field: NAME }, { field: NAME, direction: DESC }]) { nodes { name } } }';
    expect((await ours.client.sendText(twice)).data()).toEqual({ orders: { nodes: [{ name: 'Brackets' }] } });
  });
});
