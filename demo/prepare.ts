import { createClient } from '../client/client.ts';
import type { PrismaClient } from '../prisma/generated/client/client.ts';
import { createOrganization } from '../src/identity/organization.setup.ts';
import { newToken } from '../src/identity/tokens.ts';
import type { AccessStore, DemoAccess, DemoOrganization, DemoRole } from './access.ts';
import { type FactoryPlan, factories } from './factories.ts';
import { seedFactory, seedTokens } from './seed.ts';

export interface PrepareOptions {
  readonly prisma: PrismaClient;
  /** The endpoint of the running server. */
  readonly url: string;
  readonly store: AccessStore;
  readonly now?: () => Date;
  readonly plans?: readonly FactoryPlan[];
  /** Is told what is being prepared. */
  readonly onStep?: (what: string) => void;
}

/**
 * Makes the demo factories on the first start, and answers what their clients sign in with.
 *
 * May be interrupted at any point: a second call goes on. The administrators' tokens are written down before their
 * organizations exist, and every mutation has a `clientMutationId` of its own, so that what was done before is
 * answered and not done again (for a day, as the server promises).
 */
export async function prepareDemo(options: PrepareOptions): Promise<DemoAccess> {
  const { prisma, url, store, plans = factories, now = () => new Date(), onStep = () => undefined } = options;
  let access = store.read();
  if (access?.ready) return access;
  if (!access) {
    access = {
      preparedAt: now().toISOString(),
      ready: false,
      organizations: plans.map(({ code, name }) => ({ code, name, tokens: { administrator: newToken() } })),
    };
    await store.write(access);
  }
  const preparedAt = new Date(access.preparedAt);
  for (const plan of plans) {
    onStep(`preparing ${plan.name}`);
    const token = access.organizations.find((each) => each.code === plan.code)?.tokens.administrator;
    if (!token)
      throw new Error(`demo.json knows no administrator of ${plan.name}. Delete the demo's folder.`);
    // Creating an organization is no part of the API: it is the installation's act.
    const known = await prisma.organization.count({ where: { code: plan.code } });
    if (known === 0)
      await createOrganization(prisma, { code: plan.code, name: plan.name, token }, preparedAt);
    const client = createClient({ url, token });
    try {
      const keep = async (role: DemoRole, text: string): Promise<void> => {
        access = withToken(access as DemoAccess, plan.code, role, text);
        await store.write(access);
      };
      const known = organizationOf(access, plan.code).tokens;
      await seedTokens(client, plan, known, keep);
      await seedFactory(client, plan, { preparedAt, url });
    } finally {
      await client.close();
    }
  }
  access = { ...access, ready: true };
  await store.write(access);
  return access;
}

function organizationOf(access: DemoAccess, code: string): DemoOrganization {
  const organization = access.organizations.find((each) => each.code === code);
  if (!organization) throw new Error(`No demo organization ${code}.`);
  return organization;
}

function withToken(access: DemoAccess, code: string, role: DemoRole, token: string): DemoAccess {
  const organizations = access.organizations.map((each) =>
    each.code === code ? { ...each, tokens: { ...each.tokens, [role]: token } } : each,
  );
  return { ...access, organizations };
}
