import { describe, expect, it } from 'vitest';
import { graphql } from '../../../client/generated/gql.ts';
import { useApp } from '../../support/app.ts';
import { makeOrder, makeRun, makeShop } from '../../support/factories.ts';
import { absentId, act, create } from '../support.ts';

const app = useApp();

const Create = graphql(`
  mutation OrderCreate($input: CreateOrderInput!) {
    createOrder(input: $input) {
      __typename
      ... on CreateOrderSuccess {
        order {
          id number status priority type dueDate version
          location { id }
          lineItems(orderBy: [{ field: POSITION }]) {
            nodes { id position status priority quantity product { name } layerThickness type }
          }
        }
      }
      ... on InvalidInputError { issues { path message } }
    }
  }
`);
const Update = graphql(`
  mutation OrderUpdate($input: UpdateOrderInput!) {
    updateOrder(input: $input) {
      __typename
      ... on UpdateOrderSuccess { order { name customerName notes priority version } }
      ... on TransitionError { from action allowedActions }
    }
  }
`);
const Confirm = graphql(`
  mutation OrderConfirm($input: ConfirmOrderInput!) {
    confirmOrder(input: $input) {
      __typename
      ... on ConfirmOrderSuccess {
        order { status pieceCount pieces { nodes { serial status stepPosition stepKind operations { nodes { position attempt status } } } } }
      }
      ... on BlockedError { blockedBy { rule message subject { id label } } }
      ... on TransitionError { from action allowedActions }
    }
  }
`);
const Cancel = graphql(`
  mutation OrderCancel($input: CancelOrderInput!) {
    cancelOrder(input: $input) {
      __typename
      ... on CancelOrderSuccess { order { status lineItems { nodes { status } } pieces { nodes { status } } } }
      ... on BlockedError { blockedBy { rule subject { id label } } }
      ... on TransitionError { from action allowedActions }
    }
  }
`);
const Read = graphql(`
  query OrderRead($id: ID!) {
    order(id: $id) { id status isLate hasErrors allowedActions progress { stage count } pieceCount }
  }
`);

