import { graphql } from '../generated/gql.ts';
import type { DisplayBuildFragment, QueueRunFragment, StationFragment } from '../generated/graphql.ts';
import { type Page, type Request, stream } from '../live/page.ts';
import { AboutEvents, newer, sameOrNewer } from './shop.ts';

export const QueueRun = graphql(/* GraphQL */ `
  fragment QueueRun on Run {
    id
    number
    name
    status
    pieceCount
    priority
    startedAt
    atRisk
    operations(first: 100) { nodes { piece { order { id dueDate } } } }
  }
`);

export const Station = graphql(/* GraphQL */ `
  fragment Station on Workstation {
    id
    name
    kind
    location { id name }
    machines(first: 10, filter: { archived: false }, orderBy: [{ field: NAME }]) {
      nodes { ...DisplayMachine currentBuild { ...DisplayBuild } }
    }
    runs(
      first: 20
      filter: { status: { in: [CALCULATED, QUEUED, QUEUED_WORK_READY, IN_PROGRESS, PAUSED] } }
      orderBy: [{ field: QUEUE }]
    ) {
      totalCount
      nodes { ...QueueRun }
    }
  }
`);

const ReadStation = graphql(/* GraphQL */ `
  query ReadStation($id: ID!) { eventCursor workstation(id: $id) { ...Station } }
`);

const StationOrders = graphql(/* GraphQL */ `
  subscription StationOrders($after: Cursor) {
    events(
      after: $after
      filter: { kinds: [OrderChanged, BuildCreated, BuildStatusChanged, AnomalyDetected, AnomalyAddressed] }
    ) {
      __typename
      ... on Event { cursor }
      ... on OrderChanged { order { id } }
      ... on BuildCreated { build { machine { id } } }
      ... on BuildStatusChanged { build { machine { id } } }
      ... on AnomalyDetected { anomaly { machine { id } } }
      ... on AnomalyAddressed { anomaly { machine { id } } }
      ... on Position { cursor }
      ... on Gap { toCursor }
    }
  }
`);

const StationProgress = graphql(/* GraphQL */ `
  subscription StationProgress($after: Cursor) {
    buildEvents(after: $after) {
      __typename
      ... on Event { cursor }
      ... on BuildProgress { build { ...DisplayBuild } }
      ... on Position { cursor }
      ... on Gap { toCursor }
    }
  }
`);

/** A workstation with its machines and its queue; null where there is none of that id. */
export interface StationState {
  readonly station: StationFragment | null;
}

const again = 'station';

async function readStation(request: Request, id: string): Promise<{ state: StationState; cursor: string }> {
  const { workstation, eventCursor } = await request(ReadStation, { id });
  return { state: { station: workstation }, cursor: eventCursor };
}

const hasMachine = ({ station }: StationState, id: string | undefined): boolean =>
  station?.machines.nodes.some((machine) => machine.id === id) ?? false;

const hasOrder = ({ station }: StationState, id: string | undefined): boolean =>
  station?.runs.nodes.some((run) => run.operations.nodes.some(({ piece }) => piece.order.id === id)) ?? false;

function withLayers(state: StationState, build: DisplayBuildFragment | null): StationState {
  const { station } = state;
  if (!station || !build) return state;
  const at = station.machines.nodes.findIndex((machine) => machine.currentBuild?.id === build.id);
  const known = station.machines.nodes[at]?.currentBuild;
  if (!known) return state;
  const nodes = station.machines.nodes.map((machine, place) =>
    place === at ? { ...machine, currentBuild: newer(known, build) } : machine,
  );
  return { station: { ...station, machines: { nodes } } };
}

/** What was read, but for builds that have got further meanwhile. */
function withKnownLayers(before: StationState, { station }: StationState): StationState {
  if (!station) return { station };
  const known = new Map(before.station?.machines.nodes.map(({ id, currentBuild }) => [id, currentBuild]));
  const nodes = station.machines.nodes.map((machine) => ({
    ...machine,
    currentBuild: sameOrNewer(known.get(machine.id), machine.currentBuild),
  }));
  return { station: { ...station, machines: { nodes } } };
}

/** The page of one workstation: what it works on, and what waits. */
export const workstationPage = (id: string): Page<StationState> => ({
  read: (request) => readStation(request, id),
  untold: [again],
  streams: [
    // The workstation, its runs and its machines: who belongs to it has it among its related objects.
    stream(AboutEvents, { about: [id] }, (state: StationState, message, want) => {
      if (message.__typename !== 'Position') want(again);
      return state;
    }),
    stream(StationOrders, {}, (state: StationState, message, want) => {
      if ('order' in message && hasOrder(state, message.order?.id)) want(again);
      if ('build' in message && hasMachine(state, message.build?.machine.id)) want(again);
      if ('anomaly' in message && hasMachine(state, message.anomaly?.machine?.id)) want(again);
      return state;
    }),
    stream(StationProgress, {}, (state: StationState, message) =>
      message.__typename === 'BuildProgress' ? withLayers(state, message.build) : state,
    ),
  ],
  async reread(_keys, _state, request) {
    const { state } = await readStation(request, id);
    return (before) => withKnownLayers(before, state);
  },
});

/** The earliest due date of what a run makes; null where nothing of it is due. */
export function dueOf({ operations }: QueueRunFragment): string | null {
  const dates = operations.nodes.map(({ piece }) => piece.order.dueDate).filter((date) => date !== null);
  return dates.sort()[0] ?? null;
}

const current: ReadonlySet<string> = new Set(['IN_PROGRESS', 'PAUSED']);

/** What is worked on first, then the queue in its order. */
export const inOrder = (runs: readonly QueueRunFragment[]): QueueRunFragment[] => [
  ...runs.filter(({ status }) => current.has(status)),
  ...runs.filter(({ status }) => !current.has(status)),
];
