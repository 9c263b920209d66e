/** Events: one type a kind, made from the list of kinds, so that a display is typed to the last field. */
import DataLoader from 'dataloader';
import type { RequestContext } from '../../src/context.ts';
import { type Change, changesOf } from '../../src/events/changes.ts';
import { type EventKind, eventKinds } from '../../src/events/kinds.ts';
import { cursorOf, type LoggedEvent } from '../../src/events/log.ts';
import { encodeId, fieldName, type Noun, nouns } from '../../src/ids.ts';
import { builder } from '../builder.ts';
import { enumNamed, enumOf } from '../shared/enums.ts';
import { branded, NodeRef } from '../shared/node.ts';
import { mayAccess } from '../shared/registry.ts';
import { rowLoader } from '../shared/rows.ts';

const kinds = nouns.flatMap((noun) => eventKinds[noun] as readonly EventKind[]);

// What an event of each kind says, for those whose name does not say it all.
const told: Partial<Record<EventKind, string>> = {
  RunCompletionProposed:
    'The machine says that the build of a Run is complete: a person confirms the outcomes.',
  RunAlert:
    'Something about a Run that nobody may overlook and that changed nothing, such as a build that runs although its Run could not be started.',
  SensorStateChanged: 'A Sensor failed, or works again.',
  ExcursionStarted: 'A Sensor left its limits.',
  ExcursionEnded: 'A Sensor is within its limits again, or nobody judges it any more.',
  ExcursionAcknowledged: 'Somebody took note of an Excursion.',
  AnomalyDetected: 'An analyser found an Anomaly.',
  AnomalyChanged: 'Which pieces an Anomaly may harm was found anew.',
  AnalysisReported: 'An analyser told of an Analysis for the first time.',
  AnomalyAddressed: 'It was decided what is done about an Anomaly.',
  ApiTokenRevoked: 'An ApiToken was revoked.',
  MaterialBatchRecomputed:
    'What a MaterialBatch consists of was computed anew, because an action was recorded late.',
  MaterialActionRecorded: 'Something was done to a lot, a container or a batch.',
  StockFellBelowMinimum: 'A Stock fell below its minimum.',
  StockActionRecorded: 'Stock that is not tracked by lots was used up, replenished or counted.',
  HoldProposed: 'A Hold was proposed: a person decides.',
  HoldPlaced: 'A Hold was placed: what it affects is blocked.',
  HoldClosed: 'A Hold was released or dismissed.',
  HoldSpread: 'A Hold came to affect something more.',
  FileStored:
    'The content of a File is complete. A file that the server made itself begins with it: it was never announced.',
  FileRefused: 'The content of a File was refused, or did not come in time.',
  WebhookDisabled:
    'The system disabled a Webhook: its target is gone, or nothing could be delivered for days.',
  WebhookSecretRotated: 'A Webhook got another signing secret.',
  WebhookTested: 'A Webhook was tried out: this event is what it is sent.',
  WebhookReplayed: 'A Webhook was set to another place in the log.',
  WebhookDeliveriesRetried: 'The deliveries of a Webhook that had been given up are tried again.',
  WebhookDeliveryRetried: 'A delivery of a Webhook is tried again.',
  CertificateSuperseded:
    'Another Certificate supersedes one: it does not count any more where it is attached.',
  CertificateAttached: 'A Certificate was attached to a piece at a step.',
  InspectionReportRevoked: 'The token of an InspectionReport was revoked: nobody reads it by that any more.',
  InspectionReportTokenRenewed: 'An InspectionReport got another token; the former one opens it no more.',
  InspectionItemAdded: 'An InspectionItem was added to an open case.',
  TimestampRequested: 'A Timestamp was asked for.',
  TimestampIssued: 'An authority gave a Timestamp, and it holds.',
  TimestampFailed: 'There is no Timestamp, or it does not hold: its reason says why.',
  MillCertificationReviewed: 'Somebody approved a MillCertification, or said what is wrong with it.',
  MillCertificationStatusChanged:
    'The reading of a MillCertification went on: scanned, read, stored; or it failed, or the file was rejected.',
  HeatDeleted: 'A Heat was taken out of its MillCertification.',
  MaterialLotHeatLinked: 'Somebody said that a MaterialLot came from a Heat.',
  MaterialLotHeatUnlinked: 'Somebody took back that a MaterialLot came from a Heat.',
  CertificateDetached: 'A Certificate was taken off a piece: its attachment is void.',
  DocumentReplaced: 'A Document was replaced by its next revision, and is archived.',
  DocumentSnapshotChanged: 'The picture of the first page of a Document was made, or could not be.',
  DocumentLinked: 'A Document was linked to an object.',
  DocumentUnlinked: 'The link of a Document to an object was taken back.',
  ZipFileRevoked: 'A ZipFile was withdrawn before it expired: nobody can download it any more.',
};