describe('createOrder', () => {
  it('takes an order whose line items inherit its priority and make a product each', async () => {
    const { ours } = await app().organizations();
    const { materialId, workflowId, locationId } = await makeShop(ours.client);
    const { order } = await ours.client.success(
      Create,
      {
        input: {
          name: 'Brackets',
          priority: 80,
          dueDate: '2026-03-01T09:00:00+01:00',
          locationId,
          lineItems: [
            { designName: 'Bracket', quantity: 3, materialId, workflowId, layerThickness: '0.0300' },
            { designName: 'Coupon', quantity: 1, materialId, workflowId, type: 'SPECIMEN', priority: 5 },
          ],
        },
      },
      'CreateOrderSuccess',
    );
    expect(order).toMatchObject({
      status: 'PENDING',
      priority: 80,
      type: 'COMMERCIAL',
      dueDate: '2026-03-01T08:00:00.000Z',
      location: { id: locationId },
    });
    expect(order.number).toMatch(/^O-\d{6}$/);
    expect(order.lineItems.nodes).toMatchObject([
      { position: 1, priority: 80, quantity: 3, product: { name: 'Bracket' }, layerThickness: '0.03' },
      { position: 2, priority: 5, quantity: 1, product: null, layerThickness: null },
    ]);
  });

  it('numbers the orders of one organization in a row, and those of another by themselves', async () => {
    const { ours, theirs } = await app().organizations();
    const number = async (client: typeof ours.client) =>
      (await client.success(Create, { input: { name: 'Brackets' } }, 'CreateOrderSuccess')).order.number;
    expect([await number(ours.client), await number(ours.client), await number(theirs.client)]).toEqual([
      'O-000001',
      'O-000002',
      'O-000001',
    ]);
  });

  it('is NEW while it has no line item, and while they lack a material or a workflow', async () => {
    const { ours } = await app().organizations();
    const { materialId } = await makeShop(ours.client);
    for (const lineItems of [[], [{ designName: 'Bracket', quantity: 1, materialId }]]) {
      const input = { name: 'Brackets', lineItems };
      const { order } = await ours.client.success(Create, { input }, 'CreateOrderSuccess');
      expect(order.status).toBe('NEW');
    }
  });

  it.each([
    [{ quantity: 0 }, 'must be a whole number from 1 to 10000'],
    [{ quantity: -3 }, 'must be a whole number from 1 to 10000'],
    [{ quantity: 10_001 }, 'must be a whole number from 1 to 10000'],
    [{ quantity: 2_147_483_647 }, 'must be a whole number from 1 to 10000'],
    [{ designName: '  ' }, 'must not be empty'],
    [{ designName: 'a\nb' }, 'must be one line without control characters'],
    [{ designName: 'x'.repeat(201) }, 'must be at most 200 characters'],
    [{ priority: 101 }, 'must be a whole number from 0 to 100'],
    [{ layerThickness: '0' }, 'must be more than 0'],
    [{ layerThickness: '1.5' }, 'must be at most 1'],
    [{ layerThickness: '0.00001' }, 'must have at most 4 places after the point'],
    [{ materialId: absentId('Material') }, 'names no Material that is visible to you.'],
    [{ workflowId: absentId('Workflow') }, 'names no Workflow that is visible to you.'],
    [{ assigneeId: absentId('User') }, 'names no User that is visible to you.'],
  ])('refuses a line item with %j', async (wrong, message) => {
    const { ours } = await app().organizations();
    const good = { designName: 'Bracket', quantity: 1 };
    const input = { name: 'Brackets', lineItems: [good, { ...good, ...wrong }] };
    const { issues } = await ours.client.refused(Create, { input }, 'InvalidInputError');
    expect(issues).toEqual([{ path: ['lineItems', '1', Object.keys(wrong)[0]], message }]);
  });

  it('names every value that breaks a rule at once', async () => {
    const { ours } = await app().organizations();
    const input = { name: ' ', priority: -1, lineItems: [{ designName: '', quantity: 0 }] };
    const { issues } = await ours.client.refused(Create, { input }, 'InvalidInputError');
    expect(issues.map((issue) => issue.path.join('.'))).toEqual([
      'name',
      'priority',
      'lineItems.0.designName',
      'lineItems.0.quantity',
    ]);
  });

  it("does not take another organization's or an archived material", async () => {
    const { ours, theirs } = await app().organizations();
    const input = (materialId: string) => ({
      name: 'Brackets',
      lineItems: [{ designName: 'Bracket', quantity: 1, materialId }],
    });
    const foreign = await makeShop(theirs.client);
    const refused = await ours.client.refused(
      Create,
      { input: input(foreign.materialId) },
      'InvalidInputError',
    );
    expect(refused.issues[0]?.message).toBe('names no Material that is visible to you.');
    const archived = await create(ours.client, 'Material', {
      name: 'Old steel',
      type: 'BASE',
      family: 'METAL',
      unit: 'kg',
    });
    await ours.client.sendText(
      `mutation { archiveMaterial(input: { materialId: "${archived}" }) { __typename } }`,
    );
    const again = await ours.client.refused(Create, { input: input(archived) }, 'InvalidInputError');
    expect(again.issues[0]?.message).toBe('names a Material that is archived. Choose one in use.');
  });

  it('leaves nothing behind when one of its line items is refused', async () => {
    const { ours } = await app().organizations();
    const lineItems = [{ designName: 'Bracket', quantity: 1, materialId: absentId('Material') }];
    await ours.client.refused(Create, { input: { name: 'Brackets', lineItems } }, 'InvalidInputError');
    expect(await app().app.prisma.order.count({ where: { organizationId: ours.organizationId } })).toBe(0);
  });
});

