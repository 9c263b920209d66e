/** The events of a report, page by page of the log, as the report tells them. */
import type { WorkstationKind } from '../../prisma/generated/client/client.ts';
import type { Database } from '../database/open.ts';
import { referredNoun } from '../database/where.ts';
import { type Change, changesOf } from '../events/changes.ts';
import type { LoggedEvent } from '../events/log.ts';
import { encodeId } from '../ids.ts';
import { type EventGroup, groupOf } from './report.groups.ts';
import { isAfterwards, type ReportScope, type ReportSubject } from './report.scope.ts';

/** Who caused an event. Names are those of the position that the report is of. */
export interface ReportedActor {
  kind: 'TOKEN' | 'SYSTEM';
  tokenId: string | null;
  token: string | null;
  userId: string | null;
  user: string | null;
}

/** One event, as a report tells it. */
export interface ReportedEvent {
  position: number;
  kind: string;
  group: EventGroup;
  subjectId: string;
  occurredAt: string;
  recordedAt: string;
  actor: ReportedActor;
  reason: string | null;
  changes: Change[];
}

/** Events that one statement reads. */
const pageSize = 1_000;

type EventRow = Omit<LoggedEvent, 'position' | 'organizationId' | 'epoch'> & { position: bigint };

/** The next events of the scope after a position, oldest first: one statement. */
async function readPage(
  database: Database,
  { organizationId, position }: ReportSubject,
  { own, related }: ReportScope,
  after: number,
): Promise<LoggedEvent[]> {
  const parameters: unknown[] = [organizationId, after, position, own];
  const conditions = [
    'related && $4::uuid[]',
    ...related
      .filter(({ ids }) => ids.length > 0)
      .map(({ ids, nouns }) => {
        const place = parameters.push(ids, nouns);
        return `(related && $${place - 1}::uuid[] AND "subjectType" = ANY($${place}::text[]))`;
      }),
  ];
  const rows = await database.query<EventRow>(
    `SELECT "position", kind, "subjectType", "subjectId", version, related, before, after, data, "actorKind", "actorId",
       "requestId", reason, "causeId", "occurredAt", "recordedAt"
     FROM "Event" WHERE "organizationId" = $1 AND "position" > $2 AND "position" <= $3 AND (${conditions.join(' OR ')})
     ORDER BY "position" LIMIT ${pageSize}`,
    parameters,
  );
  return rows.map((row) => ({ ...row, organizationId, epoch: '', position: Number(row.position) }));
}

/** What is looked up once for all pages. */
class Names {
  readonly #database: Database;
  readonly #subject: ReportSubject;
  readonly #kinds = new Map<string, WorkstationKind>();
  readonly #actors = new Map<string, ReportedActor>();

  constructor(database: Database, subject: ReportSubject) {
    this.#database = database;
    this.#subject = subject;
  }

