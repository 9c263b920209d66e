import { changesOf } from '../events/changes.ts';
import { cursorOf, type LoggedEvent } from '../events/log.ts';
import { encodeId } from '../ids.ts';

/**
 * The body of a delivery: the event as the API shows it to an administrator, with public ids. `id` is that of the
 * delivery, which stays the same however often it is sent.
 */
export function heatmarkBody(event: LoggedEvent, deliveryId: string): string {
  const message = event.data?.message;
  return JSON.stringify({
    id: encodeId('WebhookDelivery', deliveryId),
    type: event.kind,
    cursor: cursorOf(event),
    subject: { type: event.subjectType, id: encodeId(event.subjectType, event.subjectId) },
    version: event.version,
    changes: changesOf(event).map(({ field, before, after }) => ({
      field,
      before: before ?? null,
      after: after ?? null,
    })),
    ...(typeof message === 'string' && { message }),
    actor: { kind: event.actorKind, tokenId: event.actorId && encodeId('ApiToken', event.actorId) },
    reason: event.reason,
    cause: event.causeId.replaceAll('-', ''),
    occurredAt: event.occurredAt.toISOString(),
    recordedAt: event.recordedAt.toISOString(),
  });
}
