import { dateOf, machineTone, runTone, words } from '../format.ts';
import type { QueueRunFragment } from '../generated/graphql.ts';
import { dueOf, inOrder, type StationState } from '../pages/workstation.ts';
import { hrefOf } from '../route.ts';
import { Badge, BuildProgress, NotFound, OpenAnomalies, Since } from './parts.tsx';

export function WorkstationView({ state: { station }, now }: { state: StationState; now: number }) {
  if (!station) return <NotFound what="workstation" />;
  const { runs } = station;
  const more = runs.totalCount - runs.nodes.length;
  return (
    <>
      <div class="title">
        <h1>{station.name}</h1>
        <p>
          {words(station.kind)} · {station.location.name}
        </p>
      </div>
      {station.machines.nodes.length > 0 && (
        <ul class="tiles large">
          {station.machines.nodes.map((machine) => (
            <li key={machine.id} class={`tile edge-${machineTone[machine.status]}`} data-machine={machine.id}>
              <h2>{machine.name}</h2>
              <p class="status">
                <Badge tone={machineTone[machine.status]}>{words(machine.status)}</Badge>{' '}
                <Since at={machine.statusSince} now={now} />
              </p>
              {machine.error && <p class="error">{machine.error}</p>}
              {machine.currentBuild && (
                <>
                  <BuildProgress build={machine.currentBuild} />
                  <OpenAnomalies count={machine.currentBuild.anomalies.totalCount} />
                </>
              )}
            </li>
          ))}
        </ul>
      )}
      <h2>Queue</h2>
      {runs.nodes.length === 0 ? (
        <p class="empty">Nothing waits here.</p>
      ) : (
        <table>
          <thead>
            <tr>
              <th scope="col">Run</th>
              <th scope="col">Status</th>
              <th scope="col" class="number">
                Pieces
              </th>
              <th scope="col">Due</th>
              <th scope="col">Started</th>
            </tr>
          </thead>
          <tbody>
            {inOrder(runs.nodes).map((run) => (
              <QueueRow key={run.id} run={run} now={now} />
            ))}
          </tbody>
        </table>
      )}
      {more > 0 && <p class="empty">And {more} more.</p>}
    </>
  );
}

function QueueRow({ run, now }: { run: QueueRunFragment; now: number }) {
  const due = dueOf(run);
  const late = due !== null && Date.parse(due) < now;
  return (
    <tr data-run={run.id}>
      <th scope="row">
        <a href={hrefOf({ page: 'run', id: run.id })}>{run.number}</a> {run.name}
      </th>
      <td>
        <Badge tone={runTone[run.status]}>{words(run.status)}</Badge>{' '}
        {run.atRisk && <Badge tone="trouble">At risk</Badge>}
      </td>
      <td class="number">{run.pieceCount}</td>
      <td>
        {due ? dateOf(due, now) : '–'} {late && <Badge tone="trouble">Late</Badge>}
      </td>
      <td>{run.startedAt ? <Since at={run.startedAt} now={now} /> : '–'}</td>
    </tr>
  );
}
