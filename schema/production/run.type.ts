import DataLoader from 'dataloader';
import type { RequestContext } from '../../src/context.ts';
import { runStates } from '../../src/production/run.state.ts';
import { builder } from '../builder.ts';
import { BatchingStrategyRef, WorkstationKindRef } from '../machines/enums.ts';
import { anomalyList } from '../monitoring/anomaly.type.ts';
import { actionsOf } from '../shared/actions.ts';
import { childList, listOf } from '../shared/connection.ts';
import { byEnum, byId, byInstant, byInt, byText } from '../shared/filters.ts';
import { noun } from '../shared/noun.ts';
import { buildList } from './build.type.ts';
import { RunStatusRef } from './enums.ts';
import { operationList } from './operation.type.ts';

const RunAction = actionsOf(runStates);

/** How many pieces each run has: distinct, as a run that is tried again holds several attempts of one. */
const pieceCounts = (context: RequestContext) =>
  context.memo.once(
    'run.pieceCounts',
    () =>
      new DataLoader<string, number>(async (runIds) => {
        const rows = await context.runtime.database.query<{ runId: string; count: number }>(
          `SELECT "runId"::text AS "runId", count(DISTINCT "pieceId")::int AS count FROM "Operation"
         WHERE "organizationId" = $1 AND "runId" = ANY($2::uuid[]) GROUP BY "runId"`,
          [context.signedIn.organizationId, [...runIds]],
        );
        const counts = new Map(rows.map((row) => [row.runId, row.count]));
        return runIds.map((id) => counts.get(id) ?? 0);
      }),
  );

/** The places of queued runs at their workstations, from 1. */
const queuePositions = (context: RequestContext) =>
  context.memo.once(
    'run.queuePositions',
    () =>
      new DataLoader<string, number | null>(async (runIds) => {
        const rows = await context.runtime.database.query<{ id: string; place: number }>(
          `SELECT q.id::text AS id, q.place::int AS place FROM (
           SELECT id, row_number() OVER (PARTITION BY "workstationId" ORDER BY "queueRank", id) AS place FROM "Run"
           WHERE "organizationId" = $1 AND status IN ('QUEUED', 'QUEUED_WORK_READY') AND "workstationId" IN (
             SELECT "workstationId" FROM "Run" WHERE "organizationId" = $1 AND id = ANY($2::uuid[]))
         ) q WHERE q.id = ANY($2::uuid[])`,
          [context.signedIn.organizationId, [...runIds]],
        );
        const places = new Map(rows.map((row) => [row.id, row.place]));
        return runIds.map((id) => places.get(id) ?? null);
      }),
  );

noun('Run', {
  description:
    'Pieces worked on together at one workstation: a build job of a printer, a batch in a furnace, a shipment.',
  fields: (t) => ({
    number: t.exposeString('number', {
      description:
        'Its number in the shop, unique in the organization. A build of that name links itself to the run.',
    }),
    name: t.exposeString('name', { nullable: true, description: 'How people call it.' }),
    status: t.field({ type: RunStatusRef, description: 'How far it is.', resolve: (run) => run.status }),
    allowedActions: t.field({
      type: [RunAction],
      description: 'What its state allows now. Guards may still refuse.',
      resolve: (run) => runStates.allowedActions(run.status),
    }),
    kind: t.field({
      type: WorkstationKindRef,
      description: 'What kind of work it is.',
      resolve: (run) => run.kind,
    }),
    pieceCount: t.int({
      description: 'How many pieces it holds.',
      resolve: (run, _args, context) => pieceCounts(context).load(run.id),
    }),
    queuePosition: t.int({
      nullable: true,
      description: 'Its place in the queue of its workstation, from 1; null when it is not queued.',
      resolve: (run, _args, context) =>
        run.queueRank === null ? null : queuePositions(context).load(run.id),
    }),
    piecesLocked: t.exposeBoolean('piecesLocked', { description: 'No pieces can be added.' }),
    completionProposedAt: t.expose('completionProposedAt', {
      type: 'DateTime',
      nullable: true,
      description:
        'When the machine said that its build is complete. A person confirms the outcomes with `completeRun`.',
    }),
    error: t.exposeString('error', { nullable: true, description: 'What went wrong, in ERROR.' }),
    batchingStrategy: t.field({
      type: BatchingStrategyRef,
      nullable: true,
      description: 'By which rule its pieces were put together.',
      resolve: (run) => run.batchingStrategy,
    }),
    priority: t.exposeInt('priority', { description: '0 to 100; higher runs sooner.' }),
    customerReference: t.exposeString('customerReference', {
      nullable: true,
      description: "The customer's own number for it.",
    }),
    notes: t.exposeString('notes', { nullable: true, description: 'Notes for the operator.' }),
    startedAt: t.expose('startedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the work began, last.',
    }),
    endedAt: t.expose('endedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was completed, failed or was cancelled.',
    }),
    workstation: t.relation('workstation', { description: 'Where it is worked on.' }),
    operations: childList(
      t,
      'Run',
      'operations',
      operationList,
      'What it does: one operation a piece, and those of earlier tries.',
    ),
    builds: childList(t, 'Run', 'builds', buildList, 'What the machine reports of it.'),
    anomalies: childList(t, 'Run', 'anomalies', anomalyList, 'What analysers found in it.'),
  }),
});

export const runList = listOf('Run', {
  plural: 'runs',
  filters: {
    status: byEnum('status', 'RunStatus', 'By status.'),
    kind: byEnum('kind', 'WorkstationKind', 'By kind of work.'),
    workstation: byId('workstationId', 'Workstation', 'By workstation.'),
    location: byId('locationId', 'Location', 'By location of the workstation.', (where) => ({
      workstation: { is: where },
    })),
    order: byId('orderId', 'Order', 'By an order that it holds pieces of.', (where) => ({
      operations: { some: { piece: { is: where } } },
    })),
    lineItem: byId('lineItemId', 'LineItem', 'By a line item that it holds pieces of.', (where) => ({
      operations: { some: { piece: { is: where } } },
    })),
    priority: byInt('priority', 'By priority.'),
    number: byText('number', 'By number.'),
    startedAt: byInstant('startedAt', 'By when the work began.'),
    createdAt: byInstant('createdAt', 'By when it was created.'),
  },
  search: ['number', 'name', 'customerReference', 'notes'],
  orders: {
    CREATED_AT: { column: 'createdAt', description: 'By when it was created.' },
    PRIORITY: { column: 'priority', description: 'By priority.' },
    NUMBER: { column: 'number', description: 'By number.' },
    QUEUE: { column: 'queueRank', nullable: true, description: 'By place in the queue of a workstation.' },
    STARTED_AT: { column: 'startedAt', nullable: true, description: 'By when the work began.' },
  },
});

builder.prismaObjectField('Workstation', 'runs', (t) =>
  childList(
    t as never,
    'Workstation',
    'runs',
    runList,
    'Its runs. Order by QUEUE and filter by status for its queue.',
  ),
);
