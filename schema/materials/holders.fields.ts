/** What materials, places, runs and workstations hold of lots, batches and actions. */
import { builder } from '../builder.ts';
import { childList } from '../shared/connection.ts';
import type { NounFields } from '../shared/noun.ts';
import { materialActionList, materialLinkList } from './material-action.type.ts';
import { materialBatchList, materialStayList } from './material-batch.type.ts';
import { materialContainerList } from './material-container.type.ts';
import { materialLotList } from './material-lot.type.ts';
import { stockList } from './stock.type.ts';

builder.prismaObjectFields('Material', (fields) => {
  const t = fields as unknown as NounFields<'Material'>;
  return {
    stocks: childList(t, 'Material', 'stocks', stockList, 'Where it is kept, and how much of it.'),
    lots: childList(t, 'Material', 'lots', materialLotList, 'Its deliveries.'),
    batches: childList(t, 'Material', 'batches', materialBatchList, 'Its batches.'),
    containers: childList(
      t,
      'Material',
      'containers',
      materialContainerList,
      'What holds it, or held it last.',
    ),
  };
});

builder.prismaObjectFields('Location', (fields) => {
  const t = fields as unknown as NounFields<'Location'>;
  return {
    stocks: childList(
      t,
      'Location',
      'stocks',
      stockList,
      'The materials that are kept there, with their levels.',
    ),
    materialLots: childList(t, 'Location', 'materialLots', materialLotList, 'The lots that are used there.'),
    materialBatches: childList(
      t,
      'Location',
      'materialBatches',
      materialBatchList,
      'The batches that are there.',
    ),
    materialContainers: childList(
      t,
      'Location',
      'materialContainers',
      materialContainerList,
      'The containers that are there.',
    ),
  };
});

builder.prismaObjectFields('SubLocation', (fields) => {
  const t = fields as unknown as NounFields<'SubLocation'>;
  return {
    materialBatches: childList(
      t,
      'SubLocation',
      'materialBatches',
      materialBatchList,
      'The batches that stand there.',
    ),
    materialStays: childList(
      t,
      'SubLocation',
      'materialStays',
      materialStayList,
      'Which batches stood there, and when.',
    ),
  };
});

builder.prismaObjectFields('Workstation', (fields) => {
  const t = fields as unknown as NounFields<'Workstation'>;
  return {
    loadedBatches: childList(
      t,
      'Workstation',
      'loadedBatches',
      materialBatchList,
      'The material that it holds: one batch, or none.',
    ),
    dockedContainers: childList(
      t,
      'Workstation',
      'dockedContainers',
      materialContainerList,
      'The containers that are docked at it.',
    ),
    materialStays: childList(t, 'Workstation', 'materialStays', materialStayList, 'What it held, and when.'),
    materialActions: childList(
      t,
      'Workstation',
      'materialActions',
      materialActionList,
      'What was done with material at it.',
    ),
  };
});

builder.prismaObjectFields('Run', (fields) => {
  const t = fields as unknown as NounFields<'Run'>;
  return {
    materialActions: childList(t, 'Run', 'materialActions', materialActionList, 'The material that it used.'),
  };
});

builder.prismaObjectFields('Piece', (fields) => {
  const t = fields as unknown as NounFields<'Piece'>;
  return {
    materialLinks: childList(
      t,
      'Piece',
      'materialLinks',
      materialLinkList,
      'The material that went into it.',
    ),
  };
});
