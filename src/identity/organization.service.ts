import { z } from 'zod';
import { command } from '../commands/command.ts';
import { expectedVersion, line } from '../commands/input.ts';
import { ConflictError } from '../errors.ts';

export const updateOrganization = command('updateOrganization', {
  description: "Changes the caller's own organization. What is left out stays as it is.",
  right: 'administer',
  input: {
    expectedVersion: expectedVersion(),
    name: line().optional().describe('How the organization is called.'),
    fourEyes: z
      .boolean()
      .optional()
      .describe('Whether a mill certification is reviewed by somebody else than who edited it last.'),
  },
  refusals: [ConflictError],
  run: async (context, { name, fourEyes, expectedVersion: expected }) => {
    const id = context.organizationId;
    // A weaker lock than other nouns': FOR UPDATE would make every insert of the organization wait.
    await context.tx.$queryRaw`SELECT id FROM "Organization" WHERE id = ${id}::uuid FOR NO KEY UPDATE`;
    const before = await context.tx.organization.findUniqueOrThrow({ where: { id } });
    context.expectVersion('Organization', before, expected);
    const changed = { name: name ?? before.name, fourEyes: fourEyes ?? before.fourEyes };
    if (changed.name === before.name && changed.fourEyes === before.fourEyes) return { id };
    const after = await context.tx.organization.update({
      where: { id },
      data: { ...changed, ...context.touched() },
    });
    context.record('OrganizationChanged', 'Organization', before, after);
    return { id };
  },
});
