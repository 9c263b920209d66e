import DataLoader from 'dataloader';
import type { RequestContext } from '../../src/context.ts';
import { pieceActions, pieceStates } from '../../src/production/piece.state.ts';
import { WorkstationKindRef } from '../machines/enums.ts';
import { EndUseRef } from '../orders/enums.ts';
import { actionsOf } from '../shared/actions.ts';
import { childList, listOf } from '../shared/connection.ts';
import { byEnum, byId, byInstant, byInt, byText } from '../shared/filters.ts';
import { noun } from '../shared/noun.ts';
import { rowLoader } from '../shared/rows.ts';
import { PieceStatusRef } from './enums.ts';
import { operationList } from './operation.type.ts';

const PieceAction = actionsOf(pieceStates);

/** The operation that each piece stands at: the latest attempt of its current step. */
const currentOperations = (context: RequestContext) =>
  context.memo.once(
    'currentOperations',
    () =>
      new DataLoader<string, string | null>(async (pieceIds) => {
        const rows = await context.runtime.database.query<{ pieceId: string; id: string }>(
          `SELECT DISTINCT ON (o."pieceId") o."pieceId"::text AS "pieceId", o.id::text AS id
         FROM "Piece" p JOIN "Operation" o
           ON o."organizationId" = p."organizationId" AND o."pieceId" = p.id AND o."position" = p."stepPosition"
         WHERE p."organizationId" = $1 AND p.id = ANY($2::uuid[])
         ORDER BY o."pieceId", o.attempt DESC`,
          [context.signedIn.organizationId, [...pieceIds]],
        );
        const byPiece = new Map(rows.map((row) => [row.pieceId, row.id]));
        return pieceIds.map((id) => byPiece.get(id) ?? null);
      }),
  );

noun('Piece', {
  description:
    'One physical object with its serial. It goes through the steps of its workflow; each step done on it is an operation.',
  fields: (t) => ({
    serial: t.exposeString('serial', { description: 'Unique in the organization: order, line, copy.' }),
    copy: t.exposeInt('copy', { description: 'Its number within the line item, from 1.' }),
    type: t.field({ type: EndUseRef, description: 'What it is for.', resolve: (piece) => piece.type }),
    status: t.field({
      type: PieceStatusRef,
      description: 'How far it is.',
      resolve: (piece) => piece.status,
    }),
    allowedActions: t.field({
      type: [PieceAction],
      description: 'What its state allows now.',
      resolve: (piece) => pieceActions(piece),
    }),
    stepPosition: t.exposeInt('stepPosition', {
      description: 'The step that it stands at: the first that is not complete, or the last.',
    }),
    stepKind: t.field({
      type: WorkstationKindRef,
      description: 'What kind of workstation that step wants: printing, post-processing, shipping.',
      resolve: (piece) => piece.stepKind,
    }),
    currentOperation: t.field({
      type: 'Operation' as never,
      nullable: true,
      description: 'The latest attempt of the step that it stands at.',
      resolve: async (piece: { id: string }, _args: object, context: RequestContext, info: never) => {
        const id = await currentOperations(context).load(piece.id);
        return (id ? await rowLoader(context, info, 'Operation').load(id) : null) as never;
      },
    } as never),
    priority: t.exposeInt('priority', { description: '0 to 100; higher runs sooner.' }),
    notes: t.exposeString('notes', { nullable: true, description: 'Notes for the shop.' }),
    order: t.relation('order', { description: 'The order that it belongs to.' }),
    lineItem: t.relation('lineItem', { description: 'The line item that it belongs to.' }),
    workflow: t.relation('workflow', { description: 'The workflow that it goes through.' }),
    replacedBy: t.relation('replacedBy', {
      nullable: true,
      description: 'The piece that is made instead of this one, which is then INCOMPLETE.',
    }),
    replaces: t.relation('replaces', {
      nullable: true,
      description: 'The piece that this one is made instead of.',
    }),
    operations: childList(t, 'Piece', 'operations', operationList, 'Its steps and all attempts at them.'),
  }),
});

export const pieceList = listOf('Piece', {
  plural: 'pieces',
  filters: {
    status: byEnum('status', 'PieceStatus', 'By status.'),
    stepKind: byEnum(
      'stepKind',
      'WorkstationKind',
      'By the kind of workstation that it waits for or stands at.',
    ),
    type: byEnum('type', 'EndUse', 'By what it is for.'),
    serial: byText('serial', 'By serial.'),
    order: byId('orderId', 'Order', 'By order.'),
    lineItem: byId('lineItemId', 'LineItem', 'By line item.'),
    workflow: byId('workflowId', 'Workflow', 'By workflow.'),
    material: byId('materialId', 'Material', 'By material.', (where) => ({ lineItem: { is: where } })),
    run: byId('runId', 'Run', 'By a run that worked, works or will work on it.', (where) => ({
      operations: { some: where },
    })),
    waitsForType: byId(
      'workstationTypeId',
      'WorkstationType',
      'By the type of workstation that one of its open steps wants and no run has taken.',
      (where) => ({ operations: { some: { status: 'CREATED', processStep: { is: where } } } }),
    ),
    replacedBy: byId('replacedById', 'Piece', 'By the piece that is made instead.'),
    priority: byInt('priority', 'By priority.'),
    createdAt: byInstant('createdAt', 'By when it was created.'),
  },
  search: ['serial', 'notes'],
  orders: {
    SERIAL: { column: 'serial', description: 'By serial, as text.' },
    COPY: { column: 'copy', description: 'By its number within the line item.' },
    PRIORITY: { column: 'priority', description: 'By priority.' },
    CREATED_AT: { column: 'createdAt', description: 'By when it was created.' },
  },
});
