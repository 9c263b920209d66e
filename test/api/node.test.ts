import { isObjectType } from 'graphql';
import { describe, expect, it } from 'vitest';
import { schema } from '../../schema/index.ts';
import { idPrefixes, type Noun } from '../../src/ids.ts';
import { useApp } from '../support/app.ts';
import { makeOrder, makeShop } from '../support/factories.ts';
import { absentId, codeOf } from './support.ts';

const app = useApp();

/** The look-ups by id: `order(id)`. */
const lookups = Object.values(schema.getQueryType()?.getFields() ?? {}).flatMap(({ name, type, args }) =>
  isObjectType(type) && args[0]?.name === 'id' ? [[name, type.name as Noun] as const] : [],
);

const malformed = (noun: Noun) => [
  '',
  ' ',
  '1',
  'null',
  idPrefixes[noun],
  `${idPrefixes[noun]}_`,
  `${idPrefixes[noun]}_0193f2c4`,
  `${absentId(noun)}0`,
  ` ${absentId(noun)}`,
  absentId(noun).toUpperCase(),
  absentId(noun).replace('_', '-'),
  `xyz${absentId(noun).slice(idPrefixes[noun].length)}`,
  'x'.repeat(5_000),
];

describe.each(lookups)('%s(id)', (field, noun) => {
  const text = `query($id: ID!) { ${field}(id: $id) { id } }`;

  it('is null for an id that names nothing', async () => {
    const { ours } = await app().organizations();
    expect((await ours.client.sendText(text, { id: absentId(noun) })).data()).toEqual({ [field]: null });
  });

  it('refuses an id of another type, and what is no id, as BAD_USER_INPUT', async () => {
    const { ours } = await app().organizations();
    const other: Noun = noun === 'Order' ? 'Run' : 'Order';
    for (const id of [absentId(other), ...malformed(noun)]) {
      expect([id, await codeOf(ours.client, text, { id })]).toEqual([id, 'BAD_USER_INPUT']);
    }
  });
});

describe('node(id)', () => {
  const text = 'query($id: ID!) { node(id: $id) { __typename id ... on Order { number } } }';

  it('finds an object of any kind', async () => {
    const { ours } = await app().organizations();
    const shop = await makeShop(ours.client);
    const { orderId, number, lineItemId, pieces } = await makeOrder(ours.client, shop, { quantity: 1 });
    expect((await ours.client.sendText(text, { id: orderId })).data()).toEqual({
      node: { __typename: 'Order', id: orderId, number },
    });
    for (const [id, type] of [
      [lineItemId, 'LineItem'],
      [pieces[0]?.id, 'Piece'],
      [shop.printerId, 'Workstation'],
      [shop.workflowId, 'Workflow'],
    ]) {
      expect((await ours.client.sendText(text, { id })).data()).toEqual({ node: { __typename: type, id } });
    }
  });

  it('is null for an id of any kind that names nothing', async () => {
    const { ours } = await app().organizations();
    for (const noun of Object.keys(idPrefixes) as Noun[]) {
      expect((await ours.client.sendText(text, { id: absentId(noun) })).data()).toEqual({ node: null });
    }
  });

  it('refuses what is no id as BAD_USER_INPUT', async () => {
    const { ours } = await app().organizations();
    for (const id of malformed('Order')) {
      expect([id, await codeOf(ours.client, text, { id })]).toEqual([id, 'BAD_USER_INPUT']);
    }
  });
});
