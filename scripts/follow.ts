/** `npm run follow`: prints the messages of a subscription, one a line, through lost connections. */
import { parseArgs } from 'node:util';
import { type Client, createClient } from '../client/client.ts';
import { graphql } from '../client/generated/gql.ts';
import type { FollowedEventFragment } from '../client/generated/graphql.ts';
import { accessOf } from '../demo/access.ts';

const help = `npm run follow -- STREAM [options]

  events                              everything that happens in the organization
  orderEvents    [--order ord_…]      orders, their line items and pieces
  runEvents      --run run_…          one run, by its id or number (R-000012)
  buildEvents    [--run] [--machine]  builds, layer by layer
  machineEvents  [--machine mach_…]   what state machines are in
  anomalyEvents  [--run] [--machine]  what is found in builds
  sensorReadings [--machine] [--sensor sens_… …]

  --after CURSOR   begin behind a cursor; START for the beginning of the log
  --count N        stop after so many messages
  --json           whole messages instead of lines
  --organization C a factory of the demonstration: nordlicht (unless given), rhein
  --url, --token   another server or token (HEATMARK_URL, HEATMARK_TOKEN)

Ends with Ctrl-C, and then prints the cursor to go on from.`;

// What every event has.
export const FollowedEvent = graphql(/* GraphQL */ `
  fragment FollowedEvent on Event {
    cursor
    kind
    subjectId
    version
    occurredAt
    reason
    actor { kind name }
    changes { field before after }
  }
`);

const OpenRuns = graphql(/* GraphQL */ `
  query FollowOpenRuns {
    runs(first: 10, filter: { status: { in: [IN_PROGRESS, PAUSED] } }, orderBy: [{ field: NUMBER }]) {
      nodes { id number status workstation { name } }
    }
  }
`);

const RunByNumber = graphql(/* GraphQL */ `
  query FollowRunByNumber($number: String!) {
    runs(first: 1, filter: { number: { equals: $number } }) { nodes { id } }
  }
`);

const Events = graphql(/* GraphQL */ `
  subscription FollowEvents($after: Cursor) {
    messages: events(after: $after) {
      __typename
      ...FollowedEvent
      ... on Position { cursor }
      ... on Gap { fromCursor toCursor gapReason: reason }
    }
  }
`);

const OrderEvents = graphql(/* GraphQL */ `
  subscription FollowOrderEvents($orderId: ID, $after: Cursor) {
    messages: orderEvents(orderId: $orderId, after: $after) {
      __typename
      ...FollowedEvent
      ... on OrderCreated { order { number } }
      ... on OrderStatusChanged { order { number } }
      ... on PieceStatusChanged { piece { serial } }
      ... on Position { cursor }
      ... on Gap { fromCursor toCursor gapReason: reason }
    }
  }
`);

const RunEvents = graphql(/* GraphQL */ `
  subscription FollowRunEvents($runId: ID!, $after: Cursor) {
    messages: runEvents(runId: $runId, after: $after) {
      __typename
      ...FollowedEvent
      ... on RunAlert { message }
      ... on Position { cursor }
      ... on Gap { fromCursor toCursor gapReason: reason }
    }
  }
`);

const BuildEvents = graphql(/* GraphQL */ `
  subscription FollowBuildEvents($runId: ID, $machineId: ID, $after: Cursor) {
    messages: buildEvents(runId: $runId, machineId: $machineId, after: $after) {
      __typename
      ...FollowedEvent
      ... on BuildProgress { build { name status currentLayer layers machine { name } } }
      ... on Position { cursor }
      ... on Gap { fromCursor toCursor gapReason: reason }
    }
  }
`);

const MachineEvents = graphql(/* GraphQL */ `
  subscription FollowMachineEvents($machineId: ID, $after: Cursor) {
    messages: machineEvents(machineId: $machineId, after: $after) {
      __typename
      ...FollowedEvent
      ... on MachineStatusChanged { machine { name } }
      ... on Position { cursor }
      ... on Gap { fromCursor toCursor gapReason: reason }
    }
  }
`);

const AnomalyEvents = graphql(/* GraphQL */ `
  subscription FollowAnomalyEvents($runId: ID, $machineId: ID, $after: Cursor) {
    messages: anomalyEvents(runId: $runId, machineId: $machineId, after: $after) {
      __typename
      ...FollowedEvent
      ... on AnomalyDetected { anomaly { classification layer machine { name } } }
      ... on Position { cursor }
      ... on Gap { fromCursor toCursor gapReason: reason }
    }
  }
`);

const SensorReadings = graphql(/* GraphQL */ `
  subscription FollowSensorReadings($machineId: ID, $sensorIds: [ID!], $after: Cursor) {
    messages: sensorReadings(machineId: $machineId, sensorIds: $sensorIds, after: $after) {
      __typename
      ... on SensorReadings { cursor readings { value observedAt sensor { name unit } } }
      ... on Position { cursor }
      ... on Gap { fromCursor toCursor gapReason: reason }
    }
  }
`);

/** Any message of any stream, as far as a line shows it. */
type Message =
  | (FollowedEventFragment & { __typename: string })
  | {
      __typename: 'BuildProgress';
      build: {
        name: string;
        status: string;
        currentLayer: number | null;
        layers: number | null;
        machine: { name: string };
      } | null;
    }
  | {
      __typename: 'SensorReadings';
      cursor: string;
      readings: { value: number | null; observedAt: string; sensor: { name: string; unit: string } | null }[];
    }
  | { __typename: 'Position'; cursor: string }
  | { __typename: 'Gap'; fromCursor: string; toCursor: string; gapReason: string };

