import { describe, expect, it } from 'vitest';
import { graphql } from '../../../client/generated/gql.ts';
import { useApp } from '../../support/app.ts';
import type { Client } from '../../support/client.ts';
import { makeOrder, makeRun, makeShop } from '../../support/factories.ts';
import { absentId } from '../support.ts';

const app = useApp();

const CreateOrder = graphql(`
  mutation LineItemOrder($input: CreateOrderInput!) {
    createOrder(input: $input) {
      __typename
      ... on CreateOrderSuccess { order { id number lineItems(orderBy: [{ field: POSITION }]) { nodes { id } } } }
    }
  }
`);
const Add = graphql(`
  mutation LineItemAdd($input: AddLineItemInput!) {
    addLineItem(input: $input) {
      __typename
      ... on AddLineItemSuccess { lineItem { id position status priority } order { id status } }
      ... on InvalidInputError { issues { path } }
      ... on TransitionError { from action allowedActions }
    }
  }
`);
const Update = graphql(`
  mutation LineItemUpdate($input: UpdateLineItemInput!) {
    updateLineItem(input: $input) {
      __typename
      ... on UpdateLineItemSuccess { lineItem { status designName quantity notes priority order { status } } }
      ... on InvalidInputError { issues { path message } }
      ... on TransitionError { from }
    }
  }
`);
const Confirm = graphql(`
  mutation LineItemConfirm($input: ConfirmLineItemInput!) {
    confirmLineItem(input: $input) {
      __typename
      ... on ConfirmLineItemSuccess { lineItem { status pieceCount } order { status } }
      ... on BlockedError { blockedBy { rule message subject { id label } } }
      ... on TransitionError { from action allowedActions }
    }
  }
`);
const Cancel = graphql(`
  mutation LineItemCancel($input: CancelLineItemInput!) {
    cancelLineItem(input: $input) {
      __typename
      ... on CancelLineItemSuccess { lineItem { status } order { status } }
      ... on InvalidInputError { issues { path } }
      ... on BlockedError { blockedBy { rule subject { id label } } }
      ... on TransitionError { from }
    }
  }
`);
const Read = graphql(`
  query LineItemRead($id: ID!) {
    lineItem(id: $id) {
      status allowedActions completedQuantity
      progress { stage count }
      order { status hasErrors }
      pieces(orderBy: [{ field: COPY }]) { nodes { status operations(orderBy: [{ field: POSITION }]) { nodes { status run { id } } } } }
    }
  }
`);
const Run = graphql(`
  query LineItemRun($id: ID!) {
    run(id: $id) { status pieceCount queuePosition version }
  }
`);

/** An order of two line items in one shop, confirmed: one piece each. */
async function twoLines(client: Client) {
  const shop = await makeShop(client);
  const line = {
    designName: 'Bracket',
    quantity: 1,
    materialId: shop.materialId,
    workflowId: shop.workflowId,
  };
  const { order } = await client.success(
    CreateOrder,
    { input: { name: 'Two', lineItems: [line, line] } },
    'CreateOrderSuccess',
  );
  const [first, second] = order.lineItems.nodes.map((item) => item.id) as [string, string];
  return { shop, orderId: order.id, number: order.number, first, second };
}

describe('addLineItem', () => {
  it('adds a line item behind the others, and the order follows', async () => {
    const { ours } = await app().organizations();
    const shop = await makeShop(ours.client);
    const { orderId } = await makeOrder(ours.client, shop, { priority: 70 });
    const lineItem = { designName: 'Hinge', quantity: 1 };
    const added = await ours.client.success(Add, { input: { orderId, lineItem } }, 'AddLineItemSuccess');
    expect(added).toMatchObject({
      lineItem: { position: 2, status: 'NEW', priority: 70 },
      order: { status: 'PENDING' },
    });
  });

  it('names the member of the line item that names nothing', async () => {
    const { ours } = await app().organizations();
    const { orderId } = await makeOrder(ours.client, await makeShop(ours.client), { confirmed: false });
    const lineItem = { designName: 'Hinge', quantity: 1, materialId: absentId('Material') };
    const { issues } = await ours.client.refused(Add, { input: { orderId, lineItem } }, 'InvalidInputError');
    expect(issues).toEqual([{ path: ['lineItem', 'materialId'] }]);
  });

  it('is not possible once the order is complete', async () => {
    const { ours } = await app().organizations();
    const shop = await makeShop(ours.client);
    const { orderId, pieces } = await makeOrder(ours.client, shop, { quantity: 1 });
    const pieceIds = pieces.map((piece) => piece.id);
    await makeRun(ours.client, shop.printerId, pieceIds, 'COMPLETE');
    await makeRun(ours.client, shop.dockId, pieceIds, 'COMPLETE');
    const lineItem = { designName: 'Hinge', quantity: 1 };
    const refused = await ours.client.refused(Add, { input: { orderId, lineItem } }, 'TransitionError');
    expect(refused).toMatchObject({
      from: 'COMPLETE',
      action: 'ADD_LINE_ITEM',
      allowedActions: ['UPDATE_ORDER'],
    });
  });
});

