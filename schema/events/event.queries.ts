import { parseId } from '../../src/commands/input.ts';
import type { RequestContext } from '../../src/context.ts';
import { MalformedInputError } from '../../src/errors.ts';
import { decodeCursor, encodeCursor } from '../../src/events/cursor.ts';
import { type EventKind, eventKinds } from '../../src/events/kinds.ts';
import { cursorOf, type LoggedEvent } from '../../src/events/log.ts';
import { decodeId } from '../../src/ids.ts';
import { builder } from '../builder.ts';
import { defaultPage, largestPage, PageInfo } from '../shared/connection.ts';
import { requireReadable } from '../shared/filters.ts';
import { declaredNouns, mayAccess } from '../shared/registry.ts';
import { maySeeEvent } from '../shared/streams.ts';
import { EventKindRef, EventRef } from './event.type.ts';

export interface EventFilterInput {
  kinds?: EventKind[] | null | undefined;
  about?: string[] | null | undefined;
  userIds?: string[] | null | undefined;
}

export const EventFilter = builder.inputRef<EventFilterInput>('EventFilter').implement({
  description: 'Which events. All members given must hold.',
  fields: (t) => ({
    kinds: t.field({ type: [EventKindRef], required: false, description: 'Of these kinds.' }),
    about: t.idList({
      required: false,
      description:
        'Of these objects, or of what belongs to them (the runs of a workstation, the pieces of an order), at most 250.',
    }),
    userIds: t.idList({
      required: false,
      description: 'Caused by one of these users, with any of their tokens, at most 250.',
    }),
  }),
});

/** The uuids that a filter is about, or null for all. */
export function aboutOf(filter: EventFilterInput | null | undefined): string[] | null {
  if (!filter?.about) return null;
  return filter.about.map((id) => {
    const decoded = decodeId(id);
    if (!decoded) throw new MalformedInputError(`filter.about: "${id.slice(0, 60)}" is no id.`);
    return decoded.uuid;
  });
}

/** The users that a filter asks for, or null for all causes. */
export function usersOf(filter: EventFilterInput | null | undefined): string[] | null {
  if (!filter?.userIds) return null;
  requireReadable(filter.userIds, 'filter.userIds');
  return filter.userIds.map((id) => parseId('User', id, 'filter.userIds'));
}

/** The tokens of these users, those that are revoked too. */
export async function tokensOf(context: RequestContext, userIds: readonly string[]): Promise<Set<string>> {
  const tokens = await context.prisma.apiToken.findMany({
    where: { organizationId: context.signedIn.organizationId, userId: { in: [...userIds] } },
    select: { id: true },
  });
  return new Set(tokens.map(({ id }) => id));
}

/** The kinds that a filter leaves of those that the caller may see. */
export function kindsFor(context: RequestContext, filter: EventFilterInput | null | undefined): EventKind[] {
  const seen = declaredNouns()
    .filter((noun) => mayAccess(noun, context))
    .flatMap((noun) => eventKinds[noun] as readonly EventKind[]);
  return filter?.kinds ? seen.filter((kind) => filter.kinds?.includes(kind)) : seen;
}

interface EventPage {
  events: LoggedEvent[];
  hasNextPage: boolean;
  hasPreviousPage: boolean;
  endCursor: string;
}

const EventEdge = builder.objectRef<LoggedEvent>('EventEdge').implement({
  description: 'An event on a page, with its cursor.',
  fields: (t) => ({
    cursor: t.field({ type: 'Cursor', description: 'Its place in the log.', resolve: cursorOf }),
    node: t.field({ type: EventRef, description: 'The event.', resolve: (event) => event }),
  }),
});

const EventConnection = builder.objectRef<EventPage>('EventConnection').implement({
  description: "A page of the organization's log, oldest first.",
  fields: (t) => ({
    edges: t.field({
      type: [EventEdge],
      description: 'The events with their cursors.',
      resolve: (page) => page.events,
    }),
    nodes: t.field({ type: [EventRef], description: 'The events alone.', resolve: (page) => page.events }),
    pageInfo: t.field({
      type: PageInfo,
      description:
        'Where this page stands in the log. `endCursor` is set even on an empty page: follow from there.',
      resolve: ({ events, hasNextPage, hasPreviousPage, endCursor }) => ({
        hasNextPage,
        hasPreviousPage,
        startCursor: events[0] ? cursorOf(events[0]) : null,
        endCursor,
      }),
    }),
  }),
});

