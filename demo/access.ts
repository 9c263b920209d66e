/** Where the demonstration keeps what its clients sign in with. */
import { readFileSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Who works in a demo factory. */
export type DemoRole = 'administrator' | 'operator' | 'machine' | 'viewer';

export interface DemoOrganization {
  readonly code: string;
  readonly name: string;
  /** The administrator's is made first; the others appear while the factory is prepared. */
  readonly tokens: Partial<Record<DemoRole, string>>;
}

export interface DemoAccess {
  /** When the factories were begun: due dates are counted from it, so that preparing can be resumed. */
  readonly preparedAt: string;
  /** Everything stands. */
  readonly ready: boolean;
  readonly organizations: readonly DemoOrganization[];
}

/** Keeps the access between two starts. */
export interface AccessStore {
  read(): DemoAccess | null;
  write(access: DemoAccess): Promise<void>;
}

/** The folder of the demonstration unless HEATMARK_DATA names another. */
export const demoFolder = '.heatmark-demo';

/**
 * Keeps the access in `demo.json` of the data folder, readable by its owner only: these tokens open a factory that
 * holds nothing of worth.
 */
export function fileStore(folder: string): AccessStore {
  const file = join(folder, 'demo.json');
  return {
    read() {
      try {
        return JSON.parse(readFileSync(file, 'utf8')) as DemoAccess;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
        throw error;
      }
    },
    async write(access) {
      await mkdir(folder, { recursive: true });
      // Moved into its place: a kill while writing leaves the old one.
      await writeFile(`${file}.new`, `${JSON.stringify(access, null, 2)}\n`, { mode: 0o600 });
      await rename(`${file}.new`, file);
    },
  };
}

/** The token of a role in a demo organization. */
export function tokenOf(organization: DemoOrganization, role: DemoRole): string {
  const token = organization.tokens[role];
  if (!token) throw new Error(`${organization.name} has no token for its ${role} yet.`);
  return token;
}

/** How scripts find the server and sign in: by what they are told, else as the demonstration does. */
export function accessOf(
  given: { url?: string | undefined; token?: string | undefined; organization?: string | undefined },
  role: DemoRole,
  environment: NodeJS.ProcessEnv = process.env,
): { url: string; token: string } {
  const port = environment.PORT || '4000';
  const url = new URL(given.url ?? environment.HEATMARK_URL ?? `http://127.0.0.1:${port}`);
  if (url.pathname === '/') url.pathname = '/graphql';
  const token = given.token ?? environment.HEATMARK_TOKEN;
  if (token) return { url: url.href, token };
  const access = fileStore(environment.HEATMARK_DATA || demoFolder).read();
  const wanted = given.organization;
  const organization = access?.organizations.find((each) => !wanted || each.code === wanted);
  if (!organization) {
    throw new Error(
      access
        ? `There is no demo organization "${wanted}": ${access.organizations.map((each) => each.code).join(', ')}.`
        : 'Sign in with --token or HEATMARK_TOKEN, or start the demonstration (npm run demo) first.',
    );
  }
  return { url: url.href, token: tokenOf(organization, role) };
}
