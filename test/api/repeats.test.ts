import { isInputObjectType } from 'graphql';
import { describe, expect, it } from 'vitest';
import { graphql } from '../../client/generated/gql.ts';
import { schema } from '../../schema/index.ts';
import { useApp } from '../support/app.ts';
import { makeShop } from '../support/factories.ts';
import { mutationCases, subjectCases } from './mutations.ts';
import { asRole, logOf, mutationText, type Reply } from './support.ts';

const app = useApp();

const hasVersion = (mutation: string): boolean => {
  const type = schema.getType(`${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input`);
  return isInputObjectType(type) && 'expectedVersion' in type.getFields();
};

describe.each(mutationCases)('$mutation', ({ mutation, input }) => {
  it('sent three times at once with one clientMutationId has one effect and one answer', async () => {
    const { ours } = await app().organizations();
    const variables = { input: { ...(await input(ours.client)), clientMutationId: 'once' } };
    const readings = () =>
      app().app.prisma.sensorReading.count({ where: { organizationId: ours.organizationId } });
    const readingsBefore = await readings();
    const before = (await logOf(app(), ours)).length;
    const text = mutationText(mutation, 'cursor', '... on UserError { message }');
    const answers = await Promise.all([1, 2, 3].map(() => ours.client.sendText(text, variables)));
    const [first, ...others] = answers.map((answer) => JSON.stringify(answer.data()));
    expect(first).toContain('Success');
    for (const other of others) expect(other).toBe(first);
    const log = (await logOf(app(), ours)).slice(before);
    // What the server does of itself afterwards has causes of its own.
    const asked = log.filter(({ actorKind }) => actorKind === 'TOKEN');
    const causes = new Set(asked.map((event) => event.causeId));
    // Readings are no events.
    expect(causes.size).toBe(mutation === 'ingestReadings' ? 0 : 1);
    expect((await readings()) - readingsBefore).toBe(mutation === 'ingestReadings' ? 1 : 0);
  });
});

describe.each(subjectCases.filter(({ mutation }) => hasVersion(mutation)))(
  '$mutation',
  ({ mutation, input }) => {
    it('refuses a version that is not the one that stands, and changes nothing', async () => {
      const { ours } = await app().organizations();
      const variables = { input: { ...(await input(ours.client)), expectedVersion: 77 } };
      const before = (await logOf(app(), ours)).length;
      const answer = await ours.client.sendText(
        mutationText(mutation, '__typename', '... on ConflictError { message currentVersion }'),
        variables,
      );
      const reply = answer.data()[mutation] as Reply;
      expect(reply.__typename).toBe('ConflictError');
      expect(reply.message).toContain(`it is ${reply.currentVersion}.`);
      expect(await logOf(app(), ours)).toHaveLength(before);
    });
  },
);

const CreateOrder = graphql(`
  mutation RepeatsCreateOrder($input: CreateOrderInput!) {
    createOrder(input: $input) { __typename ... on CreateOrderSuccess { order { id number name lineItems { nodes { id } } } } }
  }
`);
const ConfirmLineItem = graphql(`
  mutation RepeatsConfirmLineItem($input: ConfirmLineItemInput!) {
    confirmLineItem(input: $input) { __typename }
  }
`);
const UpdateLineItem = graphql(`
  mutation RepeatsUpdateLineItem($input: UpdateLineItemInput!) {
    updateLineItem(input: $input) { __typename }
  }
`);
const AddLineItem = graphql(`
  mutation RepeatsAddLineItem($input: AddLineItemInput!) {
    addLineItem(input: $input) { __typename }
  }
`);
const CreateToken = graphql(`
  mutation RepeatsCreateToken($input: CreateApiTokenInput!) {
    createApiToken(input: $input) { __typename ... on CreateApiTokenSuccess { token apiToken { id } } }
  }
`);
const Orders = graphql(`
  query RepeatsOrders { orders { totalCount } }
`);

