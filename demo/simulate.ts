/** `npm run simulate`: people and machines who work in the demo factories of a server that runs elsewhere. */
import { parseArgs } from 'node:util';
import { demoFolder, fileStore } from './access.ts';
import { simulate } from './simulator.ts';

const help = `npm run simulate -- [--speed 60] [--minutes N] [--once] [--url http://127.0.0.1:4000/graphql]

Works in the factories of a demonstration that was started with --still, or that another process serves. The tokens are
read from demo.json in HEATMARK_DATA (${demoFolder}).`;

async function main(): Promise<void> {
  const { values: flags } = parseArgs({
    options: {
      speed: { type: 'string', default: '60' },
      minutes: { type: 'string' },
      once: { type: 'boolean', default: false },
      url: { type: 'string', default: `http://127.0.0.1:${process.env.PORT || '4000'}/graphql` },
      help: { type: 'boolean', default: false },
    },
  });
  if (flags.help) return console.log(help);
  const access = fileStore(process.env.HEATMARK_DATA || demoFolder).read();
  if (!access?.ready) throw new Error('There is no demonstration to work in. Start one first: npm run demo.');
  const speed = Number(flags.speed);
  const minutes = flags.minutes === undefined ? undefined : Number(flags.minutes);
  if (!(speed > 0) || (minutes !== undefined && !(minutes > 0))) {
    throw new Error('--speed and --minutes must be numbers above 0.');
  }
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort());
  const tally = await simulate({
    url: flags.url,
    organizations: access.organizations,
    speed,
    minutes,
    once: flags.once,
    signal: stopping.signal,
    onProblem: (error) => console.error(error instanceof Error ? error.message : error),
  });
  console.log(JSON.stringify(tally, null, 2));
  if (tally.problems.length > 0) process.exitCode = 1;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
