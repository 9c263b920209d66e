/** `npm run collect`: brings what machines say (MTConnect: SHDR adapters and recordings, agents) to the server. */
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { createClient } from '../client/client.ts';
import { type Collected, collect, describe, type Origin } from './collect.ts';
import { checkMapping, type Mapping, readMapping } from './mapping.ts';
import type { Log } from './observation.ts';

const help = `npm run collect -- [--mapping FILE | --machine NAME] (--from FILE | --adapter HOST:PORT | --agent URL)

Brings every observation of a machine to the server, exactly once, whatever fails in between. docs/collect.md says how.

  --from FILE         a recording in SHDR; its own times, as fast as it goes
      --speed N       N times as fast as it was recorded
      --start TIME    as if it began then: an instant, or now. The same instant goes on where a run was cut
  --adapter HOST:PORT an SHDR adapter
  --agent URL         an agent, or one of its devices: http://host:5000/device
      --poll SECONDS  ask it in this rhythm instead of streaming

  --mapping FILE      which items become which sensors (JSON); everything becomes one unless it says otherwise
  --machine NAME      without a mapping: the machine, by its name
      --devices FILE  the model of the device (Devices.xml), for units and types
      --create-machine  make the machine where it is missing (an administrator's token)
  --dry-run           with --from: say what would become what, and send nothing
  --journal FOLDER    where observations wait for the server (.heatmark-collect)
  --journal-limit MB  how much may wait, 1024 unless given

HEATMARK_URL (http://127.0.0.1:4000) and HEATMARK_TOKEN (with the right to report) say where to and as whom.`;

/** The command line cannot be used. */
class UsageError extends Error {}

const { values: flags } = parseArgs({
  options: {
    from: { type: 'string' },
    speed: { type: 'string' },
    start: { type: 'string' },
    adapter: { type: 'string' },
    agent: { type: 'string' },
    poll: { type: 'string' },
    mapping: { type: 'string' },
    machine: { type: 'string' },
    devices: { type: 'string' },
    'create-machine': { type: 'boolean', default: false },
    'dry-run': { type: 'boolean', default: false },
    journal: { type: 'string', default: '.heatmark-collect' },
    'journal-limit': { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

function numberFlag(name: 'speed' | 'poll' | 'journal-limit'): number | null {
  const text = flags[name];
  if (text === undefined || (name === 'speed' && text === 'max')) return null;
  const value = Number(text);
  if (!(value > 0 && Number.isFinite(value))) throw new UsageError(`--${name} must be a number above 0.`);
  return value;
}

function mappingOf(): Mapping {
  if (flags.mapping !== undefined) return readMapping(flags.mapping);
  const machine = flags.machine ?? (flags.from ? basename(flags.from).replace(/\..*$/, '') : undefined);
  if (machine === undefined) throw new UsageError('Say which machine: --mapping FILE or --machine NAME.');
  return checkMapping({
    source: machine,
    machine: { name: machine, create: flags['create-machine'] },
    ...(flags.devices === undefined ? {} : { devices: flags.devices }),
  });
}

function originOf(): Origin {
  const given = [flags.from, flags.adapter, flags.agent].filter((each) => each !== undefined);
  if (given.length !== 1) throw new UsageError('Give one of --from, --adapter, --agent.');
  if (flags.from !== undefined) {
    const start =
      flags.start === undefined ? null : flags.start === 'now' ? new Date() : new Date(flags.start);
    if (start && Number.isNaN(start.getTime())) {
      throw new UsageError('--start must be "now" or an instant: 2026-03-01T08:00:00Z.');
    }
    return { type: 'file', file: flags.from, speed: numberFlag('speed') ?? Number.POSITIVE_INFINITY, start };
  }
  if (flags.agent !== undefined) {
    const poll = numberFlag('poll');
    return { type: 'agent', url: new URL(flags.agent).href, poll: poll === null ? null : poll * 1_000 };
  }
  const [, host, port] = /^(.+):(\d+)$/.exec(flags.adapter ?? '') ?? [];
  if (!host) throw new UsageError('--adapter must be HOST:PORT.');
  return { type: 'adapter', host, port: Number(port) };
}

function endpoint(): { url: string; token: string } {
  const url = new URL(process.env.HEATMARK_URL || 'http://127.0.0.1:4000');
  if (url.pathname === '/') url.pathname = '/graphql';
  const token = process.env.HEATMARK_TOKEN;
  if (!token) throw new UsageError('HEATMARK_TOKEN is not set: a token with the right to report.');
  return { url: url.href, token };
}

const line = (mark: string) => (text: string) => console.error(`${new Date().toISOString()} ${mark}${text}`);
const log: Log = { info: line(''), warn: line('! ') };

function print({ source, progress, compromises, recording }: Collected): void {
  const rows: [string, string | number][] = [['source', source]];
  if (recording) {
    rows.push(['observations', `${recording.observations} of ${recording.items.size} items`]);
    if (recording.collected < recording.observations) {
      rows.push(['  skipped by the mapping', recording.observations - recording.collected]);
    }
    rows.push(['commands of the protocol', recording.commands]);
    for (const [reason, count] of recording.unreadable) rows.push([`cannot be read: ${reason}`, count]);
  }
  rows.push(
    ['the server has all up to', progress.sequence],
    ['stored', `${progress.stored} in ${progress.messages} messages, ${progress.repeated} sent again`],
    ['known already', progress.skipped],
    ['lost at the source', progress.missed],
    ['reports', `${progress.reports}, ${progress.outdated} of them surpassed`],
    ['not numeric, as UNAVAILABLE', compromises.notNumeric],
    ['texts cut', compromises.shortened],
  );
  for (const [name, value] of rows) console.log(`${name.padEnd(30)} ${value}`);
}

async function main(): Promise<void> {
  if (flags.help) return console.log(help);
  const mapping = mappingOf();
  const origin = originOf();
  if (flags['dry-run']) {
    if (origin.type !== 'file') throw new UsageError('--dry-run goes with --from.');
    return console.log(await describe(mapping, origin.file));
  }
  const client = createClient({ ...endpoint(), retries: 0 });
  const stopping = new AbortController();
  // The first asks for an end in good order; the second is heeded at once by the system.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort());
  const limit = numberFlag('journal-limit');
  if (origin.type === 'file' && origin.start) log.info(`goes on with --start ${origin.start.toISOString()}`);
  const began = Date.now();
  let shown = began;
  try {
    const collected = await collect({
      client,
      mapping,
      origin,
      folder: flags.journal,
      log,
      signal: stopping.signal,
      ...(limit === null ? {} : { journalLimit: limit * 1024 ** 2 }),
      onProgress: ({ sequence, stored }, recording) => {
        if (Date.now() - shown < 5_000) return;
        shown = Date.now();
        const of = recording ? ` of ${recording.collected}` : '';
        log.info(`${sequence}${of} are stored, ${stored} of them since the start`);
      },
    });
    print(collected);
    console.log(`${'took'.padEnd(30)} ${((Date.now() - began) / 1_000).toFixed(1)} s`);
  } finally {
    await client.close();
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = error instanceof UsageError ? 2 : 1;
});