  /** Learns what these events name: at most two statements. */
  async learn(events: readonly LoggedEvent[]): Promise<void> {
    const { organizationId, position } = this.#subject;
    const unknown = events
      .filter(({ subjectType }) => subjectType === 'Operation' || subjectType === 'Run')
      .map(({ subjectId }) => subjectId)
      .filter((id) => !this.#kinds.has(id));
    if (unknown.length > 0) {
      const rows = await this.#database.query<{ id: string; kind: WorkstationKind }>(
        `SELECT id::text AS id, kind::text AS kind FROM "Operation" WHERE "organizationId" = $1 AND id = ANY($2::uuid[])
         UNION ALL SELECT id::text, kind::text FROM "Run" WHERE "organizationId" = $1 AND id = ANY($2::uuid[])`,
        [organizationId, [...new Set(unknown)]],
      );
      for (const { id, kind } of rows) this.#kinds.set(id, kind);
    }
    const actors = events.flatMap(({ actorId }) => (actorId && !this.#actors.has(actorId) ? [actorId] : []));
    if (actors.length === 0) return;
    // A user may be called otherwise since: the log knows how they were called then.
    const rows = await this.#database.query<{
      id: string;
      name: string;
      userId: string | null;
      user: string | null;
    }>(
      `SELECT t.id::text AS id, t.name, u.id::text AS "userId", coalesce(
         (SELECT e.after->>'name' FROM "Event" e WHERE e."organizationId" = $1 AND e."subjectId" = u.id AND e."position" <= $3
            AND e.after->>'name' IS NOT NULL ORDER BY e."position" DESC LIMIT 1),
         (SELECT e.before->>'name' FROM "Event" e WHERE e."organizationId" = $1 AND e."subjectId" = u.id AND e."position" > $3
            AND e.before->>'name' IS NOT NULL ORDER BY e."position" LIMIT 1),
         u.name) AS user
       FROM "ApiToken" t LEFT JOIN "User" u ON u."organizationId" = t."organizationId" AND u.id = t."userId"
       WHERE t."organizationId" = $1 AND t.id = ANY($2::uuid[])`,
      [organizationId, [...new Set(actors)], position],
    );
    for (const { id, name, userId, user } of rows) {
      this.#actors.set(id, {
        kind: 'TOKEN',
        tokenId: encodeId('ApiToken', id),
        token: name,
        userId: userId && encodeId('User', userId),
        user,
      });
    }
  }

  kindOf(id: string): WorkstationKind | null {
    return this.#kinds.get(id) ?? null;
  }

  actorOf({ actorKind, actorId }: LoggedEvent): ReportedActor {
    const known = actorId ? this.#actors.get(actorId) : undefined;
    const tokenId = actorId && encodeId('ApiToken', actorId);
    return known ?? { kind: actorKind, tokenId, token: null, userId: null, user: null };
  }
}

/** The events of a report in the order of the log, a page at a time; of these groups only, where any are given. */
export async function* reportedEvents(
  database: Database,
  subject: ReportSubject,
  scope: ReportScope,
  groups: readonly EventGroup[],
): AsyncGenerator<ReportedEvent[]> {
  const names = new Names(database, subject);
  for (let after = 0; ; ) {
    const page = await readPage(database, subject, scope, after);
    await names.learn(page);
    yield page
      .filter((event) => !isAfterwards(scope, event))
      .map((event) => told(event, names))
      .filter(({ group }) => groups.length === 0 || groups.includes(group));
    const last = page.at(-1);
    if (!last || page.length < pageSize) return;
    after = last.position;
  }
}

function told(event: LoggedEvent, names: Names): ReportedEvent {
  return {
    position: event.position,
    kind: event.kind,
    group: groupOf(event, names.kindOf(event.subjectId)),
    subjectId: encodeId(event.subjectType, event.subjectId),
    occurredAt: event.occurredAt.toISOString(),
    recordedAt: event.recordedAt.toISOString(),
    actor: names.actorOf(event),
    reason: event.reason,
    changes: changesOf(event).map(({ field, before, after }) => ({
      field,
      before: before ?? null,
      after: after ?? null,
    })),
  };
}

/** What the log knew of the subject itself at the position: the last value of each of its fields. One statement. */
export async function stateOf(
  database: Database,
  { organizationId, noun, id, position }: ReportSubject,
): Promise<Record<string, unknown>> {
  const rows = await database.query<{ field: string; value: unknown }>(
    `SELECT DISTINCT ON (f.key) f.key AS field, f.value FROM "Event" e CROSS JOIN jsonb_each(e.after) f
     WHERE e."organizationId" = $1 AND e."subjectId" = $2 AND e."position" <= $3 AND jsonb_typeof(e.after) = 'object'
     ORDER BY f.key, e."position" DESC`,
    [organizationId, id, position],
  );
  return Object.fromEntries(
    rows.map(({ field, value }) => {
      const referred = referredNoun(noun, field);
      return [field, referred && typeof value === 'string' ? encodeId(referred, value) : value];
    }),
  );
}