describe('updateOrder', () => {
  it('changes what is given, clears what is null and leaves the rest', async () => {
    const { ours } = await app().organizations();
    const { order } = await ours.client.success(
      Create,
      { input: { name: 'Brackets', customerName: 'Acme', notes: 'Fragile', priority: 10 } },
      'CreateOrderSuccess',
    );
    const input = { orderId: order.id, customerName: null, priority: 20 };
    const changed = await ours.client.success(Update, { input }, 'UpdateOrderSuccess');
    expect(changed.order).toEqual({
      name: 'Brackets',
      customerName: null,
      notes: 'Fragile',
      priority: 20,
      version: order.version + 1,
    });
  });

  it('is not possible once the order is cancelled', async () => {
    const { ours } = await app().organizations();
    const { orderId } = await makeOrder(ours.client, await makeShop(ours.client), { confirmed: false });
    await ours.client.success(Cancel, { input: { orderId, reason: 'Withdrawn' } }, 'CancelOrderSuccess');
    const refused = await ours.client.refused(Update, { input: { orderId, name: 'New' } }, 'TransitionError');
    expect(refused).toMatchObject({ from: 'CANCELLED', action: 'UPDATE_ORDER', allowedActions: [] });
  });
});

describe('confirmOrder', () => {
  it('makes every piece with its serial, and an operation for each step', async () => {
    const { ours } = await app().organizations();
    const { orderId, number } = await makeOrder(ours.client, await makeShop(ours.client), {
      quantity: 2,
      confirmed: false,
    });
    const { order } = await ours.client.success(Confirm, { input: { orderId } }, 'ConfirmOrderSuccess');
    expect(order).toMatchObject({ status: 'CONFIRMED', pieceCount: 2 });
    const pieces = order.pieces.nodes;
    expect(pieces.map((piece) => piece.serial).sort()).toEqual([`${number}-1-1`, `${number}-1-2`]);
    for (const piece of pieces) {
      expect(piece).toMatchObject({ status: 'CONFIRMED', stepPosition: 1, stepKind: 'PRINTER' });
      const operations = piece.operations.nodes.map(({ position, attempt, status }) => [
        position,
        attempt,
        status,
      ]);
      expect(operations.sort()).toEqual([
        [1, 1, 'CREATED'],
        [2, 1, 'CREATED'],
      ]);
    }
  });

  it('names what each line item lacks, and confirms none of them', async () => {
    const { ours } = await app().organizations();
    const { materialId, workflowId } = await makeShop(ours.client);
    const lineItems = [
      { designName: 'Bracket', quantity: 1, materialId, workflowId },
      { designName: 'Hinge', quantity: 1, materialId },
      { designName: 'Lever', quantity: 1 },
    ];
    const { order } = await ours.client.success(
      Create,
      { input: { name: 'Mixed', lineItems } },
      'CreateOrderSuccess',
    );
    const { blockedBy } = await ours.client.refused(
      Confirm,
      { input: { orderId: order.id } },
      'BlockedError',
    );
    expect(blockedBy).toEqual([
      {
        rule: 'lineItem.complete',
        message: `${order.number}-2 Hinge lacks a workflow. Set it with updateLineItem.`,
        subject: { id: order.lineItems.nodes[1]?.id, label: `${order.number}-2 Hinge` },
      },
      {
        rule: 'lineItem.complete',
        message: `${order.number}-3 Lever lacks a material and a workflow. Set it with updateLineItem.`,
        subject: { id: order.lineItems.nodes[2]?.id, label: `${order.number}-3 Lever` },
      },
    ]);
    expect((await ours.client.query(Read, { id: order.id })).order?.pieceCount).toBe(0);
  });

  it('refuses more pieces at once than a line item may have', async () => {
    const { ours } = await app().organizations();
    const { materialId, workflowId } = await makeShop(ours.client);
    const line = { designName: 'Bracket', quantity: 5_001, materialId, workflowId };
    const { order } = await ours.client.success(
      Create,
      { input: { name: 'Many', lineItems: [line, line] } },
      'CreateOrderSuccess',
    );
    const { blockedBy } = await ours.client.refused(
      Confirm,
      { input: { orderId: order.id } },
      'BlockedError',
    );
    expect(blockedBy.map((blocker) => blocker.rule)).toEqual(['order.size']);
  });

  it('of a NEW order names what its line items lack', async () => {
    const { ours } = await app().organizations();
    const { order } = await ours.client.success(
      Create,
      { input: { name: 'New', lineItems: [{ designName: 'Bracket', quantity: 1 }] } },
      'CreateOrderSuccess',
    );
    const input = { orderId: order.id };
    const { blockedBy } = await ours.client.refused(Confirm, { input }, 'BlockedError');
    expect(order.status).toBe('NEW');
    expect(blockedBy).toMatchObject([
      { rule: 'lineItem.complete', subject: { label: `${order.number}-1 Bracket` } },
    ]);
  });

  it('of an order without line items says that it has none', async () => {
    const { ours } = await app().organizations();
    const { order } = await ours.client.success(Create, { input: { name: 'Empty' } }, 'CreateOrderSuccess');
    const input = { orderId: order.id };
    const { blockedBy } = await ours.client.refused(Confirm, { input }, 'BlockedError');
    expect(blockedBy).toEqual([
      {
        rule: 'order.hasLineItems',
        message: `Order ${order.number} has no line item. Add one with addLineItem.`,
        subject: { id: order.id, label: order.number },
      },
    ]);
  });

  it('confirms an order of specimens only', async () => {
    const { ours } = await app().organizations();
    const { materialId, workflowId } = await makeShop(ours.client);
    const lineItems = [
      { designName: 'Coupon', quantity: 2, materialId, workflowId, type: 'SPECIMEN' as const },
    ];
    const made = await ours.client.success(
      Create,
      { input: { name: 'Coupons', lineItems } },
      'CreateOrderSuccess',
    );
    expect(made.order.status).toBe('PENDING');
    const input = { orderId: made.order.id };
    const { order } = await ours.client.success(Confirm, { input }, 'ConfirmOrderSuccess');
    expect(order).toMatchObject({ status: 'CONFIRMED', pieceCount: 2 });
  });

  it('confirms the specimens that were added while the products are being made', async () => {
    const { ours } = await app().organizations();
    const shop = await makeShop(ours.client);
    const { orderId, pieces } = await makeOrder(ours.client, shop, { quantity: 1 });
    await makeRun(ours.client, shop.printerId, [pieces[0]?.id ?? ''], 'IN_PROGRESS');
    const { materialId, workflowId } = shop;
    const lineItem = { designName: 'Coupon', quantity: 1, materialId, workflowId, type: 'SPECIMEN' };
    await act(ours.client, 'addLineItem', { orderId, lineItem }, '__typename');
    const { order } = await ours.client.success(Confirm, { input: { orderId } }, 'ConfirmOrderSuccess');
    expect(order).toMatchObject({ status: 'PRINTING', pieceCount: 2 });
  });

  it('is a TransitionError where nothing waits to be confirmed', async () => {
    const { ours } = await app().organizations();
    const { orderId } = await makeOrder(ours.client, await makeShop(ours.client));
    const refused = await ours.client.refused(Confirm, { input: { orderId } }, 'TransitionError');
    expect(refused).toMatchObject({
      from: 'CONFIRMED',
      allowedActions: ['UPDATE_ORDER', 'ADD_LINE_ITEM', 'CANCEL_ORDER'],
    });
  });
});

