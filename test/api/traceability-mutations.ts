/** The mutations of traceability, as the tests that hold for every mutation know them. */
import { makeOrder, makeShop } from '../support/factories.ts';
import type { MutationCase } from './mutations.ts';
import { absentId } from './support.ts';

export const traceabilityCases: readonly MutationCase[] = [
  {
    mutation: 'createTraceabilityReport',
    right: 'work',
    subject: null,
    rest: () => ({ orderId: absentId('Order') }),
    input: async (client) => ({ orderId: (await makeOrder(client, await makeShop(client))).orderId }),
  },
];
