/** What orders have against archiving what they are made of and by. */
import type { Guard } from '../commands/guards.ts';
import { namedBlockers } from '../commands/references.ts';
import { materialCommands } from '../materials/material.service.ts';
import { workflowArchiving } from '../workflow/workflow.service.ts';

/** Line items that are not confirmed yet name it: they could never be confirmed. */
function notOrdered(
  rule: string,
  column: 'materialId' | 'workflowId',
  advice: string,
): Guard<{ id: string }> {
  return async ({ tx, organizationId }, { id }) => {
    const items = await tx.lineItem.findMany({
      where: { organizationId, [column]: id, status: { in: ['NEW', 'PENDING'] } },
      include: { order: { select: { number: true } } },
      orderBy: { id: 'asc' },
      take: namedBlockers,
    });
    return items.map((item) => {
      const label = `${item.order.number}-${item.position} ${item.designName}`;
      return {
        rule,
        message: `${label} is to be made with it. ${advice}`,
        subject: { noun: 'LineItem', uuid: item.id, label },
      };
    });
  };
}

materialCommands.archiving.add(
  'material.notOrdered',
  notOrdered('material.notOrdered', 'materialId', 'Confirm it, or give it another material.'),
);
workflowArchiving.add(
  'workflow.notOrdered',
  notOrdered('workflow.notOrdered', 'workflowId', 'Confirm it, or give it another workflow.'),
);
