import { newId } from '../../src/ids.ts';
import type { TestApp } from './app.ts';

/**
 * Appends many large events in one commit, past the commands: for what thousands of them do to slow readers.
 * They say that a location, which does not exist, was renamed.
 */
export async function appendEvents(
  app: TestApp,
  organizationId: string,
  { count, bytes = 20 }: { count: number; bytes?: number },
): Promise<void> {
  const subjectId = newId();
  const causeId = newId();
  const events = Array.from({ length: count }, (_, place) => ({
    kind: 'LocationChanged',
    subjectType: 'Location',
    subjectId,
    version: place + 1,
    related: [subjectId],
    before: { name: '' },
    after: { name: 'x'.repeat(bytes) },
    data: null,
    actorKind: 'SYSTEM',
    actorId: null,
    requestId: null,
    reason: null,
    causeId,
    occurredAt: new Date().toISOString(),
  }));
  await app.database.query(
    `INSERT INTO "EventDraft" ("organizationId", id, events) VALUES ($1, $2, $3::jsonb)`,
    [organizationId, newId(), JSON.stringify(events)],
  );
  app.app.runtime.events.committed(organizationId);
}
