import { runAsSystem } from '../commands/runner.ts';
import type { Runtime } from '../runtime.ts';
import type { WebhookKey } from './outbox.ts';

/** Stops a webhook that is sent to, in the system's own name. Says nothing where it is not any more. */
export async function disableWebhook(
  runtime: Runtime,
  { organizationId, id }: WebhookKey,
  reason: string,
): Promise<void> {
  await runAsSystem(runtime, organizationId, async (context) => {
    await context.lock({ Webhook: [id] });
    const before = await context.tx.webhook.findUniqueOrThrow({ where: context.key(id) });
    if (before.status !== 'ACTIVE' || before.archivedAt) return;
    const after = await context.tx.webhook.update({
      where: context.key(id),
      data: { status: 'DISABLED', disabledReason: reason, ...context.touched() },
    });
    context.record('WebhookDisabled', 'Webhook', before, after, { reason });
  });
}