describe('updateLineItem', () => {
  it('makes a line item PENDING once it has a material and a workflow, and NEW again without', async () => {
    const { ours } = await app().organizations();
    const { materialId, workflowId } = await makeShop(ours.client);
    const { order } = await ours.client.success(
      CreateOrder,
      { input: { name: 'One', lineItems: [{ designName: 'Bracket', quantity: 1, materialId }] } },
      'CreateOrderSuccess',
    );
    const lineItemId = order.lineItems.nodes[0]?.id ?? '';
    const update = async (change: { workflowId?: string; materialId?: null }) => {
      const input = { lineItemId, ...change };
      const { lineItem } = await ours.client.success(Update, { input }, 'UpdateLineItemSuccess');
      return [lineItem.status, lineItem.order.status];
    };
    expect(await update({ workflowId })).toEqual(['PENDING', 'PENDING']);
    expect(await update({ materialId: null })).toEqual(['NEW', 'NEW']);
  });

  it('changes what is made only until it is confirmed', async () => {
    const { ours } = await app().organizations();
    const { lineItemId } = await makeOrder(ours.client, await makeShop(ours.client));
    const input = { lineItemId, designName: 'Hinge', quantity: 5, layerThickness: '0.05', materialId: null };
    const { issues } = await ours.client.refused(Update, { input }, 'InvalidInputError');
    expect(issues.map((issue) => issue.path)).toEqual([
      ['designName'],
      ['quantity'],
      ['materialId'],
      ['layerThickness'],
    ]);
  });

  it('changes notes, assignee and priority also afterwards', async () => {
    const { ours } = await app().organizations();
    const { lineItemId } = await makeOrder(ours.client, await makeShop(ours.client));
    const input = { lineItemId, notes: 'Polish', priority: 99 };
    const { lineItem } = await ours.client.success(Update, { input }, 'UpdateLineItemSuccess');
    expect(lineItem).toMatchObject({ status: 'CONFIRMED', notes: 'Polish', priority: 99 });
  });

  it('refuses a quantity of null, nothing or too much', async () => {
    const { ours } = await app().organizations();
    const { lineItemId } = await makeOrder(ours.client, await makeShop(ours.client), { confirmed: false });
    for (const quantity of [null, 0, -1, 10_001]) {
      const { issues } = await ours.client.refused(
        Update,
        { input: { lineItemId, quantity } },
        'InvalidInputError',
      );
      expect(issues.map((issue) => issue.path)).toEqual([['quantity']]);
    }
  });
});

describe('confirmLineItem', () => {
  it('makes the pieces of this line item only', async () => {
    const { ours } = await app().organizations();
    const { first } = await twoLines(ours.client);
    const done = await ours.client.success(
      Confirm,
      { input: { lineItemId: first } },
      'ConfirmLineItemSuccess',
    );
    expect(done).toMatchObject({
      lineItem: { status: 'CONFIRMED', pieceCount: 1 },
      order: { status: 'PENDING' },
    });
  });

  it.each([
    [{ material: true }, 'a workflow'],
    [{ workflow: true }, 'a material'],
    [{}, 'a material and a workflow'],
  ])(
    'of a NEW line item with %j is blocked: it lacks %s',
    async (has: { material?: boolean; workflow?: boolean }, lacks) => {
      const { ours } = await app().organizations();
      const shop = await makeShop(ours.client);
      const line = {
        designName: 'Bracket',
        quantity: 1,
        materialId: has.material ? shop.materialId : null,
        workflowId: has.workflow ? shop.workflowId : null,
      };
      const { order } = await ours.client.success(
        CreateOrder,
        { input: { name: 'One', lineItems: [line] } },
        'CreateOrderSuccess',
      );
      const lineItemId = order.lineItems.nodes[0]?.id ?? '';
      const { blockedBy } = await ours.client.refused(Confirm, { input: { lineItemId } }, 'BlockedError');
      const label = `${order.number}-1 Bracket`;
      expect(blockedBy).toEqual([
        {
          rule: 'lineItem.complete',
          message: `${label} lacks ${lacks}. Set it with updateLineItem.`,
          subject: { id: lineItemId, label },
        },
      ]);
    },
  );

  it('is not possible twice', async () => {
    const { ours } = await app().organizations();
    const { lineItemId } = await makeOrder(ours.client, await makeShop(ours.client));
    const refused = await ours.client.refused(Confirm, { input: { lineItemId } }, 'TransitionError');
    expect(refused).toMatchObject({
      from: 'CONFIRMED',
      action: 'CONFIRM_LINE_ITEM',
      allowedActions: ['UPDATE_LINE_ITEM', 'CANCEL_LINE_ITEM'],
    });
  });
});

