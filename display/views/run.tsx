import { anomalyTone, buildTone, dateOf, runTone, type Tone, words } from '../format.ts';
import type { OperationStatus, RunDetailFragment } from '../generated/graphql.ts';
import type { RunState } from '../pages/run.ts';
import { hrefOf } from '../route.ts';
import { Badge, BuildProgress, NotFound, Since } from './parts.tsx';

const operationTone: Record<OperationStatus, Tone> = {
  CREATED: 'waits',
  QUEUED: 'waits',
  IN_PROGRESS: 'works',
  COMPLETE: 'ready',
  ERROR: 'trouble',
  CANCELLED: 'off',
};

export function RunView({ state: { run }, now }: { state: RunState; now: number }) {
  if (!run) return <NotFound what="run" />;
  return (
    <>
      <div class="title">
        <h1>
          {run.number} {run.name}
        </h1>
        <p>
          <a href={hrefOf({ page: 'workstation', id: run.workstation.id })}>{run.workstation.name}</a> ·{' '}
          {run.pieceCount} pieces
        </p>
      </div>
      <p class="status">
        <Badge tone={runTone[run.status]}>{words(run.status)}</Badge>{' '}
        {run.endedAt ? (
          <span class="since">ended {dateOf(run.endedAt, now)}</span>
        ) : (
          <Since at={run.startedAt} now={now} />
        )}{' '}
        {run.completionProposedAt && <Badge tone="attention">Completion proposed</Badge>}{' '}
        {run.atRisk && <Badge tone="trouble">At risk</Badge>}
      </p>
      {run.error && <p class="error">{run.error}</p>}
      <div class="columns">
        <Builds run={run} />
        <Anomalies run={run} now={now} />
        <Pieces run={run} now={now} />
      </div>
    </>
  );
}

function Builds({ run: { builds } }: { run: RunDetailFragment }) {
  return (
    <section>
      <h2>Builds</h2>
      {builds.nodes.length === 0 && <p class="empty">No machine has reported one.</p>}
      <ul class="plain">
        {builds.nodes.map((build) => (
          <li key={build.id} class={`tile edge-${buildTone[build.status]}`} data-build={build.id}>
            <BuildProgress build={build} linked={false} />
            <p>
              {build.machine.name}
              {build.attempt > 1 && ` · attempt ${build.attempt}`}
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Anomalies({ run: { anomalies }, now }: { run: RunDetailFragment; now: number }) {
  const more = anomalies.totalCount - anomalies.nodes.length;
  return (
    <section>
      <h2>Anomalies ({anomalies.totalCount})</h2>
      {anomalies.nodes.length === 0 && <p class="empty">None was found.</p>}
      <ul class="plain">
        {anomalies.nodes.map((anomaly) => (
          <li key={anomaly.id}>
            <Badge tone={anomalyTone[anomaly.status]}>{words(anomaly.decision ?? anomaly.status)}</Badge>{' '}
            {anomaly.classification}
            {anomaly.layer !== null && ` · layer ${anomaly.layer}`}
            {anomaly.isDefect && ' · defect'} <Since at={anomaly.observedAt} now={now} />
          </li>
        ))}
      </ul>
      {more > 0 && <p class="empty">And {more} more.</p>}
    </section>
  );
}

function Pieces({ run: { operations, pieceCount }, now }: { run: RunDetailFragment; now: number }) {
  const more = pieceCount - operations.nodes.length;
  return (
    <section>
      <h2>Pieces</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">Serial</th>
            <th scope="col">Design</th>
            <th scope="col">Here</th>
            <th scope="col">Due</th>
          </tr>
        </thead>
        <tbody>
          {operations.nodes.map(({ id, status, piece }) => (
            <tr key={id}>
              <th scope="row">{piece.serial}</th>
              <td>{piece.lineItem.designName}</td>
              <td>
                <Badge tone={operationTone[status]}>{words(status)}</Badge>
              </td>
              <td>{piece.order.dueDate ? dateOf(piece.order.dueDate, now) : '–'}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {more > 0 && <p class="empty">And {more} more.</p>}
    </section>
  );
}
