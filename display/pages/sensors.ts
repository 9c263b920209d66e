import { graphql } from '../generated/gql.ts';
import type { PointFragment, SensorRowFragment } from '../generated/graphql.ts';
import { type Page, type Request, stream } from '../live/page.ts';

/** The newest readings of a sensor that its line shows. */
export const mostPoints = 60;
/** More than this no screen shows; the rest is counted. */
export const mostSensors = 60;

export const Point = graphql(/* GraphQL */ `
  fragment Point on SensorReading { observedAt value text }
`);

export const SensorRow = graphql(/* GraphQL */ `
  fragment SensorRow on Sensor {
    id
    name
    quantity
    unit
    state
    stateNote
    frequency
    valueType
    archivedAt
    machine { id name }
    subLocation { id name }
  }
`);

const ReadSensors = graphql(/* GraphQL */ `
  query ReadSensors {
    sensors(first: 60, filter: { archived: false }, orderBy: [{ field: NAME }]) {
      totalCount
      nodes { ...SensorRow readings(last: 60) { ...Point } }
    }
  }
`);

const SensorPageReadings = graphql(/* GraphQL */ `
  subscription SensorPageReadings($after: Cursor) {
    sensorReadings(after: $after) {
      __typename
      ... on SensorReadings { cursor readings { sensorId ...Point } }
      ... on Position { cursor }
      ... on Gap { toCursor }
    }
  }
`);

const SensorPageEvents = graphql(/* GraphQL */ `
  subscription SensorPageEvents($after: Cursor) {
    events(
      after: $after
      filter: { kinds: [SensorCreated, SensorChanged, SensorStateChanged, SensorArchived] }
    ) {
      __typename
      ... on Event { cursor }
      ... on Position { cursor }
      ... on Gap { toCursor }
    }
  }
`);

/** A sensor with its newest readings, the oldest first. */
export interface ShownSensor {
  readonly sensor: SensorRowFragment;
  readonly points: readonly PointFragment[];
}

export interface Sensors {
  readonly sensors: ReadonlyMap<string, ShownSensor>;
  readonly more: number;
}

/** Both, by the time of measuring, each once, and no more than are shown. */
export function mergePoints(
  known: readonly PointFragment[],
  told: readonly PointFragment[],
): readonly PointFragment[] {
  if (told.length === 0) return known;
  const byTime = new Map([...known, ...told].map((point) => [point.observedAt, point]));
  const points = [...byTime.values()].sort((a, b) => (a.observedAt < b.observedAt ? -1 : 1));
  return points.slice(-mostPoints);
}

async function readSensors(request: Request): Promise<Sensors> {
  const { sensors } = await request(ReadSensors, {});
  const shown = sensors.nodes.map(({ readings, ...sensor }): [string, ShownSensor] => [
    sensor.id,
    { sensor, points: mergePoints([], readings) },
  ]);
  return { sensors: new Map(shown), more: sensors.totalCount - shown.length };
}

const again = 'sensors';

/** The page of what sensors measure. */
export const sensorsPage: Page<Sensors> = {
  // Readings have cursors of their own, and no query gives one: the streams begin at now, say where that is, and what
  // was measured until then is read once more.
  read: async (request) => ({ state: await readSensors(request), cursor: null }),
  streams: [
    stream(SensorPageReadings, {}, (state: Sensors, message, want) => {
      if (message.__typename === 'Position') {
        want(again);
        return state;
      }
      if (message.__typename !== 'SensorReadings') return state;
      const told = new Map<string, PointFragment[]>();
      for (const { sensorId, ...point } of message.readings) {
        const points = told.get(sensorId) ?? [];
        points.push(point);
        told.set(sensorId, points);
      }
      const sensors = new Map(state.sensors);
      for (const [id, points] of told) {
        const known = sensors.get(id);
        if (known) sensors.set(id, { ...known, points: mergePoints(known.points, points) });
      }
      return { ...state, sensors };
    }),
    stream(SensorPageEvents, {}, (state: Sensors, message, want) => {
      if (message.__typename !== 'Position') want(again);
      return state;
    }),
  ],
  async reread(_keys, _state, request) {
    const read = await readSensors(request);
    return ({ sensors }) => ({
      ...read,
      sensors: new Map(
        [...read.sensors].map(([id, { sensor, points }]) => [
          id,
          { sensor, points: mergePoints(points, sensors.get(id)?.points ?? []) },
        ]),
      ),
    });
  },
};