describe('cancelOrder', () => {
  it('cancels its line items and their pieces', async () => {
    const { ours } = await app().organizations();
    const { orderId } = await makeOrder(ours.client, await makeShop(ours.client));
    const input = { orderId, reason: 'Withdrawn' };
    const { order } = await ours.client.success(Cancel, { input }, 'CancelOrderSuccess');
    expect(order).toEqual({
      status: 'CANCELLED',
      lineItems: { nodes: [{ status: 'CANCELLED' }] },
      pieces: { nodes: [{ status: 'CANCELLED' }, { status: 'CANCELLED' }] },
    });
  });

  it('is refused, naming the run, while a run works on one of its pieces', async () => {
    const { ours } = await app().organizations();
    const shop = await makeShop(ours.client);
    const { orderId, pieces } = await makeOrder(ours.client, shop);
    const run = await makeRun(ours.client, shop.printerId, [pieces[0]?.id ?? ''], 'IN_PROGRESS');
    const input = { orderId, reason: 'Withdrawn' };
    const { blockedBy } = await ours.client.refused(Cancel, { input }, 'BlockedError');
    expect(blockedBy).toEqual([{ rule: 'run.notInProgress', subject: { id: run.id, label: run.number } }]);
  });

  it('is not possible twice', async () => {
    const { ours } = await app().organizations();
    const { orderId } = await makeOrder(ours.client, await makeShop(ours.client));
    const input = { orderId, reason: 'Withdrawn' };
    await ours.client.success(Cancel, { input }, 'CancelOrderSuccess');
    const refused = await ours.client.refused(Cancel, { input }, 'TransitionError');
    expect(refused).toMatchObject({ from: 'CANCELLED', action: 'CANCEL_ORDER', allowedActions: [] });
  });
});

