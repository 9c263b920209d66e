import type { ComponentChildren } from 'preact';
import type { Theme } from '../access.ts';
import { timeOf } from '../format.ts';
import { hrefOf, type Route } from '../route.ts';
import type { Liveness } from '../status.ts';
import { useNow } from './parts.tsx';

const places: readonly [Route, string][] = [
  [{ page: 'floor', locationId: null }, 'Floor'],
  [{ page: 'orders' }, 'Orders'],
  [{ page: 'sensors' }, 'Sensors'],
  [{ page: 'log' }, 'Log'],
];

export interface FrameProps {
  readonly route: Route;
  readonly theme: Theme;
  readonly liveness: (now: number) => Liveness;
  readonly onTheme: () => void;
  readonly onForget: () => void;
  readonly children: ComponentChildren;
}

/** What is around every page: where one can go, the time, and whether what is shown is live. */
export function Frame({ route, theme, liveness, onTheme, onForget, children }: FrameProps) {
  const now = useNow(1_000);
  const current = liveness(now);
  return (
    <>
      <header>
        <nav aria-label="Pages">
          {places.map(([place, name]) => (
            <a
              key={place.page}
              href={hrefOf(place)}
              aria-current={route.page === place.page ? 'page' : undefined}
            >
              {name}
            </a>
          ))}
        </nav>
        <LivenessBadge liveness={current} now={now} />
        <time class="clock" dateTime={new Date(now).toISOString()}>
          {timeOf(now, now)}
        </time>
        <button type="button" onClick={onTheme}>
          Theme: {theme}
        </button>
        <button type="button" onClick={onForget}>
          Forget token
        </button>
      </header>
      <main class={current.kind === 'stale' ? 'stale' : ''}>{children}</main>
    </>
  );
}

function LivenessBadge({ liveness, now }: { liveness: Liveness; now: number }) {
  return (
    <p role="status" class={`liveness liveness-${liveness.kind}`} data-liveness={liveness.kind}>
      {textOf(liveness, now)}
    </p>
  );
}

function textOf(liveness: Liveness, now: number): string {
  switch (liveness.kind) {
    case 'live':
      return '● live';
    case 'connecting':
      return '… connecting';
    case 'refused':
      return '✖ signed out';
    case 'reconnecting':
      return `▲ reconnecting since ${timeOf(liveness.since, now)}`;
    case 'stale':
      return `✖ stale since ${timeOf(liveness.since, now)}`;
    case 'trouble':
      return `▲ the server refuses: ${liveness.problem}`;
  }
}