const endings: [RegExp, (noun: string) => string][] = [
  [/StatusChanged$/, (noun) => `The status of a ${noun} changed.`],
  [/Created$/, (noun) => `A ${noun} was created.`],
  [/Changed$/, (noun) => `A ${noun} was changed, but not its status.`],
  [/Archived$/, (noun) => `A ${noun} was archived.`],
];

function describeKind(kind: EventKind): string {
  const own = told[kind];
  if (own) return own;
  const ending = endings.find(([pattern]) => pattern.test(kind));
  if (!ending) throw new Error(`The event ${kind} has no description.`);
  return ending[1](kind.replace(ending[0], ''));
}

export const EventKindRef = enumOf<EventKind>(
  'EventKind',
  'Every kind of event. The name of a kind is the name of its type.',
  Object.fromEntries(kinds.map((kind) => [kind, describeKind(kind)])) as Record<EventKind, string>,
);

const ActorKind = enumOf<'TOKEN' | 'SYSTEM'>('ActorKind', 'Who can cause an event.', {
  TOKEN: 'The holder of an API token: a person, a display, a machine connector.',
  SYSTEM: 'Heatmark itself: at its start, at a deadline, or when a file has come.',
});

const Actor = builder.objectRef<LoggedEvent>('EventActor').implement({
  description: 'Who caused an event.',
  fields: (t) => ({
    kind: t.field({
      type: ActorKind,
      description: 'What kind of actor it was.',
      resolve: (event) => event.actorKind,
    }),
    tokenId: t.id({
      nullable: true,
      description: 'The token that was used.',
      resolve: (event) => (event.actorId ? encodeId('ApiToken', event.actorId) : null),
    }),
    name: t.string({
      nullable: true,
      description: 'The name of the token that was used.',
      resolve: async (event, _args, context) =>
        event.actorId ? ((await tokensUsed(context).load(event.actorId))?.name ?? null) : null,
    }),
    user: t.field({
      type: 'User' as never,
      nullable: true,
      description: 'Whose token was used; null where it is nobody’s own, such as a connector’s.',
      resolve: async (event, _args, context, info) => {
        const token = event.actorId ? await tokensUsed(context).load(event.actorId) : null;
        return (token?.userId ? await rowLoader(context, info, 'User').load(token.userId) : null) as never;
      },
    }),
  }),
});

const tokensUsed = (context: RequestContext) =>
  context.memo.once(
    'tokensUsed',
    () =>
      new DataLoader<string, { name: string; userId: string | null } | null>(async (ids) => {
        const { organizationId } = context.signedIn;
        const rows = await context.prisma.apiToken.findMany({
          where: { organizationId, id: { in: [...ids] } },
          select: { id: true, name: true, userId: true },
        });
        const tokens = new Map(rows.map((row) => [row.id, row]));
        return ids.map((id) => tokens.get(id) ?? null);
      }),
  );

const FieldChange = builder.objectRef<Change>('FieldChange').implement({
  description: 'One field that an event changed.',
  fields: (t) => ({
    field: t.exposeString('field', { description: 'The field. References end in `Id`.' }),
    before: t.field({
      type: 'JSON',
      nullable: true,
      description: 'Its value before; null where it had none.',
      resolve: (change) => change.before ?? null,
    }),
    after: t.field({
      type: 'JSON',
      nullable: true,
      description: 'Its value since; null where it has none.',
      resolve: (change) => change.after ?? null,
    }),
  }),
});

