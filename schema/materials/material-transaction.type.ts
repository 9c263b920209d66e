import { isEditable } from '../../src/materials/material-transaction.service.ts';
import { Quantity } from '../../src/materials/quantity.ts';
import { listOf, queryList, queryOne } from '../shared/connection.ts';
import { byEnum, byId, byInstant, byRule, byText } from '../shared/filters.ts';
import { noun } from '../shared/noun.ts';
import { measured, QuantityRef } from '../shared/quantity.ts';
import { MaterialContainerTypeRef } from './enums.ts';

const batch = { select: { material: measured } } as const;

noun('MaterialTransaction', {
  description:
    "A module's part in a modular build whose consumption is told later: what was set aside and, once reconciled, how much of it was used.",
  fields: (t) => ({
    batch: t.relation('batch', { description: 'The batch that the module held.' }),
    container: t.relation('container', { description: 'The module.' }),
    containerType: t.expose('containerType', {
      type: MaterialContainerTypeRef,
      description: 'What kind of module it was then.',
    }),
    action: t.relation('action', { description: 'The action that set the material aside.' }),
    deferredBy: t.relation('deferredBy', { description: 'The action that began the build.' }),
    parent: t.relation('parent', {
      nullable: true,
      description: 'The transaction of the dosing module of the same build.',
    }),
    externalBuildId: t.exposeString('externalBuildId', {
      nullable: true,
      description: 'The id of the build in another system.',
    }),
    initialQuantity: t.field({
      type: QuantityRef,
      description: 'How much was set aside.',
      select: { initialQuantity: true, batch },
      resolve: (row) => new Quantity(row.initialQuantity, row.batch.material),
    }),
    quantity: t.field({
      type: QuantityRef,
      nullable: true,
      description: 'How much was used; null until it is reconciled.',
      select: { quantity: true, batch },
      resolve: (row) => row.quantity && new Quantity(row.quantity, row.batch.material),
    }),
    isComplete: t.boolean({
      description: 'Whether it is reconciled.',
      select: { quantity: true },
      resolve: (row) => row.quantity !== null,
    }),
    isEditable: t.boolean({
      description: 'Whether it is not too late to tell, or to tell anew, how much was used.',
      select: { initiallyReconciledAt: true },
      resolve: (row, _args, context) => isEditable(row, context.now),
    }),
    initiallyReconciledAt: t.expose('initiallyReconciledAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was reconciled first; later amendments leave it.',
    }),
    reconciledAt: t.relation('reconciledAt', {
      nullable: true,
      description: 'The workstation where the module was weighed.',
    }),
  }),
});

export const materialTransactionList = listOf('MaterialTransaction', {
  plural: 'transactions',
  filters: {
    batch: byId('batchId', 'MaterialBatch', 'By batch.'),
    container: byId('containerId', 'MaterialContainer', 'By module.'),
    containerType: byEnum('containerType', 'MaterialContainerType', 'By kind of module.'),
    deferredBy: byId('deferredById', 'MaterialAction', 'By the action that began the build.'),
    externalBuildId: byText('externalBuildId', 'By the id of the build in another system.'),
    isComplete: byRule('Whether they are reconciled.', (value) => ({
      quantity: value ? { not: null } : null,
    })),
    createdAt: byInstant('createdAt', 'By when they were created.'),
  },
  orders: { CREATED_AT: { column: 'createdAt', description: 'By when they were created.' } },
});

queryOne('materialTransaction', 'MaterialTransaction', 'A transaction by its id.');
queryList('materialTransactions', materialTransactionList, 'The parts of modules in deferred builds.');
