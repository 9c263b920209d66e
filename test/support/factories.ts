import { graphql } from '../../client/generated/gql.ts';
import { unique } from './app.ts';
import type { Client } from './client.ts';

/** What a shop needs to make anything: one printer line and one dock, and a workflow over both. */
export interface Shop {
  locationId: string;
  materialId: string;
  printerTypeId: string;
  shippingTypeId: string;
  printerId: string;
  dockId: string;
  machineId: string;
  workflowId: string;
}

const createLocation = graphql(`
  mutation FactoryLocation($input: CreateLocationInput!) {
    createLocation(input: $input) { __typename ... on CreateLocationSuccess { location { id } } }
  }
`);
const createMaterial = graphql(`
  mutation FactoryMaterial($input: CreateMaterialInput!) {
    createMaterial(input: $input) { __typename ... on CreateMaterialSuccess { material { id } } }
  }
`);
const createWorkstationType = graphql(`
  mutation FactoryWorkstationType($input: CreateWorkstationTypeInput!) {
    createWorkstationType(input: $input) { __typename ... on CreateWorkstationTypeSuccess { workstationType { id } } }
  }
`);
const createWorkstation = graphql(`
  mutation FactoryWorkstation($input: CreateWorkstationInput!) {
    createWorkstation(input: $input) { __typename ... on CreateWorkstationSuccess { workstation { id } } }
  }
`);
const createMachine = graphql(`
  mutation FactoryMachine($input: CreateMachineInput!) {
    createMachine(input: $input) { __typename ... on CreateMachineSuccess { machine { id } } }
  }
`);
const createWorkflow = graphql(`
  mutation FactoryWorkflow($input: CreateWorkflowInput!) {
    createWorkflow(input: $input) { __typename ... on CreateWorkflowSuccess { workflow { id } } }
  }
`);

/** Makes a shop through the API. `inProgressMax` is the room at the printer. */
export async function makeShop(client: Client, { inProgressMax = 1 } = {}): Promise<Shop> {
  const { location } = await client.success(
    createLocation,
    { input: { name: unique('Hall') } },
    'CreateLocationSuccess',
  );
  const { material } = await client.success(
    createMaterial,
    { input: { name: unique('Ti-6Al-4V'), type: 'BASE', family: 'METAL', unit: 'kg' } },
    'CreateMaterialSuccess',
  );
  const type = async (name: string, kind: 'PRINTER' | 'SHIPPING') =>
    (
      await client.success(
        createWorkstationType,
        { input: { name: unique(name), kind } },
        'CreateWorkstationTypeSuccess',
      )
    ).workstationType.id;
  const printerTypeId = await type('Printer', 'PRINTER');
  const shippingTypeId = await type('Dock', 'SHIPPING');
  const station = async (name: string, workstationTypeId: string, room: number) =>
    (
      await client.success(
        createWorkstation,
        { input: { name: unique(name), workstationTypeId, locationId: location.id, inProgressMax: room } },
        'CreateWorkstationSuccess',
      )
    ).workstation.id;
  const printerId = await station('Printer', printerTypeId, inProgressMax);
  const dockId = await station('Dock', shippingTypeId, 100);
  const { machine } = await client.success(
    createMachine,
    { input: { name: unique('Machine'), workstationId: printerId } },
    'CreateMachineSuccess',
  );
  const { workflow } = await client.success(
    createWorkflow,
    {
      input: {
        name: unique('Print and ship'),
        steps: [
          { name: 'Print', workstationTypeId: printerTypeId },
          { name: 'Ship', workstationTypeId: shippingTypeId },
        ],
      },
    },
    'CreateWorkflowSuccess',
  );
  return {
    locationId: location.id,
    materialId: material.id,
    printerTypeId,
    shippingTypeId,
    printerId,
    dockId,
    machineId: machine.id,
    workflowId: workflow.id,
  };
}

const createOrder = graphql(`
  mutation FactoryOrder($input: CreateOrderInput!) {
    createOrder(input: $input) {
      __typename
      ... on CreateOrderSuccess {
        cursor
        order { id number version lineItems(orderBy: [{ field: POSITION }]) { nodes { id } } }
      }
    }
  }
`);
const confirmOrder = graphql(`
  mutation FactoryConfirm($input: ConfirmOrderInput!) {
    confirmOrder(input: $input) {
      __typename
      ... on ConfirmOrderSuccess {
        order { id version pieces(first: 100, orderBy: [{ field: COPY }]) { nodes { id serial } } }
      }
    }
  }
`);

export interface MadeOrder {
  orderId: string;
  number: string;
  lineItemId: string;
  pieces: { id: string; serial: string }[];
}

/** An order of one line item; confirmed, so that its pieces exist, unless told otherwise. */
export async function makeOrder(
  client: Client,
  shop: Shop,
  { quantity = 2, confirmed = true, priority = 50 } = {},
): Promise<MadeOrder> {
  const lineItems = [
    { designName: 'Bracket', quantity, materialId: shop.materialId, workflowId: shop.workflowId },
  ];
  const { order } = await client.success(
    createOrder,
    { input: { name: unique('Order'), priority, lineItems } },
    'CreateOrderSuccess',
  );
  const lineItemId = order.lineItems.nodes[0]?.id;
  if (!lineItemId) throw new Error('The order has no line item.');
  if (!confirmed) return { orderId: order.id, number: order.number, lineItemId, pieces: [] };
  const made = await client.success(confirmOrder, { input: { orderId: order.id } }, 'ConfirmOrderSuccess');
  return { orderId: order.id, number: order.number, lineItemId, pieces: made.order.pieces.nodes };
}

const createRun = graphql(`
  mutation FactoryRun($input: CreateRunInput!) {
    createRun(input: $input) { __typename ... on CreateRunSuccess { cursor run { id number version status } } }
  }
`);
const queueRun = graphql(`
  mutation FactoryQueue($input: QueueRunInput!) {
    queueRun(input: $input) { __typename ... on QueueRunSuccess { run { id status version } } }
  }
`);
const startRun = graphql(`
  mutation FactoryStart($input: StartRunInput!) {
    startRun(input: $input) { __typename ... on StartRunSuccess { run { id status version } } }
  }
`);
const completeRun = graphql(`
  mutation FactoryComplete($input: CompleteRunInput!) {
    completeRun(input: $input) { __typename ... on CompleteRunSuccess { run { id status version } } }
  }
`);

/** A run of these pieces, brought as far as `until` says. */
export async function makeRun(
  client: Client,
  workstationId: string,
  pieceIds: string[],
  until: 'CALCULATED' | 'QUEUED' | 'IN_PROGRESS' | 'COMPLETE' = 'CALCULATED',
): Promise<{ id: string; number: string }> {
  const { run } = await client.success(createRun, { input: { workstationId, pieceIds } }, 'CreateRunSuccess');
  const stages = ['CALCULATED', 'QUEUED', 'IN_PROGRESS', 'COMPLETE'];
  const reached = stages.indexOf(until);
  const input = { runId: run.id };
  if (reached >= 1) await client.success(queueRun, { input }, 'QueueRunSuccess');
  if (reached >= 2) await client.success(startRun, { input }, 'StartRunSuccess');
  if (reached >= 3)
    await client.success(completeRun, { input: { ...input, otherwise: 'SUCCESS' } }, 'CompleteRunSuccess');
  return { id: run.id, number: run.number };
}
