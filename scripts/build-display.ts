/**
 * Builds the shop-floor display into display/dist, where its sources are newer than what was built; `--always` in any
 * case. `npm start` runs it: an installation without the tools of development starts with what is there.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';

const root = resolve(import.meta.dirname, '..');
const built = join(root, 'display/dist');
const sources = ['display', 'client/backoff.ts', 'schema/schema.graphql', 'codegen.ts', 'package-lock.json'];
const tools = ['vite/package.json', 'preact/package.json', '@graphql-codegen/cli/package.json'];

/** The files of a source, but for what is made of them. */
function filesOf(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .filter((name) => name !== 'dist' && name !== 'generated')
    .flatMap((name) => filesOf(join(path, name)));
}

function isCurrent(): boolean {
  const page = join(built, 'index.html');
  if (!existsSync(page)) return false;
  const { mtimeMs } = statSync(page);
  return sources
    .flatMap((source) => filesOf(join(root, source)))
    .every((file) => statSync(file).mtimeMs <= mtimeMs);
}

function hasTools(): boolean {
  const require = createRequire(import.meta.url);
  return tools.every((tool) => {
    try {
      return require.resolve(tool) !== '';
    } catch (error) {
      // Installed, and it does not export its package.json.
      return (error as NodeJS.ErrnoException).code === 'ERR_PACKAGE_PATH_NOT_EXPORTED';
    }
  });
}

async function build(): Promise<void> {
  const [{ generate }, { build: bundle }, { default: codegen }] = await Promise.all([
    import('@graphql-codegen/cli'),
    import('vite'),
    import('../codegen.ts'),
  ]);
  const output = 'display/generated/';
  const own = codegen.generates[output];
  if (!own) throw new Error(`codegen.ts makes no ${output}.`);
  await generate({ ...codegen, generates: { [output]: own }, silent: true, cwd: root }, true);
  await bundle({ configFile: join(root, 'display/vite.config.ts'), logLevel: 'warn' });
  const bytes = filesOf(join(built, 'assets'))
    .concat(join(built, 'index.html'))
    .reduce((sum, file) => sum + gzipSync(readFileSync(file)).length, 0);
  console.log(`The display is built: ${(bytes / 1_000).toFixed(1)} kB gzipped.`);
}

if (process.argv.includes('--always') || !isCurrent()) {
  if (hasTools()) await build();
  else if (!existsSync(built))
    console.error('The display is not built, as the tools for it are not installed.');
}
