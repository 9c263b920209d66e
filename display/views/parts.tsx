import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { buildTone, since, type Tone, timeOf, words } from '../format.ts';
import type { DisplayBuildFragment } from '../generated/graphql.ts';
import { hrefOf } from '../route.ts';

// Signs beside the colours: who does not see the one sees the other.
const signs: Record<Tone, string> = {
  works: '▶',
  ready: '●',
  waits: '○',
  attention: '▲',
  trouble: '✖',
  off: '–',
};

/** A status as a coloured word with a sign. */
export function Badge({ tone, children }: { tone: Tone; children: ComponentChildren }) {
  return (
    <span class={`badge tone-${tone}`}>
      <span aria-hidden="true">{signs[tone]} </span>
      {children}
    </span>
  );
}

/** The instant, anew every so often. */
export function useNow(every: number): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), every);
    return () => clearInterval(timer);
  }, [every]);
  return now;
}

/** An instant and how long ago it was. */
export function Since({ at, now }: { at: string | null; now: number }) {
  if (at === null) return null;
  return (
    <span class="since">
      since <time dateTime={at}>{timeOf(at, now)}</time> ({since(at, now)})
    </span>
  );
}

/** How far a build is. */
export function BuildProgress({ build, linked = true }: { build: DisplayBuildFragment; linked?: boolean }) {
  const { name, currentLayer, layers, run, status } = build;
  const known = currentLayer !== null && layers !== null && layers > 0;
  return (
    <div class="build">
      <div class="build-name">
        {run && linked ? <a href={hrefOf({ page: 'run', id: run.id })}>{name}</a> : name}{' '}
        <Badge tone={buildTone[status]}>{words(status)}</Badge>
      </div>
      {known ? (
        <>
          <progress aria-label={`Layers of ${name}`} value={Math.min(currentLayer, layers)} max={layers} />
          <div class="layers">
            Layer {currentLayer} / {layers} · {Math.floor((100 * Math.min(currentLayer, layers)) / layers)} %
          </div>
        </>
      ) : (
        <div class="layers">{currentLayer === null ? 'No layers told' : `Layer ${currentLayer}`}</div>
      )}
    </div>
  );
}

/** How many anomalies wait for a decision; nothing where none does. */
export function OpenAnomalies({ count }: { count: number }) {
  if (count === 0) return null;
  return (
    <Badge tone="attention">
      {count} open {count === 1 ? 'anomaly' : 'anomalies'}
    </Badge>
  );
}

export function NotFound({ what }: { what: string }) {
  return <p class="empty">There is no such {what}, or you may not see it.</p>;
}
