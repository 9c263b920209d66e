/** Regenerates everything and fails on any difference, on types, on lint. `npm run check`. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const root = new URL('..', import.meta.url).pathname;
const committed = new URL('../schema/schema.graphql', import.meta.url);

/** Runs a command quietly; its output is the reason when it fails. */
function run(command: string, ...parameters: string[]): string | null {
  const { status, stdout, stderr } = spawnSync(command, parameters, { cwd: root, encoding: 'utf8' });
  return status === 0 ? null : `${stdout}${stderr}`;
}

/** The printed schema is generated and committed: clients are generated from it, and a change shows in review. */
function schemaIsCurrent(): string | null {
  const before = readFileSync(committed, 'utf8');
  const failed = run('npm', 'run', '--silent', 'generate:schema');
  if (failed) return failed;
  if (readFileSync(committed, 'utf8') === before) return null;
  return 'schema/schema.graphql was out of date. It has been written anew: look at the difference and commit it.';
}

const checks: [string, () => string | null][] = [
  ['Prisma client and Pothos types', () => run('npm', 'run', '--silent', 'generate')],
  ['schema/schema.graphql is up to date', schemaIsCurrent],
  ['typed documents', () => run('npm', 'run', '--silent', 'generate:clients')],
  ['migrations match prisma/schema', () => run('npm', 'run', '--silent', 'migrate:check')],
  ['types', () => run('npx', 'tsc', '-p', 'tsconfig.json')],
  ['types of the display', () => run('npx', 'tsc', '-p', 'display/tsconfig.json')],
  ['lint and format', () => run('npx', 'biome', 'check', '--error-on-warnings')],
  [
    'imports between folders and conventions',
    () => run('npx', 'vitest', 'run', '--project', 'core', 'test/schema'),
  ],
];

let failed = 0;
for (const [name, check] of checks) {
  const reason = check();
  console.log(`${reason === null ? 'ok    ' : 'FAILED'} ${name}`);
  if (reason !== null) {
    failed++;
    console.log(reason.trimEnd().replace(/^/gm, '         '));
  }
}
console.log(`\n${checks.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
