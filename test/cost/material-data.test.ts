import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { describe, expect, it } from 'vitest';
import { graphql } from '../../client/generated/gql.ts';
import { makeSample } from '../api/quality/samples.ts';
import { act, create } from '../api/support.ts';
import { unique, useApp } from '../support/app.ts';
import type { Client } from '../support/client.ts';
import { countingCalls, type DatabaseCalls } from '../support/database-calls.ts';

let calls: DatabaseCalls | null = null;
const app = useApp({
  through: (database) => {
    calls = countingCalls(database);
    return calls.database;
  },
});

/** How many statements a page of one row takes, which must be those of a page of twenty. */
async function costOf<Data>(client: Client, document: TypedDocumentNode<Data, { first: number }>) {
  const statementsOf = async (first: number) => {
    if (!calls) throw new Error('The server has not started.');
    const { value, statements } = await calls.during(() => client.query(document, { first }));
    return { data: value as Data, statements };
  };
  const one = await statementsOf(1);
  const many = await statementsOf(20);
  expect(many.statements.length, many.statements.join('\n')).toBe(one.statements.length);
  return { data: many.data, cost: many.statements.length };
}

const PurchaseOrders = graphql(`
  query CostPurchaseOrders($first: Int!) {
    materialPurchaseOrders(first: $first) {
      nodes {
        number plannedQuantity { value unit to(unit: "g") { value } } orderedQuantity { value } deliveredQuantity { value }
        material { name coreUnit template { name } blendsWith { name } clones(first: 2) { totalCount } }
      }
    }
  }
`);
const Panels = graphql(`
  query CostPanels($first: Int!) {
    materialTestPanels(first: $first) {
      nodes {
        name verdict operations { name } instructions { name operation { name } }
        reports(first: 3) { nodes { value verdict } } sample { name quantity { value } }
      }
    }
  }
`);

const powder = (client: Client) =>
  create(client, 'Material', { name: unique('Powder'), type: 'BASE', family: 'METAL', unit: 'kg' });

describe('the statements of a query are the same for one row and for twenty:', () => {
  it('purchase orders with what was delivered of them', async () => {
    const { ours } = await app().organizations();
    for (let place = 0; place < 20; place++) {
      const materialId = await powder(ours.client);
      const order = { number: unique('PO'), materialId, plannedQuantity: { value: '1' } };
      await create(ours.client, 'MaterialPurchaseOrder', order);
    }
    const { data, cost } = await costOf(ours.client, PurchaseOrders);
    expect(data.materialPurchaseOrders.nodes).toHaveLength(20);
    expect(cost).toMatchInlineSnapshot(`7`);
  });

  it('panels with what is to be measured and what was', async () => {
    const { ours } = await app().organizations();
    const operationId = await create(ours.client, 'MaterialTestOperation', { name: 'Density' });
    const value = { name: 'Density', unit: 'g/cm3', operationId };
    const instructionId = await create(ours.client, 'MaterialTestInstruction', value);
    for (let place = 0; place < 20; place++) {
      const sampleId = await makeSample(app(), ours, await powder(ours.client));
      const panel = { name: unique('Panel'), sampleId, operationIds: [operationId] };
      const panelId = await create(ours.client, 'MaterialTestPanel', panel);
      await act(ours.client, 'recordMaterialTest', { panelId, instructionId, value: '7.9' }, '__typename');
    }
    const { data, cost } = await costOf(ours.client, Panels);
    expect(data.materialTestPanels.nodes[19]?.reports.nodes).toHaveLength(1);
    expect(cost).toMatchInlineSnapshot(`17`);
  });
});