describe('an order', () => {
  it('is late once its due date has passed and it is neither complete nor cancelled', async () => {
    const { ours } = await app().organizations();
    const { materialId, workflowId } = await makeShop(ours.client);
    const lineItems = [{ designName: 'Bracket', quantity: 1, materialId, workflowId }];
    const due = async (dueDate: string | null) =>
      (
        await ours.client.success(
          Create,
          { input: { name: 'Due', dueDate, lineItems } },
          'CreateOrderSuccess',
        )
      ).order.id;
    const late = async (id: string) => (await ours.client.query(Read, { id })).order?.isLate;
    const [past, future, never] = [
      await due('2020-01-01T00:00:00Z'),
      await due('2999-01-01T00:00:00Z'),
      await due(null),
    ];
    expect([await late(past), await late(future), await late(never)]).toEqual([true, false, false]);
    await ours.client.success(Cancel, { input: { orderId: past, reason: 'Too late' } }, 'CancelOrderSuccess');
    expect(await late(past)).toBe(false);
  });

  it('tells how many of its pieces are at each stage', async () => {
    const { ours } = await app().organizations();
    const shop = await makeShop(ours.client, { inProgressMax: 2 });
    const { orderId, pieces } = await makeOrder(ours.client, shop, { quantity: 5 });
    const [a, b, c, d] = pieces.map((piece) => piece.id) as [string, string, string, string];
    await makeRun(ours.client, shop.printerId, [a], 'COMPLETE');
    await makeRun(ours.client, shop.dockId, [a], 'COMPLETE');
    await makeRun(ours.client, shop.printerId, [b], 'COMPLETE');
    await makeRun(ours.client, shop.dockId, [b], 'IN_PROGRESS');
    await makeRun(ours.client, shop.printerId, [c], 'IN_PROGRESS');
    await makeRun(ours.client, shop.printerId, [d], 'QUEUED');
    const { order } = await ours.client.query(Read, { id: orderId });
    expect(order?.progress).toEqual([
      { stage: 'WAITING', count: 2 },
      { stage: 'PRINTING', count: 1 },
      { stage: 'SHIPPING', count: 1 },
      { stage: 'COMPLETE', count: 1 },
    ]);
    expect(order?.pieceCount).toBe(5);
  });

  it('allows what its state table allows', async () => {
    const { ours } = await app().organizations();
    const { orderId } = await makeOrder(ours.client, await makeShop(ours.client), { confirmed: false });
    const { order } = await ours.client.query(Read, { id: orderId });
    expect(order?.allowedActions).toEqual(['UPDATE_ORDER', 'ADD_LINE_ITEM', 'CONFIRM_ORDER', 'CANCEL_ORDER']);
  });

  it('is null for an id that names nothing, and for that of another organization', async () => {
    const { ours, theirs } = await app().organizations();
    const { orderId } = await makeOrder(theirs.client, await makeShop(theirs.client), { confirmed: false });
    const foreign = await ours.client.query(Read, { id: orderId });
    expect(foreign).toEqual({ order: null });
    expect(await ours.client.query(Read, { id: absentId('Order') })).toEqual(foreign);
  });
});
