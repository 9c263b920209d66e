/** Streams of facts as subscriptions: `union RunStreamMessage = its events | Position | Gap`. */
import { parseId } from '../../src/commands/input.ts';
import type { RequestContext } from '../../src/context.ts';
import { MalformedInputError } from '../../src/errors.ts';
import { type EventKind, eventKinds } from '../../src/events/kinds.ts';
import type { LoggedEvent } from '../../src/events/log.ts';
import {
  type EventStreamOptions,
  eventStream,
  type GapMessage,
  type PositionMessage,
  type StreamMessage,
  SubscriptionStream,
} from '../../src/events/stream.ts';
import type { Noun } from '../../src/ids.ts';
import { builder } from '../builder.ts';
import { enumOf } from './enums.ts';
import { mayAccess, visibleWhere } from './registry.ts';
import { delegateOf } from './rows.ts';

const GapReason = enumOf<GapMessage['reason']>('GapReason', 'Why messages are missing.', {
  UNKNOWN_CURSOR:
    'The cursor is none that this log ever gave, as after a restore from a backup. Read the state anew.',
  SKIPPED: 'You were too far behind, so you were given the newest. The history is a query.',
  RETENTION:
    'What lies between is not kept any more; the stream goes on with what is. `Sensor.series` still answers for that time.',
});

builder.objectRef<PositionMessage>('Position').implement({
  description: 'Nothing happened that you asked for, but the log has moved on: resume from this cursor.',
  fields: (t) => ({
    cursor: t.expose('cursor', { type: 'Cursor', description: 'Where to resume.' }),
  }),
});

builder.objectRef<GapMessage>('Gap').implement({
  description: 'Messages between two cursors will not come. Read the state anew.',
  fields: (t) => ({
    fromCursor: t.expose('from', { type: 'Cursor', description: 'The last place before the gap.' }),
    toCursor: t.expose('to', {
      type: 'Cursor',
      description: 'The first place after it: the stream goes on from here.',
    }),
    reason: t.field({ type: GapReason, description: 'Why.', resolve: (gap) => gap.reason }),
  }),
});

/** The GraphQL type of a message. */
function typeOf(value: LoggedEvent | StreamMessage, tickType: string | null): string {
  if ('kind' in value) return value.kind;
  if (value.type === 'Tick') {
    if (!tickType) throw new Error('A stream without ticks got one.');
    return tickType;
  }
  return value.type === 'Readings' ? 'SensorReadings' : value.type;
}

export interface StreamOptions {
  /** The union's name without `StreamMessage`. */
  name: string;
  description: string;
  /** The nouns whose events flow, all of them or these kinds only. */
  nouns: readonly Noun[];
  kinds?: readonly EventKind[];
  /** The type of what is told between events, where there is any. */
  tick?: string;
}

/** Declares the union of what a stream sends. */
export function streamMessage({ name, description, nouns, kinds: only, tick }: StreamOptions): string {
  const kinds = only ?? nouns.flatMap((noun) => eventKinds[noun] as readonly EventKind[]);
  const union = `${name}StreamMessage`;
  builder.unionType(union, {
    description,
    types: [...kinds, ...(tick ? [tick] : []), 'Position', 'Gap'] as never[],
    resolveType: (value: unknown) => typeOf(value as LoggedEvent | StreamMessage, tick ?? null) as never,
  });
  return union;
}

/** What a subscription's resolver gives to the union: the event itself, or the message. */
export const messageValue = (message: StreamMessage): LoggedEvent | StreamMessage =>
  message.type === 'Event' ? message.event : message;

/** Whether the caller may see the event: the rules of its subject's noun. */
export function maySeeEvent(context: RequestContext, event: LoggedEvent): boolean | Promise<boolean> {
  if (!mayAccess(event.subjectType, context)) return false;
  const visible = visibleWhere(event.subjectType, context);
  if (!visible) return true;
  return delegateOf(context, event.subjectType)
    .count({ where: { AND: [visible], id: event.subjectId } })
    .then((count) => count > 0);
}

