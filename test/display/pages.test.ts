import { describe, expect, it } from 'vitest';
import type {
  DisplayBuildFragment,
  DisplayMachineFragment,
  FloorStationFragment,
  LogEntryFragment,
  OrderRowFragment,
  QueueRunFragment,
} from '../../display/generated/graphql.ts';
import type { Page } from '../../display/live/page.ts';
import { type Floor, floorPage, mostMachines, tilesOf } from '../../display/pages/floor.ts';
import { logPage, mostEntries } from '../../display/pages/log.ts';
import { isLateAt } from '../../display/pages/orders.ts';
import { mergePoints, mostPoints, type Sensors, sensorsPage } from '../../display/pages/sensors.ts';
import { newer, sameOrNewer } from '../../display/pages/shop.ts';
import { dueOf, inOrder } from '../../display/pages/workstation.ts';

/** The state of a page after a message of one of its streams, and what it marked. */
function told<State>(page: Page<State>, place: number, state: State, message: object): [State, string[]] {
  const marks: string[] = [];
  const stream = page.streams[place];
  if (!stream) throw new Error(`The page has no stream ${place}.`);
  return [stream.take(state, message, (key) => marks.push(key)), marks];
}

const place = {
  id: 'ws_1',
  name: 'Printer',
  kind: 'PRINTER' as const,
  location: { id: 'loc_1', name: 'Hall 1' },
};
const machine = (id: string, more: Partial<DisplayMachineFragment> = {}): DisplayMachineFragment => ({
  id,
  name: id,
  status: 'IDLE',
  statusSince: null,
  error: null,
  isConnected: null,
  staleSince: null,
  alwaysShown: false,
  archivedAt: null,
  workstation: null,
  ...more,
});
const build = (more: Partial<DisplayBuildFragment> = {}): DisplayBuildFragment => ({
  id: 'build_1',
  name: 'R-1',
  status: 'PROCESSING',
  currentLayer: 1,
  layers: 100,
  startedAt: null,
  updatedAt: '2026-01-01T00:00:01.000Z',
  run: null,
  anomalies: { totalCount: 0 },
  ...more,
});
const station = (id: string, locationId = 'loc_1'): FloorStationFragment => ({
  id,
  name: id,
  kind: 'SHIPPING',
  archivedAt: null,
  location: { id: locationId, name: locationId },
  runs: { totalCount: 0, nodes: [] },
});
const floor = (more: Partial<Floor> = {}): Floor => ({
  machines: new Map(),
  builds: new Map(),
  stations: new Map(),
  ...more,
});
const [machineStream, buildStream, anomalyStream, placeStream] = [0, 1, 2, 3];

describe('the floor', () => {
  it('takes machines as they come, change and go', () => {
    const message = (status: 'IDLE' | 'ERROR', archivedAt: string | null = null) => ({
      __typename: 'MachineStatusChanged',
      cursor: 'c',
      machine: machine('m1', { status, archivedAt }),
    });
    let [state] = told(floorPage, machineStream, floor(), message('IDLE'));
    expect(state.machines.get('m1')?.status).toBe('IDLE');
    [state] = told(floorPage, machineStream, state, message('ERROR'));
    expect(state.machines.get('m1')?.status).toBe('ERROR');
    [state] = told(floorPage, machineStream, state, message('ERROR', '2026-01-01T00:00:00.000Z'));
    expect(state.machines.size).toBe(0);
  });

  it('shows what a machine builds, and nothing when that has ended', () => {
    const message = (currentBuild: DisplayBuildFragment | null) => ({
      __typename: 'BuildStatusChanged',
      cursor: 'c',
      build: { machine: { id: 'm1', currentBuild } },
    });
    let [state] = told(floorPage, buildStream, floor(), message(build({ currentLayer: 7 })));
    expect(state.builds.get('m1')?.currentLayer).toBe(7);
    [state] = told(floorPage, buildStream, state, message(null));
    expect(state.builds.size).toBe(0);
  });

  it('reads the anomalies of a machine again, the run of a workstation, and all when a place is another', () => {
    const marks = (stream: number, message: object) => told(floorPage, stream, floor(), message)[1];
    expect(
      marks(anomalyStream, { __typename: 'AnomalyDetected', anomaly: { machine: { id: 'm1' } } }),
    ).toEqual(['machine m1']);
    expect(
      marks(placeStream, { __typename: 'RunStatusChanged', run: { workstation: { id: 'ws_1' } } }),
    ).toEqual(['station ws_1']);
    expect(marks(placeStream, { __typename: 'WorkstationCreated', workstation: { id: 'ws_2' } })).toEqual([
      'station ws_2',
    ]);
    expect(marks(placeStream, { __typename: 'CollectorChanged', cursor: 'c' })).toEqual(['anew']);
    expect(marks(placeStream, { __typename: 'Position', cursor: 'c' })).toEqual([]);
  });

  it('holds no more machines than it may', () => {
    let state = floor();
    for (let made = 0; made < mostMachines + 20; made++) {
      [state] = told(floorPage, machineStream, state, {
        __typename: 'MachineCreated',
        machine: machine(`m${made}`),
      });
    }
    expect(state.machines.size).toBe(mostMachines);
  });

  it('lists workstations that no machine serves behind the machines, and puts aside what is off', () => {
    const state = floor({
      machines: new Map([
        ['m10', machine('m10', { workstation: place })],
        ['m2', machine('m2')],
        ['off', machine('off', { status: 'OFFLINE' })],
        ['kept', machine('kept', { status: 'OFFLINE', alwaysShown: true })],
        ['busy', machine('busy', { status: 'NOT_CONNECTED' })],
      ]),
      builds: new Map([['busy', build()]]),
      stations: new Map([
        ['ws_1', station('ws_1')],
        ['dock', station('dock', 'loc_2')],
      ]),
    });
    const { shown, aside, locations } = tilesOf(state, null);
    expect(shown.map(({ id }) => id)).toEqual(['busy', 'kept', 'm2', 'm10', 'dock']);
    expect(aside.map(({ id }) => id)).toEqual(['off']);
    expect(locations.map(({ id }) => id).sort()).toEqual(['loc_1', 'loc_2']);
    expect(tilesOf(state, 'loc_1').shown.map(({ id }) => id)).toEqual(['m10']);
  });
});