describe('cancelLineItem', () => {
  it('takes its pieces out of queued runs, and cancels the runs that are left empty', async () => {
    const { ours } = await app().organizations();
    const shop = await makeShop(ours.client);
    const doomed = await makeOrder(ours.client, shop);
    const other = await makeOrder(ours.client, shop, { quantity: 1 });
    const [a, b] = doomed.pieces.map((piece) => piece.id) as [string, string];
    const alone = await makeRun(ours.client, shop.printerId, [a], 'QUEUED');
    const shared = await makeRun(ours.client, shop.printerId, [b, other.pieces[0]?.id ?? ''], 'QUEUED');
    const before = (await ours.client.query(Run, { id: shared.id })).run;
    const input = { lineItemId: doomed.lineItemId, reason: 'Withdrawn' };
    await ours.client.success(Cancel, { input }, 'CancelLineItemSuccess');
    expect((await ours.client.query(Run, { id: alone.id })).run).toMatchObject({
      status: 'CANCELLED',
      pieceCount: 0,
      queuePosition: null,
    });
    const { run } = await ours.client.query(Run, { id: shared.id });
    expect(run).toMatchObject({ status: 'QUEUED_WORK_READY', pieceCount: 1, queuePosition: 1 });
    // Who shows the run hears that a piece has left it.
    expect(run?.version).toBe((before?.version ?? 0) + 1);
    const { lineItem } = await ours.client.query(Read, { id: doomed.lineItemId });
    const cancelled = { status: 'CANCELLED', run: null };
    expect(lineItem?.pieces.nodes).toEqual([
      { status: 'CANCELLED', operations: { nodes: [cancelled, cancelled] } },
      { status: 'CANCELLED', operations: { nodes: [cancelled, cancelled] } },
    ]);
  });

  it('makes a run ready that waited for one of its pieces only', async () => {
    const { ours } = await app().organizations();
    const shop = await makeShop(ours.client);
    const doomed = await makeOrder(ours.client, shop, { quantity: 1 });
    const other = await makeOrder(ours.client, shop, { quantity: 1 });
    const [late, ready] = [doomed.pieces[0]?.id ?? '', other.pieces[0]?.id ?? ''];
    await makeRun(ours.client, shop.printerId, [ready], 'COMPLETE');
    const run = await makeRun(ours.client, shop.dockId, [late, ready], 'QUEUED');
    expect((await ours.client.query(Run, { id: run.id })).run?.status).toBe('QUEUED');
    const input = { lineItemId: doomed.lineItemId, reason: 'Withdrawn' };
    await ours.client.success(Cancel, { input }, 'CancelLineItemSuccess');
    expect((await ours.client.query(Run, { id: run.id })).run?.status).toBe('QUEUED_WORK_READY');
  });

  it.each(['IN_PROGRESS', 'PAUSED'] as const)(
    'is refused, naming the run, while it is %s',
    async (status) => {
      const { ours } = await app().organizations();
      const shop = await makeShop(ours.client);
      const { lineItemId, pieces } = await makeOrder(ours.client, shop);
      const run = await makeRun(ours.client, shop.printerId, [pieces[0]?.id ?? ''], 'IN_PROGRESS');
      if (status === 'PAUSED') {
        await ours.client.sendText(`mutation { pauseRun(input: { runId: "${run.id}" }) { __typename } }`);
      }
      const input = { lineItemId, reason: 'Withdrawn' };
      const { blockedBy } = await ours.client.refused(Cancel, { input }, 'BlockedError');
      expect(blockedBy).toEqual([{ rule: 'run.notInProgress', subject: { id: run.id, label: run.number } }]);
    },
  );

  it('leaves complete pieces as they are', async () => {
    const { ours } = await app().organizations();
    const shop = await makeShop(ours.client);
    const { lineItemId, pieces } = await makeOrder(ours.client, shop);
    const done = [pieces[0]?.id ?? ''];
    await makeRun(ours.client, shop.printerId, done, 'COMPLETE');
    await makeRun(ours.client, shop.dockId, done, 'COMPLETE');
    await ours.client.success(Cancel, { input: { lineItemId, reason: 'Enough' } }, 'CancelLineItemSuccess');
    const { lineItem } = await ours.client.query(Read, { id: lineItemId });
    expect(lineItem?.pieces.nodes.map((piece) => piece.status)).toEqual(['COMPLETE', 'CANCELLED']);
    expect(lineItem).toMatchObject({ status: 'CANCELLED', completedQuantity: 1, allowedActions: [] });
  });

  it('takes back the error of its order', async () => {
    const { ours } = await app().organizations();
    const shop = await makeShop(ours.client);
    const { lineItemId, pieces } = await makeOrder(ours.client, shop, { quantity: 1 });
    const run = await makeRun(ours.client, shop.printerId, [pieces[0]?.id ?? ''], 'IN_PROGRESS');
    await ours.client.sendText(
      `mutation { failRun(input: { runId: "${run.id}", error: "Jam" }) { __typename } }`,
    );
    expect((await ours.client.query(Read, { id: lineItemId })).lineItem?.order.hasErrors).toBe(true);
    await ours.client.success(Cancel, { input: { lineItemId, reason: 'Enough' } }, 'CancelLineItemSuccess');
    expect((await ours.client.query(Read, { id: lineItemId })).lineItem?.order).toEqual({
      status: 'CANCELLED',
      hasErrors: false,
    });
  });

  it('needs a reason', async () => {
    const { ours } = await app().organizations();
    const { lineItemId } = await makeOrder(ours.client, await makeShop(ours.client), { confirmed: false });
    const { issues } = await ours.client.refused(
      Cancel,
      { input: { lineItemId, reason: ' ' } },
      'InvalidInputError',
    );
    expect(issues).toEqual([{ path: ['reason'] }]);
  });

  it('is not possible once it is complete', async () => {
    const { ours } = await app().organizations();
    const shop = await makeShop(ours.client);
    const { lineItemId, pieces } = await makeOrder(ours.client, shop, { quantity: 1 });
    const pieceIds = pieces.map((piece) => piece.id);
    await makeRun(ours.client, shop.printerId, pieceIds, 'COMPLETE');
    await makeRun(ours.client, shop.dockId, pieceIds, 'COMPLETE');
    const refused = await ours.client.refused(
      Cancel,
      { input: { lineItemId, reason: 'Late' } },
      'TransitionError',
    );
    expect(refused.from).toBe('COMPLETE');
  });
});