/**
 * The stream of events that the predicate wants and the caller may see. For use in a subscription's `subscribe`,
 * whose context has the signal that ends it.
 */
export function events(
  context: RequestContext,
  after: string | null | undefined,
  wants: (event: LoggedEvent) => boolean,
  more: Pick<EventStreamOptions, 'wantsTick' | 'choose'> = {},
): SubscriptionStream {
  if (!context.signal) throw new Error('A stream needs the signal that ends it.');
  return new SubscriptionStream({
    after: after ?? null,
    open: (start, signal) =>
      eventStream(context.runtime.events, {
        organizationId: context.signedIn.organizationId,
        start,
        wants: (event) => wants(event) && maySeeEvent(context.fresh(), event),
        ...more,
        signal,
      }),
  });
}

/** An argument by which a stream is narrowed to what is related to an object, or to any of several. */
export interface Narrowing {
  readonly noun: Noun;
  readonly description: string;
  readonly required?: boolean;
  /** Several may be named, at most 250. */
  readonly list?: boolean;
}

type NarrowedArgs = Readonly<Record<string, string | readonly string[] | null | undefined>>;

/** Whether something is related to everything that the arguments name. */
function relatedToAll(
  by: Readonly<Record<string, Narrowing>>,
  args: NarrowedArgs,
): (related: readonly string[]) => boolean {
  const wanted = Object.entries(by).flatMap(([name, { noun }]) => {
    const given = args[name];
    if (given === null || given === undefined) return [];
    const ids = typeof given === 'string' ? [given] : given;
    if (ids.length > largestNarrowing) {
      throw new MalformedInputError(`${name} names ${ids.length} objects; at most ${largestNarrowing}.`);
    }
    return [ids.map((id) => parseId(noun, id, name))];
  });
  return (related) => wanted.every((ids) => ids.some((id) => related.includes(id)));
}

const largestNarrowing = 250;

export interface EventFieldOptions extends Omit<StreamOptions, 'name' | 'description'> {
  /** What the stream tells. */
  description: string;
  /** Describes the union of its messages. */
  message: string;
  /** By what it can be narrowed: all arguments that are given must hold. */
  by: Readonly<Record<string, Narrowing>>;
}

/**
 * Declares a subscription of events: `pieceEvents` with `union PieceStreamMessage`. It tells the events of its nouns
 * (or these kinds of them) that are related to all objects that its arguments name.
 */
export function eventField(
  field: string,
  name: string,
  { description, message, by, ...options }: EventFieldOptions,
): void {
  const union = streamMessage({ name, description: message, ...options });
  const subjects = new Set<string>(options.nouns);
  const kinds = options.kinds ? new Set<string>(options.kinds) : null;
  builder.subscriptionField(field, (t) =>
    t.field({
      type: union as never,
      description,
      args: {
        ...Object.fromEntries(
          Object.entries(by).map(([argument, { list, required = false, description: meaning }]) => [
            argument,
            list
              ? t.arg.idList({ required, description: meaning })
              : t.arg.id({ required, description: meaning }),
          ]),
        ),
        after: t.arg(afterArgument),
      },
      subscribe: (_root, args, context) => {
        const { after, ...narrowed } = args as { after?: string | null } & NarrowedArgs;
        const about = relatedToAll(by, narrowed);
        return events(
          context,
          after,
          (event) =>
            (kinds ? kinds.has(event.kind) : subjects.has(event.subjectType)) && about(event.related),
          options.tick ? { wantsTick: (tick) => about(tick.related) } : {},
        ) as never;
      },
      resolve: (value) => messageValue(value as never) as never,
    }),
  );
}

/** The argument that every stream of events has. */
export const afterArgument = {
  type: 'Cursor' as const,
  required: false as const,
  description:
    'A cursor: what was missed since is sent first. START for all from the beginning; from now on unless given.',
};
