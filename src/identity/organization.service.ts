import { command } from '../commands/command.ts';
import { expectedVersion, line } from '../commands/input.ts';
import { ConflictError } from '../errors.ts';

export const updateOrganization = command('updateOrganization', {
  description: "Changes the caller's own organization. What is left out stays as it is.",
  right: 'administer',
  input: {
    expectedVersion: expectedVersion(),
    name: line().optional().describe('How the organization is called.'),
  },
  refusals: [ConflictError],
  run: async (context, { name, expectedVersion: expected }) => {
    const id = context.organizationId;
    // A weaker lock than other nouns': FOR UPDATE would make every insert of the organization wait.
    await context.tx.$queryRaw`SELECT id FROM "Organization" WHERE id = ${id}::uuid FOR NO KEY UPDATE`;
    const before = await context.tx.organization.findUniqueOrThrow({ where: { id } });
    context.expectVersion('Organization', before, expected);
    if (name === undefined || name === before.name) return { id };
    const after = await context.tx.organization.update({
      where: { id },
      data: { name, ...context.touched() },
    });
    context.record('OrganizationChanged', 'Organization', before, after);
    return { id };
  },
});
