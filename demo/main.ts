/** `npm run demo`: the server, two factories on the first start, and people and machines who work in them. */
import { parseArgs } from 'node:util';
import closeWithGrace from 'close-with-grace';
import { ConfigError, readConfig } from '../src/config.ts';
import { createLogger } from '../src/logger.ts';
import { serve } from '../src/serve.ts';
import { type DemoAccess, demoFolder, fileStore } from './access.ts';
import { prepareDemo } from './prepare.ts';
import { simulate } from './simulator.ts';

const help = `npm run demo -- [options]

  --speed N     minutes of the shop in a minute of yours; 60 unless given
  --minutes N   work for so many minutes of the shop, then stop
  --once        one round of work, then stop
  --still       nobody works: the factories stay as they are
  --help

The server's environment (PORT, HEATMARK_DATA, DATABASE_URL, LOG_LEVEL …) holds here too; the data lie in
${demoFolder}, the tokens beside them in demo.json.`;

/** Starts the demonstration, and stops it gracefully at SIGTERM or SIGINT. */
export async function main(): Promise<void> {
  const { values: flags } = parseArgs({
    options: {
      speed: { type: 'string', default: '60' },
      minutes: { type: 'string' },
      once: { type: 'boolean', default: false },
      still: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (flags.help) {
    console.log(help);
    return;
  }
  const speed = positive('speed', flags.speed);
  const minutes = flags.minutes === undefined ? undefined : positive('minutes', flags.minutes);
  const config = readConfig({
    ...process.env,
    HEATMARK_DATA: process.env.HEATMARK_DATA || demoFolder,
    // The terminal is for the tokens; what goes wrong is still told.
    LOG_LEVEL: process.env.LOG_LEVEL || 'warn',
  });
  const log = createLogger({ level: config.logLevel });
  const server = await serve(config, log);
  const stopping = new AbortController();
  const url = `${server.url}/graphql`;
  let working: Promise<unknown> = Promise.resolve();
  const closing = closeWithGrace({ delay: 20_000, logger: false }, async ({ signal, err }) => {
    if (err) log.fatal({ err }, 'stopping after an error');
    else log.info({ signal }, 'stopping');
    stopping.abort();
    await working.catch(() => undefined);
    await server.stop();
  });

  const access = await prepareDemo({
    prisma: server.app.prisma,
    url,
    store: fileStore(config.dataDirectory),
    onStep: (what) => console.log(`… ${what}`),
  }).catch((error: unknown) => {
    // Interrupted: the next start goes on from here.
    if (stopping.signal.aborted) return null;
    throw error;
  });
  if (!access) return;
  console.log(welcome(url, access, flags.still ? null : speed));
  if (flags.still) return;
  const run = simulate({
    url,
    organizations: access.organizations,
    speed,
    minutes,
    once: flags.once,
    signal: stopping.signal,
    onProblem: (err) => log.warn({ err }, 'the simulator met a problem and goes on'),
  });
  working = run;
  const tally = await run;
  if (stopping.signal.aborted || (!flags.once && minutes === undefined)) return;
  console.log(JSON.stringify(tally, null, 2));
  if (tally.problems.length > 0) process.exitCode = 1;
  await closing.close();
}

class FlagError extends Error {}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new FlagError(`--${name} must be a number above 0.`);
}

function welcome(url: string, { organizations }: DemoAccess, speed: number | null): string {
  const factories = organizations.map(
    ({ name, tokens }) =>
      `  ${name}\n    viewer    ${tokens.viewer}\n    operator  ${tokens.operator}\n    machine   ${tokens.machine}\n    admin     ${tokens.administrator}`,
  );
  return [
    '',
    `  Heatmark's demonstration is ready: ${url}`,
    speed === null
      ? '  Nobody works in it (--still).'
      : `  A minute of yours is ${speed} minutes of the shop.`,
    '',
    ...factories,
    '',
    '  Sign in with a header:  {"authorization": "Bearer …"}',
    '  In a second terminal:   npm run follow -- events',
    '',
  ].join('\n');
}

main().catch((error: unknown) => {
  // A wrong flag or environment is told plainly; anything else with its stack.
  console.error(error instanceof ConfigError || error instanceof FlagError ? error.message : error);
  process.exit(1);
});
