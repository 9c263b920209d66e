import { durationMs, numberText, sensorTone, since, words } from '../format.ts';
import type { Sensors, ShownSensor } from '../pages/sensors.ts';
import { sparkline } from '../sparkline.ts';
import { Badge } from './parts.tsx';

export function SensorsView({ state: { sensors, more }, now }: { state: Sensors; now: number }) {
  return (
    <>
      <div class="title">
        <h1>Sensors</h1>
      </div>
      {sensors.size === 0 && <p class="empty">There are no sensors.</p>}
      <ul class={`tiles ${sensors.size <= 12 ? 'medium' : 'small'}`}>
        {[...sensors.values()].map((shown) => (
          <SensorTile key={shown.sensor.id} shown={shown} now={now} />
        ))}
      </ul>
      {more > 0 && <p class="empty">And {more} more.</p>}
    </>
  );
}

const width = 200;
const height = 40;

function SensorTile({ shown: { sensor, points }, now }: { shown: ShownSensor; now: number }) {
  const latest = points.at(-1);
  const frequency = durationMs(sensor.frequency);
  const stale = latest && frequency && now - Date.parse(latest.observedAt) > 2 * frequency;
  const tone = stale ? 'off' : sensorTone[sensor.state];
  const measured = points.flatMap(({ observedAt, value }) =>
    value === null ? [] : [{ at: Date.parse(observedAt), value }],
  );
  return (
    <li class={`tile edge-${tone}`} data-sensor={sensor.id}>
      <h2>{sensor.name}</h2>
      <p class="place">
        {words(sensor.quantity)}
        {sensor.machine && ` · ${sensor.machine.name}`}
        {sensor.subLocation && ` · ${sensor.subLocation.name}`}
      </p>
      <p class="value">
        {latest?.value !== null && latest?.value !== undefined
          ? numberText(latest.value)
          : (latest?.text ?? '–')}{' '}
        {sensor.valueType === 'NUMBER' && <small>{sensor.unit}</small>}
      </p>
      {measured.length > 1 && (
        <svg
          class="spark"
          viewBox={`-2 -2 ${width + 4} ${height + 4}`}
          preserveAspectRatio="none"
          aria-hidden="true"
        >
          <polyline points={sparkline(measured, width, height)} />
        </svg>
      )}
      <p class="since">
        {stale && <Badge tone="off">Stale</Badge>}{' '}
        {sensor.state === 'ERROR' && <Badge tone="trouble">{sensor.stateNote ?? 'Error'}</Badge>}{' '}
        {latest ? since(latest.observedAt, now) : 'Never measured'}
      </p>
    </li>
  );
}
