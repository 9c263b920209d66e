import { machineTone, runTone, words } from '../format.ts';
import { type Floor, type Tile, tilesOf } from '../pages/floor.ts';
import { hrefOf } from '../route.ts';
import { Badge, BuildProgress, OpenAnomalies, Since } from './parts.tsx';

export function FloorView({
  state,
  locationId,
  now,
}: {
  state: Floor;
  locationId: string | null;
  now: number;
}) {
  const { shown, aside, locations } = tilesOf(state, locationId);
  return (
    <>
      <div class="title">
        <h1>Floor</h1>
        {locations.length > 1 && (
          <label>
            Location{' '}
            <select
              value={locationId ?? ''}
              onChange={({ currentTarget }) => {
                location.hash = hrefOf({ page: 'floor', locationId: currentTarget.value || null });
              }}
            >
              <option value="">All</option>
              {locations.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </select>
          </label>
        )}
      </div>
      {shown.length === 0 && <p class="empty">No machines here.</p>}
      <ul class={`tiles ${densityOf(shown.length)}`}>
        {shown.map((tile) => (
          <TileView key={tile.id} tile={tile} now={now} />
        ))}
      </ul>
      {aside.length > 0 && (
        <section class="aside" aria-label="Machines that are off">
          <h2>Off</h2>
          <ul>
            {aside.map((tile) => (
              <li key={tile.id}>
                {tile.name} <small>{tile.kind === 'machine' && words(tile.machine.status)}</small>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

/** As large as the number of tiles leaves room for on one screen. */
function densityOf(count: number): string {
  if (count <= 8) return 'large';
  if (count <= 18) return 'medium';
  return 'small';
}

function TileView({ tile, now }: { tile: Tile; now: number }) {
  return tile.kind === 'machine' ? <MachineTile tile={tile} now={now} /> : <StationTile tile={tile} />;
}

function MachineTile({ tile, now }: { tile: Extract<Tile, { kind: 'machine' }>; now: number }) {
  const { machine, build } = tile;
  const { workstation, status, statusSince, error, staleSince } = machine;
  const tone = staleSince ? 'off' : machineTone[status];
  return (
    <li class={`tile edge-${tone}`} data-machine={machine.id}>
      <h2>
        {workstation ? (
          <a href={hrefOf({ page: 'workstation', id: workstation.id })}>{machine.name}</a>
        ) : (
          machine.name
        )}
      </h2>
      <p class="status">
        <Badge tone={tone}>{words(status)}</Badge> <Since at={statusSince} now={now} />
      </p>
      {error && <p class="error">{error}</p>}
      {build && <BuildProgress build={build} />}
      <p class="marks">
        {build && <OpenAnomalies count={build.anomalies.totalCount} />}{' '}
        <Contact machine={machine} now={now} />
      </p>
    </li>
  );
}

function Contact({ machine, now }: { machine: Extract<Tile, { kind: 'machine' }>['machine']; now: number }) {
  if (machine.staleSince) {
    return (
      <span class="contact">
        No contact <Since at={machine.staleSince} now={now} />
      </span>
    );
  }
  if (machine.isConnected === null) return null;
  return <span class="contact">{machine.isConnected ? 'Connected' : 'Not connected'}</span>;
}

function StationTile({ tile: { station } }: { tile: Extract<Tile, { kind: 'station' }> }) {
  const run = station.runs.nodes[0];
  const others = station.runs.totalCount - 1;
  const tone = run ? runTone[run.status] : 'ready';
  return (
    <li class={`tile edge-${tone}`} data-workstation={station.id}>
      <h2>
        <a href={hrefOf({ page: 'workstation', id: station.id })}>{station.name}</a>
      </h2>
      <p class="status">
        <Badge tone={tone}>{run ? words(run.status) : 'Free'}</Badge>{' '}
        <span class="since">{words(station.kind)}</span>
      </p>
      {run && (
        <p>
          <a href={hrefOf({ page: 'run', id: run.id })}>{run.number}</a> · {run.pieceCount} pieces
          {others > 0 && ` · and ${others} more`}
        </p>
      )}
    </li>
  );
}