describe('the status of an order', () => {
  it('is that of its line items where they are alike, and PROCESSING where they are mixed', async () => {
    const { ours } = await app().organizations();
    const { shop, first, second } = await twoLines(ours.client);
    const status = async () => (await ours.client.query(Read, { id: first })).lineItem?.order.status;
    const pieceOf = async (lineItemId: string) => {
      await ours.client.success(Confirm, { input: { lineItemId } }, 'ConfirmLineItemSuccess');
      const piece = await app().app.prisma.piece.findMany({
        where: { organizationId: ours.organizationId },
        orderBy: { id: 'desc' },
      });
      return `pc_${piece[0]?.id.replaceAll('-', '')}`;
    };
    expect(await status()).toBe('PENDING');
    const a = await pieceOf(first);
    expect(await status()).toBe('PENDING');
    const b = await pieceOf(second);
    expect(await status()).toBe('CONFIRMED');
    await makeRun(ours.client, shop.printerId, [a], 'COMPLETE');
    expect(await status()).toBe('PROCESSING');
    await makeRun(ours.client, shop.printerId, [b], 'COMPLETE');
    expect(await status()).toBe('PRINTING');
    await makeRun(ours.client, shop.dockId, [a, b], 'IN_PROGRESS');
    expect(await status()).toBe('SHIPPING');
  });

  it('does not count specimens, waste and tooling', async () => {
    const { ours } = await app().organizations();
    const { orderId, lineItemId } = await makeOrder(ours.client, await makeShop(ours.client));
    for (const type of ['SPECIMEN', 'WASTE', 'TOOLING'] as const) {
      const lineItem = { designName: 'Coupon', quantity: 1, type };
      const added = await ours.client.success(Add, { input: { orderId, lineItem } }, 'AddLineItemSuccess');
      expect(added.order.status).toBe('CONFIRMED');
    }
    await ours.client.success(Cancel, { input: { lineItemId, reason: 'Enough' } }, 'CancelLineItemSuccess');
    expect((await ours.client.query(Read, { id: lineItemId })).lineItem?.order.status).toBe('CANCELLED');
  });

  it('forgets a cancelled line item', async () => {
    const { ours } = await app().organizations();
    const { first, second } = await twoLines(ours.client);
    await ours.client.success(Confirm, { input: { lineItemId: first } }, 'ConfirmLineItemSuccess');
    const cancelled = await ours.client.success(
      Cancel,
      { input: { lineItemId: second, reason: 'Enough' } },
      'CancelLineItemSuccess',
    );
    expect(cancelled.order.status).toBe('CONFIRMED');
  });
});