builder.queryFields((t) => ({
  events: t.field({
    type: EventConnection,
    description:
      "The organization's log: every change, oldest first. The same events as the subscription `events`.",
    args: {
      first: t.arg.int({
        required: false,
        defaultValue: defaultPage,
        description: `How many at most: 1 to ${largestPage}.`,
      }),
      last: t.arg.int({
        required: false,
        description: `The newest so many instead of the first, oldest first too: 1 to ${largestPage}. A display of what happened last begins with them.`,
      }),
      after: t.arg({
        type: 'Cursor',
        required: false,
        description: 'The cursor after which the page begins; the beginning of the log unless given.',
      }),
      filter: t.arg({
        type: EventFilter,
        required: false,
        description: 'Which events; all of them unless given.',
      }),
    },
    complexity: ({
      first,
      last,
    }: {
      first?: number | null | undefined;
      last?: number | null | undefined;
    }) => ({
      field: 1,
      multiplier: Math.max(1, Math.min(last ?? first ?? defaultPage, largestPage)),
    }),
    resolve: async (_root, args, context) => {
      const { events: log } = context.runtime;
      const { organizationId } = context.signedIn;
      const newest = args.last !== null && args.last !== undefined;
      const size = args.last ?? args.first ?? defaultPage;
      if (size < 1 || size > largestPage) {
        const name = newest ? 'last' : 'first';
        throw new MalformedInputError(`${name} must be from 1 to ${largestPage}; it is ${size}.`);
      }
      const head = await log.head(organizationId);
      const after = args.after ? decodeCursor(args.after, head.epoch) : { epoch: head.epoch, position: 0 };
      if (after.epoch !== head.epoch || after.position > head.position) {
        throw new MalformedInputError(
          'after: this log never gave that cursor. Read the state anew and follow from eventCursor.',
        );
      }
      const about = aboutOf(args.filter);
      const users = usersOf(args.filter);
      const actors = users ? await tokensOf(context, users) : null;
      const found = await log.page(organizationId, head.epoch, after.position, size + 1, {
        kinds: kindsFor(context, args.filter),
        newest,
        ...(about ? { related: about } : {}),
        ...(actors ? { actors: [...actors] } : {}),
      });
      const page = newest ? found.slice(-size) : found.slice(0, size);
      const seen = await Promise.all(page.map((event) => maySeeEvent(context, event)));
      const last = page.at(-1);
      const more = found.length > size;
      const hasNextPage = more && !newest;
      return {
        events: page.filter((_, place) => seen[place]),
        hasNextPage,
        hasPreviousPage: (newest && more) || (args.after !== null && args.after !== undefined),
        // With no more to come, what follows begins at the head that was read, not at the last match.
        endCursor:
          last && (hasNextPage || last.position > head.position) ? cursorOf(last) : encodeCursor(head),
      };
    },
  }),
  event: t.field({
    type: EventRef,
    nullable: true,
    description: 'One event, by its cursor; null where the log has none there, or you may not see it.',
    args: { cursor: t.arg({ type: 'Cursor', required: true, description: 'The cursor of the event.' }) },
    resolve: async (_root, { cursor }, context) => {
      const { events: log } = context.runtime;
      const { organizationId } = context.signedIn;
      const { epoch } = await log.head(organizationId);
      const at = decodeCursor(cursor, epoch);
      if (at.epoch !== epoch) return null;
      const [event] = await log.at(organizationId, epoch, [at.position]);
      return event && (await maySeeEvent(context, event)) ? event : null;
    },
  }),
  eventCursor: t.field({
    type: 'Cursor',
    description:
      'The place in the log at which the rest of this operation is at least true: follow a stream from it and you miss nothing.',
    resolve: async (_root, _args, context) => encodeCursor(await context.headAtStart()),
  }),
}));
