import { describe, expect, it } from 'vitest';
import { graphql } from '../../../client/generated/gql.ts';
import { newId } from '../../../src/ids.ts';
import { type TestOrganization, useApp } from '../../support/app.ts';
import { act, create, uuidOf } from '../support.ts';

const app = useApp();

const Create = graphql(`
  mutation PurchaseOrderCreate($input: CreateMaterialPurchaseOrderInput!) {
    createMaterialPurchaseOrder(input: $input) {
      __typename
      ... on CreateMaterialPurchaseOrderSuccess {
        materialPurchaseOrder {
          id plannedQuantity { value unit to(unit: "g") { value unit } }
          orderedQuantity { value } deliveredQuantity { value unit }
        }
      }
      ... on InvalidInputError { issues { path message } }
    }
  }
`);
const Update = graphql(`
  mutation PurchaseOrderUpdate($input: UpdateMaterialPurchaseOrderInput!) {
    updateMaterialPurchaseOrder(input: $input) {
      __typename
      ... on UpdateMaterialPurchaseOrderSuccess { materialPurchaseOrder { supplier plannedQuantity { value unit } } }
      ... on InvalidInputError { issues { path } }
    }
  }
`);
const Archive = graphql(`
  mutation PurchaseOrderArchive($input: ArchiveMaterialPurchaseOrderInput!) {
    archiveMaterialPurchaseOrder(input: $input) { __typename ... on BlockedError { blockedBy { rule subject { label } } } }
  }
`);
const Orders = graphql(`
  query PurchaseOrderList($filter: MaterialPurchaseOrderFilter, $search: String) {
    materialPurchaseOrders(filter: $filter, search: $search, orderBy: [{ field: NUMBER }]) {
      nodes { number material { name } lots(orderBy: [{ field: NAME }]) { nodes { name } } orderedQuantity { value unit } deliveredQuantity { value } }
    }
  }
`);

const powder = (client: TestOrganization['client'], name = 'Powder') =>
  create(client, 'Material', { name, type: 'BASE', family: 'METAL', unit: 'kg', density: '4' });

/** A lot of a purchase order, as it stands in the database. */
async function addLot(
  { organizationId, client }: TestOrganization,
  ids: { orderId: string; materialId: string; name: string },
  status: 'ON_ORDER' | 'RECEIVED' | 'SCRAPPED',
  fullQuantity: string,
): Promise<void> {
  const locationId = await create(client, 'Location', { name: `Hall ${ids.name}` });
  const at = new Date();
  await app().app.prisma.materialLot.create({
    data: {
      organizationId,
      id: newId(),
      name: ids.name,
      materialId: uuidOf(ids.materialId),
      purchaseOrderId: uuidOf(ids.orderId),
      locationId: uuidOf(locationId),
      status,
      fullQuantity,
      createdAt: at,
      updatedAt: at,
    },
  });
}

