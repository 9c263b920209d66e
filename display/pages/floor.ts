import { graphql } from '../generated/gql.ts';
import type {
  DisplayBuildFragment,
  DisplayMachineFragment,
  FloorMachinesQuery,
  FloorStationFragment,
} from '../generated/graphql.ts';
import { anew, type Page, type Request, stream } from '../live/page.ts';
import { newer, withEntry, withoutEntry } from './shop.ts';

/** More than this no screen shows. */
export const mostMachines = 300;

const FloorMachines = graphql(/* GraphQL */ `
  query FloorMachines($after: String) {
    eventCursor
    machines(first: 100, after: $after, filter: { archived: false }, orderBy: [{ field: NAME }]) {
      nodes { ...DisplayMachine currentBuild { ...DisplayBuild } }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const FloorStation = graphql(/* GraphQL */ `
  fragment FloorStation on Workstation {
    id
    name
    kind
    archivedAt
    location { id name }
    runs(first: 1, filter: { status: { in: [IN_PROGRESS, PAUSED] } }, orderBy: [{ field: QUEUE }]) {
      totalCount
      nodes { id number name status startedAt pieceCount }
    }
  }
`);

const FloorStations = graphql(/* GraphQL */ `
  query FloorStations {
    workstations(first: 100, filter: { archived: false }, orderBy: [{ field: NAME }]) {
      nodes { ...FloorStation }
    }
  }
`);

const FloorStationAgain = graphql(/* GraphQL */ `
  query FloorStationAgain($id: ID!) { workstation(id: $id) { ...FloorStation } }
`);

const FloorBuildAgain = graphql(/* GraphQL */ `
  query FloorBuildAgain($id: ID!) { machine(id: $id) { id currentBuild { ...DisplayBuild } } }
`);

const FloorMachineEvents = graphql(/* GraphQL */ `
  subscription FloorMachineEvents($after: Cursor) {
    machineEvents(after: $after) {
      __typename
      ... on Event { cursor }
      ... on MachineCreated { machine { ...DisplayMachine } }
      ... on MachineChanged { machine { ...DisplayMachine } }
      ... on MachineStatusChanged { machine { ...DisplayMachine } }
      ... on MachineArchived { machine { ...DisplayMachine } }
      ... on Position { cursor }
      ... on Gap { toCursor }
    }
  }
`);

const FloorBuildEvents = graphql(/* GraphQL */ `
  subscription FloorBuildEvents($after: Cursor) {
    buildEvents(after: $after) {
      __typename
      ... on Event { cursor }
      ... on BuildCreated { build { machine { id currentBuild { ...DisplayBuild } } } }
      ... on BuildStatusChanged { build { machine { id currentBuild { ...DisplayBuild } } } }
      ... on BuildProgress { build { machine { id currentBuild { ...DisplayBuild } } } }
      ... on Position { cursor }
      ... on Gap { toCursor }
    }
  }
`);

const FloorAnomalyEvents = graphql(/* GraphQL */ `
  subscription FloorAnomalyEvents($after: Cursor) {
    anomalyEvents(after: $after) {
      __typename
      ... on Event { cursor }
      ... on AnomalyDetected { anomaly { machine { id } } }
      ... on AnomalyAddressed { anomaly { machine { id } } }
      ... on AnomalyChanged { anomaly { machine { id } } }
      ... on Position { cursor }
      ... on Gap { toCursor }
    }
  }
`);

const FloorPlaceEvents = graphql(/* GraphQL */ `
  subscription FloorPlaceEvents($after: Cursor) {
    events(
      after: $after
      filter: {
        kinds: [
          RunCreated, RunChanged, RunStatusChanged
          WorkstationCreated, WorkstationChanged, WorkstationArchived
          LocationChanged, CollectorChanged, CollectorArchived
        ]
      }
    ) {
      __typename
      ... on Event { cursor }
      ... on RunCreated { run { workstation { id } } }
      ... on RunChanged { run { workstation { id } } }
      ... on RunStatusChanged { run { workstation { id } } }
      ... on WorkstationCreated { workstation { id } }
      ... on WorkstationArchived { workstation { id } }
      ... on Position { cursor }
      ... on Gap { toCursor }
    }
  }
`);

/** The floor: every machine, what it builds, and the workstations that no machine works for. */
export interface Floor {
  readonly machines: ReadonlyMap<string, DisplayMachineFragment>;
  /** What a machine builds now, by the machine. */
  readonly builds: ReadonlyMap<string, DisplayBuildFragment>;
  readonly stations: ReadonlyMap<string, FloorStationFragment>;
}

/** The mark for what layers all builds are at. */
const layers = 'layers';

function withMachine(floor: Floor, machine: DisplayMachineFragment | null): Floor {
  if (!machine) return floor;
  if (machine.archivedAt !== null) return { ...floor, machines: withoutEntry(floor.machines, machine.id) };
  if (!floor.machines.has(machine.id) && floor.machines.size >= mostMachines) return floor;
  return { ...floor, machines: withEntry(floor.machines, machine.id, machine) };
}

function withBuild(floor: Floor, machineId: string, build: DisplayBuildFragment | null): Floor {
  const builds = build ? withEntry(floor.builds, machineId, build) : withoutEntry(floor.builds, machineId);
  return { ...floor, builds };
}

/** What a build is like now, where it is still the one that the machine builds: streams tell when it is not. */
function withNewer(floor: Floor, machineId: string, told: DisplayBuildFragment | null): Floor {
  const known = floor.builds.get(machineId);
  if (!known || known.id !== told?.id) return floor;
  return withBuild(floor, machineId, { ...newer(known, told), anomalies: told.anomalies });
}

function withStation(floor: Floor, id: string, station: FloorStationFragment | null): Floor {
  const stations =
    station && station.archivedAt === null
      ? withEntry(floor.stations, id, station)
      : withoutEntry(floor.stations, id);
  return { ...floor, stations };
}

async function readFloor(request: Request): Promise<{ state: Floor; cursor: string }> {
  const machines = new Map<string, DisplayMachineFragment>();
  const builds = new Map<string, DisplayBuildFragment>();
  let cursor: string | null = null;
  let after: string | null = null;
  do {
    const page: FloorMachinesQuery = await request(FloorMachines, { after });
    // The cursor of the first page: what happens while the others are read is told by the streams.
    cursor ??= page.eventCursor;
    for (const { currentBuild, ...machine } of page.machines.nodes) {
      machines.set(machine.id, machine);
      if (currentBuild) builds.set(machine.id, currentBuild);
    }
    after = page.machines.pageInfo.hasNextPage ? page.machines.pageInfo.endCursor : null;
  } while (after !== null && machines.size < mostMachines);
  const { workstations } = await request(FloorStations, {});
  const stations = new Map(workstations.nodes.map((station) => [station.id, station]));
  return { state: { machines, builds, stations }, cursor };
}

/** The page of all machines and workstations. */
export const floorPage: Page<Floor> = {
  read: readFloor,
  untold: [layers],
  streams: [
    stream(FloorMachineEvents, {}, (floor: Floor, message) =>
      'machine' in message ? withMachine(floor, message.machine) : floor,
    ),
    stream(FloorBuildEvents, {}, (floor: Floor, message) =>
      'build' in message && message.build
        ? withBuild(floor, message.build.machine.id, message.build.machine.currentBuild)
        : floor,
    ),
    stream(FloorAnomalyEvents, {}, (floor: Floor, message, want) => {
      if ('anomaly' in message && message.anomaly?.machine) want(`machine ${message.anomaly.machine.id}`);
      return floor;
    }),
    stream(FloorPlaceEvents, {}, (floor: Floor, message, want) => {
      if ('run' in message && message.run) want(`station ${message.run.workstation.id}`);
      else if ('workstation' in message && message.workstation) want(`station ${message.workstation.id}`);
      // A place has another name, or what machines report through is another way.
      else if (message.__typename !== 'Position') want(anew);
      return floor;
    }),
  ],
  async reread(keys, _floor, request) {
    const changes = await Promise.all(
      [...keys].map(async (key) => {
        const [what, id = ''] = key.split(' ');
        if (what === layers) {
          const { state } = await readFloor(request);
          return (floor: Floor) =>
            [...state.builds].reduce((after, [machine, build]) => withNewer(after, machine, build), floor);
        }
        if (what === 'station') {
          const { workstation } = await request(FloorStationAgain, { id });
          return (floor: Floor) => withStation(floor, id, workstation);
        }
        const { machine } = await request(FloorBuildAgain, { id });
        return (floor: Floor) => withNewer(floor, id, machine?.currentBuild ?? null);
      }),
    );
    return (floor) => changes.reduce((changed, change) => change(changed), floor);
  },
};

/** What a tile shows: a machine with its build, or a workstation without a machine with its run. */
export type Tile =
  | {
      readonly kind: 'machine';
      readonly id: string;
      readonly name: string;
      readonly locationId: string | null;
      readonly machine: DisplayMachineFragment;
      readonly build: DisplayBuildFragment | null;
    }
  | {
      readonly kind: 'station';
      readonly id: string;
      readonly name: string;
      readonly locationId: string;
      readonly station: FloorStationFragment;
    };

const silent: ReadonlySet<string> = new Set(['OFFLINE', 'NOT_CONNECTED']);

/** Whether a machine is left out of the tiles: it is off, builds nothing, and nobody asked to see it always. */
const isAside = (tile: Tile): boolean =>
  tile.kind === 'machine' && silent.has(tile.machine.status) && !tile.machine.alwaysShown && !tile.build;

/** The tiles of a floor, machines first and in the order of their names, those that are off apart, and the locations to choose from. */
export function tilesOf(
  { machines, builds, stations }: Floor,
  locationId: string | null,
): { shown: Tile[]; aside: Tile[]; locations: { id: string; name: string }[] } {
  const served = new Set<string>();
  const locations = new Map<string, string>();
  const tiles: Tile[] = [];
  for (const machine of machines.values()) {
    const { id, name, workstation } = machine;
    if (workstation) {
      served.add(workstation.id);
      locations.set(workstation.location.id, workstation.location.name);
    }
    const build = builds.get(id) ?? null;
    tiles.push({ kind: 'machine', id, name, locationId: workstation?.location.id ?? null, machine, build });
  }
  for (const station of stations.values()) {
    locations.set(station.location.id, station.location.name);
    if (served.has(station.id)) continue;
    const { id, name, location } = station;
    tiles.push({ kind: 'station', id, name, locationId: location.id, station });
  }
  const here = tiles
    .filter((tile) => locationId === null || tile.locationId === locationId)
    .sort(
      (a, b) => a.kind.localeCompare(b.kind) || a.name.localeCompare(b.name, undefined, { numeric: true }),
    );
  return {
    shown: here.filter((tile) => !isAside(tile)),
    aside: here.filter(isAside),
    locations: [...locations]
      .map(([id, name]) => ({ id, name }))
      .sort((a, b) => a.name.localeCompare(b.name)),
  };
}