describe('a clientMutationId', () => {
  const input = { name: 'Brackets', clientMutationId: 'once' };

  it('used again later, with the same input, answers as before', async () => {
    const { ours } = await app().organizations();
    const first = await ours.client.success(CreateOrder, { input }, 'CreateOrderSuccess');
    expect(await ours.client.success(CreateOrder, { input }, 'CreateOrderSuccess')).toEqual(first);
    expect((await ours.client.query(Orders, {})).orders.totalCount).toBe(1);
  });

  it('used again with another input is an IdempotencyError and changes nothing', async () => {
    const { ours } = await app().organizations();
    await ours.client.success(CreateOrder, { input }, 'CreateOrderSuccess');
    const other = { ...input, name: 'Hinges' };
    await ours.client.refused(CreateOrder, { input: other }, 'IdempotencyError');
    expect((await ours.client.query(Orders, {})).orders.totalCount).toBe(1);
  });

  it('is the same input whether a default is written out or not', async () => {
    const { ours } = await app().organizations();
    const first = await ours.client.success(CreateOrder, { input }, 'CreateOrderSuccess');
    const explicit = { ...input, priority: 50, type: 'COMMERCIAL' as const, lineItems: [] };
    expect(await ours.client.success(CreateOrder, { input: explicit }, 'CreateOrderSuccess')).toEqual(first);
  });

  it("is the token's own: another token may use the same", async () => {
    const { ours } = await app().organizations();
    const operator = await asRole(ours, 'OPERATOR');
    await ours.client.success(CreateOrder, { input }, 'CreateOrderSuccess');
    await operator.success(CreateOrder, { input: { ...input, name: 'Hinges' } }, 'CreateOrderSuccess');
    expect((await ours.client.query(Orders, {})).orders.totalCount).toBe(2);
  });

  it("is the organization's own: another one may use the same", async () => {
    const { ours, theirs } = await app().organizations();
    const first = await ours.client.success(CreateOrder, { input }, 'CreateOrderSuccess');
    const second = await theirs.client.success(CreateOrder, { input }, 'CreateOrderSuccess');
    expect(second.order.id).not.toBe(first.order.id);
  });

  it('is the mutation’s own: another mutation may use the same', async () => {
    const { ours } = await app().organizations();
    const { order } = await ours.client.success(CreateOrder, { input }, 'CreateOrderSuccess');
    const line = {
      orderId: order.id,
      lineItem: { designName: 'Bracket', quantity: 1 },
      clientMutationId: 'once',
    };
    await ours.client.success(AddLineItem, { input: line }, 'AddLineItemSuccess');
  });

  it('of a refused mutation is free: the same input may succeed later', async () => {
    const { ours } = await app().organizations();
    const shop = await makeShop(ours.client);
    const lineItems = [{ designName: 'Bracket', quantity: 1, workflowId: shop.workflowId }];
    const { order } = await ours.client.success(
      CreateOrder,
      { input: { name: 'Brackets', lineItems } },
      'CreateOrderSuccess',
    );
    const lineItemId = order.lineItems.nodes[0]?.id ?? '';
    const confirm = { lineItemId, clientMutationId: 'once' };
    await ours.client.refused(ConfirmLineItem, { input: confirm }, 'BlockedError');
    const material = { lineItemId, materialId: shop.materialId };
    await ours.client.success(UpdateLineItem, { input: material }, 'UpdateLineItemSuccess');
    await ours.client.success(ConfirmLineItem, { input: confirm }, 'ConfirmLineItemSuccess');
  });

  it('never tells the text of a token a second time', async () => {
    const { ours } = await app().organizations();
    const token = { name: 'Display', role: 'VIEWER' as const, clientMutationId: 'once' };
    const first = await ours.client.success(CreateToken, { input: token }, 'CreateApiTokenSuccess');
    const again = await ours.client.success(CreateToken, { input: token }, 'CreateApiTokenSuccess');
    expect(first.token).toMatch(/^hm_/);
    expect(again).toEqual({ ...first, token: null });
  });

  it('that is empty or too long is an InvalidInputError', async () => {
    const { ours } = await app().organizations();
    for (const clientMutationId of ['', ' ', 'x'.repeat(201)]) {
      await ours.client.refused(CreateOrder, { input: { ...input, clientMutationId } }, 'InvalidInputError');
    }
  });
});