describe('a purchase order', () => {
  it('keeps its quantity in any unit of the kind, and by density in others', async () => {
    const { ours } = await app().organizations();
    const materialId = await powder(ours.client);
    const order = async (number: string, plannedQuantity: { value: string; unit?: string }) =>
      (
        await ours.client.success(
          Create,
          { input: { number, materialId, plannedQuantity } },
          'CreateMaterialPurchaseOrderSuccess',
        )
      ).materialPurchaseOrder.plannedQuantity;
    expect(await order('1', { value: '2.5' })).toMatchObject({ value: '2.5', unit: 'kg' });
    expect(await order('2', { value: '10', unit: '[lb_av]' })).toMatchObject({
      value: '4.5359237',
      to: { value: '4535.9237', unit: 'g' },
    });
    expect(await order('3', { value: '3', unit: 'L' })).toMatchObject({ value: '12', unit: 'kg' });
  });

  it('refuses a quantity of another kind, of nothing, and a number that is taken', async () => {
    const { ours } = await app().organizations();
    const materialId = await powder(ours.client);
    const refusal = async (plannedQuantity: { value: string; unit?: string }) => {
      const input = { number: 'PO 1', materialId, plannedQuantity };
      return (await ours.client.refused(Create, { input }, 'InvalidInputError')).issues[0]?.path;
    };
    expect(await refusal({ value: '1', unit: 'm' })).toEqual(['plannedQuantity', 'unit']);
    expect(await refusal({ value: '1', unit: 'stone' })).toEqual(['plannedQuantity', 'unit']);
    expect(await refusal({ value: '0' })).toEqual(['plannedQuantity', 'value']);
    const input = { number: 'PO 1', materialId, plannedQuantity: { value: '1' } };
    await ours.client.success(Create, { input }, 'CreateMaterialPurchaseOrderSuccess');
    expect(await refusal({ value: '1' })).toEqual(['number']);
  });

  it('is changed, and keeps its material', async () => {
    const { ours } = await app().organizations();
    const materialId = await powder(ours.client);
    const input = { number: 'PO 1', materialId, plannedQuantity: { value: '1' } };
    const { materialPurchaseOrder } = await ours.client.success(
      Create,
      { input },
      'CreateMaterialPurchaseOrderSuccess',
    );
    const key = { materialPurchaseOrderId: materialPurchaseOrder.id };
    const change = { ...key, supplier: 'Mill', plannedQuantity: { value: '750', unit: 'g' } };
    const changed = await ours.client.success(
      Update,
      { input: change },
      'UpdateMaterialPurchaseOrderSuccess',
    );
    expect(changed.materialPurchaseOrder).toEqual({
      supplier: 'Mill',
      plannedQuantity: { value: '0.75', unit: 'kg' },
    });
    const wrong = { ...key, plannedQuantity: { value: '1', unit: '{each}' } };
    const refused = await ours.client.refused(Update, { input: wrong }, 'InvalidInputError');
    expect(refused.issues[0]?.path).toEqual(['plannedQuantity', 'unit']);
  });

  it('adds up its lots, and is archived when none is on order', async () => {
    const { ours } = await app().organizations();
    const materialId = await powder(ours.client);
    const order = async (number: string) =>
      create(ours.client, 'MaterialPurchaseOrder', { number, materialId, plannedQuantity: { value: '9' } });
    const [orderId] = [await order('PO 1'), await order('PO 2')];
    await addLot(ours, { orderId, materialId, name: 'L 1' }, 'ON_ORDER', '1000');
    await addLot(ours, { orderId, materialId, name: 'L 2' }, 'RECEIVED', '2000');
    await addLot(ours, { orderId, materialId, name: 'L 3' }, 'SCRAPPED', '500');
    const { materialPurchaseOrders } = await ours.client.query(Orders, {
      filter: { material: { equals: materialId } },
      search: 'po',
    });
    expect(materialPurchaseOrders.nodes).toEqual([
      {
        number: 'PO 1',
        material: { name: 'Powder' },
        lots: { nodes: [{ name: 'L 1' }, { name: 'L 2' }, { name: 'L 3' }] },
        orderedQuantity: { value: '3.5', unit: 'kg' },
        deliveredQuantity: { value: '2.5' },
      },
      {
        number: 'PO 2',
        material: { name: 'Powder' },
        lots: { nodes: [] },
        orderedQuantity: { value: '0', unit: 'kg' },
        deliveredQuantity: { value: '0' },
      },
    ]);
    const blocked = await ours.client.refused(
      Archive,
      { input: { materialPurchaseOrderId: orderId } },
      'BlockedError',
    );
    expect(blocked.blockedBy).toEqual([
      { rule: 'materialPurchaseOrder.nothingOnOrder', subject: { label: 'L 1' } },
    ]);
  });

  it('holds the kind of unit of its material', async () => {
    const { ours } = await app().organizations();
    const materialId = await powder(ours.client);
    const input = { number: 'PO 1', materialId, plannedQuantity: { value: '1' } };
    await ours.client.success(Create, { input }, 'CreateMaterialPurchaseOrderSuccess');
    const change = (unit: string) =>
      act(ours.client, 'updateMaterial', { materialId, unit }, 'material { unit }');
    await expect(change('L')).rejects.toThrow('of the same kind');
    expect(await change('[lb_av]')).toMatchObject({ material: { unit: '[lb_av]' } });
  });
});