/** What a message says, in a line. */
function lineOf(message: Message): string {
  if ('changes' in message) return eventLine(message);
  if ('build' in message) {
    const { build } = message;
    const layer = build ? `layer ${build.currentLayer ?? '?'} of ${build.layers ?? '?'}` : 'gone';
    return `${clock()}  BuildProgress  ${build?.machine.name ?? ''} ${build?.name ?? ''} ${build?.status ?? ''} ${layer}`;
  }
  if ('readings' in message) {
    const values = message.readings
      .slice(0, 4)
      .map(
        ({ sensor, value }) =>
          `${sensor?.name ?? '?'} ${value === null ? 'no value' : `${value} ${sensor?.unit ?? ''}`}`,
      );
    const more = message.readings.length - values.length;
    const rest = more > 0 ? `, and ${more} more` : '';
    return `${clock()}  ${message.cursor}  ${message.readings.length} readings: ${values.join(', ')}${rest}`;
  }
  if ('gapReason' in message)
    return `${clock()}  ${message.toCursor}  GAP (${message.gapReason}): read the state anew`;
  return `${clock()}  ${'cursor' in message ? message.cursor : ''}  …`;
}

function eventLine(event: FollowedEventFragment): string {
  const changes = event.changes.slice(0, 4).map(({ field, before, after }) => {
    const change = before === null ? text(after) : `${text(before)} → ${text(after)}`;
    return `${field} ${change}`;
  });
  const what = [...(event.reason ? [`"${event.reason}"`] : []), ...changes].join(', ');
  const who = event.actor.name ?? event.actor.kind;
  const label = labelOf(event) ?? event.subjectId;
  return `${clock(event.occurredAt)}  ${event.cursor}  ${event.kind}  ${label} v${event.version}  ${what}  (${who})`;
}

/** How people call the object that a stream selects beside the event: its number, serial, name or kind. */
function labelOf({ actor: _, changes: __, ...event }: FollowedEventFragment): string | null {
  for (const value of Object.values(event) as unknown[]) {
    if (typeof value !== 'object' || value === null) continue;
    const label = Object.values(value).find((each) => typeof each === 'string');
    if (label) return label;
  }
  return null;
}

function text(value: unknown): string {
  const whole = (typeof value === 'string' ? value : JSON.stringify(value)).replace(/\s+/g, ' ');
  return whole.length > 40 ? `${whole.slice(0, 39)}…` : whole;
}

const clock = (at: string = new Date().toISOString()): string => at.slice(11, 23);

/** The id of the run that a person named. */
async function runIdOf(client: Client, given: string | undefined): Promise<string> {
  if (given?.startsWith('run_')) return given;
  if (given) {
    const { runs } = await client.request(RunByNumber, { number: given });
    if (runs.nodes[0]) return runs.nodes[0].id;
  }
  const { runs } = await client.request(OpenRuns, {});
  const open = runs.nodes.map(
    ({ id, number, status, workstation }) => `  ${number}  ${id}  ${status} at ${workstation.name}`,
  );
  throw new Error(
    [given ? `There is no run ${given}. Open:` : 'Which run? --run with one of:', ...open].join('\n'),
  );
}

async function main(): Promise<void> {
  const { values: flags, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      order: { type: 'string' },
      run: { type: 'string' },
      machine: { type: 'string' },
      sensor: { type: 'string', multiple: true },
      after: { type: 'string' },
      count: { type: 'string' },
      json: { type: 'boolean', default: false },
      organization: { type: 'string' },
      url: { type: 'string' },
      token: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const [stream] = positionals;
  if (flags.help || !stream) return console.log(help);
  const client = createClient(accessOf(flags, 'viewer'));
  const ended = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ended.abort());
  const options = {
    signal: ended.signal,
    // Beside the messages: whoever pipes them gets messages only.
    onLost: ({ reason, cursor, waitMs }: { reason: string; cursor: string | null; waitMs: number }) =>
      console.error(`-- ${reason}; again in ${(waitMs / 1_000).toFixed(1)} s from ${cursor ?? 'now on'}`),
  };
  const after = flags.after ?? null;
  const named = flags.run !== undefined || stream === 'runEvents';
  const runId = named ? await runIdOf(client, flags.run) : null;
  const place = { runId, machineId: flags.machine ?? null, after };
  const open = () => {
    switch (stream) {
      case 'events':
        return client.subscribe(Events, { after }, options);
      case 'orderEvents':
        return client.subscribe(OrderEvents, { orderId: flags.order ?? null, after }, options);
      case 'runEvents':
        return client.subscribe(RunEvents, { runId: runId ?? '', after }, options);
      case 'buildEvents':
        return client.subscribe(BuildEvents, place, options);
      case 'machineEvents':
        return client.subscribe(MachineEvents, { machineId: place.machineId, after }, options);
      case 'anomalyEvents':
        return client.subscribe(AnomalyEvents, place, options);
      case 'sensorReadings':
        return client.subscribe(
          SensorReadings,
          { machineId: place.machineId, sensorIds: flags.sensor ?? null, after },
          options,
        );
      default:
        throw new Error(`There is no stream "${stream}". See --help.`);
    }
  };
  const messages = open();
  const most = flags.count === undefined ? Number.POSITIVE_INFINITY : Number(flags.count);
  let shown = 0;
  try {
    for await (const data of messages as AsyncIterable<{ messages: Message }>) {
      console.log(flags.json ? JSON.stringify(data.messages) : lineOf(data.messages));
      shown++;
      if (shown >= most) break;
    }
  } finally {
    await client.close();
  }
  if (messages.cursor) console.error(`-- go on with: --after ${messages.cursor}`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