describe('builds', () => {
  it('never go back to an older layer', () => {
    const older = build({ currentLayer: 4, updatedAt: '2026-01-01T00:00:01.000Z' });
    const later = build({ currentLayer: 5, updatedAt: '2026-01-01T00:00:02.000Z' });
    expect(newer(later, older)).toBe(later);
    expect(newer(older, later)).toBe(later);
    expect(sameOrNewer(later, older)).toBe(later);
    expect(sameOrNewer(later, null)).toBeNull();
    expect(sameOrNewer(later, build({ id: 'build_2' }))?.id).toBe('build_2');
  });
});

describe('the log', () => {
  const entry = (cursor: string): LogEntryFragment => ({
    cursor,
    kind: 'LocationCreated',
    occurredAt: '2026-01-01T00:00:00.000Z',
    reason: null,
    actor: { kind: 'TOKEN' as LogEntryFragment['actor']['kind'], name: 'A' },
    changes: [],
    subjectId: 'loc_1',
    subject: null,
  });

  it('keeps the newest, the newest first, each once', () => {
    let log = { entries: [] as readonly LogEntryFragment[] };
    for (let place = 0; place < mostEntries + 50; place++) {
      const message = { __typename: 'LocationCreated', ...entry(`c${place}`) };
      [log] = told(logPage, 0, log, message);
      [log] = told(logPage, 0, log, message);
    }
    expect(log.entries).toHaveLength(mostEntries);
    expect(log.entries[0]?.cursor).toBe(`c${mostEntries + 49}`);
    expect(new Set(log.entries.map(({ cursor }) => cursor)).size).toBe(mostEntries);
  });
});

describe('sensors', () => {
  const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
  const point = (second: number) => ({ observedAt: at(second), value: second, text: null });

  it('keep their newest readings in the order of measuring, each once', () => {
    const points = mergePoints([point(1), point(3)], [point(2), point(3), point(4)]);
    expect(points.map(({ value }) => value)).toEqual([1, 2, 3, 4]);
    const many = Array.from({ length: 500 }, (_, second) => point(second));
    expect(mergePoints(points, many)).toHaveLength(mostPoints);
    expect(mergePoints(points, many).at(-1)).toEqual(point(499));
  });

  it('are read once more when the stream has said where it begins, and pass over sensors that are not shown', () => {
    const state: Sensors = { sensors: new Map(), more: 0 };
    expect(told(sensorsPage, 0, state, { __typename: 'Position', cursor: 'r1' })[1]).toEqual(['sensors']);
    const readings = [{ sensorId: 'sens_unknown', ...point(1) }];
    const [after, marks] = told(sensorsPage, 0, state, {
      __typename: 'SensorReadings',
      cursor: 'r2',
      readings,
    });
    expect(after.sensors.size).toBe(0);
    expect(marks).toEqual([]);
  });
});

describe('orders and queues', () => {
  it('are late by the clock, as no event tells it', () => {
    const order: Pick<OrderRowFragment, 'dueDate'> = { dueDate: '2026-01-02T00:00:00.000Z' };
    expect(isLateAt(order, Date.parse('2026-01-01T23:59:59.000Z'))).toBe(false);
    expect(isLateAt(order, Date.parse('2026-01-02T00:00:01.000Z'))).toBe(true);
    expect(isLateAt({ dueDate: null }, Date.now())).toBe(false);
  });

  it('are due when the first of their orders is, and begin with what is worked on', () => {
    const run = (
      id: string,
      status: QueueRunFragment['status'],
      ...dates: (string | null)[]
    ): QueueRunFragment => ({
      id,
      number: id,
      name: null,
      status,
      pieceCount: 1,
      priority: 50,
      startedAt: null,
      atRisk: false,
      operations: { nodes: dates.map((dueDate) => ({ piece: { order: { id: 'ord_1', dueDate } } })) },
    });
    expect(dueOf(run('a', 'QUEUED', '2026-03-01', null, '2026-02-01'))).toBe('2026-02-01');
    expect(dueOf(run('a', 'QUEUED', null))).toBeNull();
    const runs = [run('a', 'QUEUED'), run('b', 'CALCULATED'), run('c', 'IN_PROGRESS')];
    expect(inOrder(runs).map(({ id }) => id)).toEqual(['c', 'a', 'b']);
  });
});