export const EventRef = builder.interfaceRef<LoggedEvent>('Event').implement({
  description:
    'Something that happened to one object. `changes` and `version` are as of the event; fields that are objects show them as they are now.',
  resolveType: (event) => event.kind as never,
  fields: (t) => ({
    cursor: t.field({
      type: 'Cursor',
      description: "Its place in the organization's log.",
      resolve: cursorOf,
    }),
    kind: t.field({ type: EventKindRef, description: 'What happened.', resolve: (event) => event.kind }),
    subjectId: t.id({
      description: 'The object that it happened to.',
      resolve: (event) => encodeId(event.subjectType, event.subjectId),
    }),
    subject: t.field({
      type: NodeRef,
      nullable: true,
      description: 'The object that it happened to, as it is now; null where you may not see it.',
      resolve: async (event, _args, context, info) => {
        if (!mayAccess(event.subjectType, context)) return null;
        const row = await rowLoader(context, info, event.subjectType).load(event.subjectId);
        return row ? branded(row, event.subjectType) : null;
      },
    }),
    version: t.exposeInt('version', { description: 'The version of the object that the event made.' }),
    changes: t.field({
      type: [FieldChange],
      description: 'What changed; everything that was set, for a new object.',
      resolve: changesOf,
    }),
    actor: t.field({ type: Actor, description: 'Who caused it.', resolve: (event) => event }),
    reason: t.exposeString('reason', { nullable: true, description: 'Why, where somebody said it.' }),
    cause: t.string({
      description: 'The same for all events of one mutation.',
      resolve: (event) => event.causeId.replaceAll('-', ''),
    }),
    requestId: t.exposeString('requestId', {
      nullable: true,
      description: 'The request that caused it, as in the log.',
    }),
    occurredAt: t.expose('occurredAt', { type: 'DateTime', description: 'When it happened in the shop.' }),
    recordedAt: t.expose('recordedAt', {
      type: 'DateTime',
      description: "When it was recorded, by the database's clock.",
    }),
  }),
});

// The enum of each noun whose status events say from what to what.
const statusEnums: Partial<Record<Noun, string>> = {
  Order: 'OrderStatus',
  LineItem: 'LineItemStatus',
  Piece: 'PieceStatus',
  Operation: 'OperationStatus',
  Run: 'RunStatus',
  Build: 'BuildStatus',
  Machine: 'MachineStatus',
  MaterialLot: 'MaterialLotStatus',
  MaterialBatch: 'MaterialBatchStatus',
  Capture: 'CaptureStatus',
  MachineCommand: 'MachineCommandStatus',
  Webhook: 'WebhookStatus',
  InspectionCase: 'InspectionCaseStatus',
  MillCertification: 'MillCertificationStatus',
  TraceabilityReport: 'JobStatus',
  DocumentParsingJob: 'JobStatus',
};

/** Declares the type of every kind of event of a noun. */
function eventTypes(noun: Noun): void {
  const field = fieldName(noun);
  for (const kind of eventKinds[noun] as readonly EventKind[]) {
    builder.objectRef<LoggedEvent>(kind).implement({
      description: describeKind(kind),
      interfaces: [EventRef],
      fields: (t) => ({
        [field]: t.field({
          type: noun as never,
          nullable: true,
          description: 'The object as it is now; null where you may not see it.',
          resolve: (event, _args, context, info) =>
            (mayAccess(noun, context) ? rowLoader(context, info, noun).load(event.subjectId) : null) as never,
        }),
        ...(kind.endsWith('StatusChanged') && {
          from: t.field({
            type: enumNamed(statusEnums[noun] as string),
            nullable: true,
            description: 'The status before; null for something new.',
            resolve: (event) => (event.before?.status as string | undefined) ?? null,
          }),
          to: t.field({
            type: enumNamed(statusEnums[noun] as string),
            nullable: true,
            description: 'The status since; null where the status stayed.',
            resolve: (event) => (event.after?.status as string | undefined) ?? null,
          }),
        }),
        ...(kind === 'RunAlert' && {
          message: t.string({
            description: 'What nobody may overlook.',
            resolve: (event) => String(event.data?.message ?? ''),
          }),
        }),
      }),
    });
  }
}

for (const noun of nouns) eventTypes(noun);
