import { useEffect, useState } from 'preact/hooks';
import {
  forgetToken,
  keepTheme,
  keepToken,
  type Memory,
  readTheme,
  readToken,
  type Theme,
} from '../access.ts';
import { Connection, type ConnectionState, type OpenSocket } from '../live/connection.ts';
import { type Followed, Follower } from '../live/follower.ts';
import type { Page } from '../live/page.ts';
import { floorPage } from '../pages/floor.ts';
import { logPage } from '../pages/log.ts';
import { ordersPage } from '../pages/orders.ts';
import { runPage } from '../pages/run.ts';
import { sensorsPage } from '../pages/sensors.ts';
import { workstationPage } from '../pages/workstation.ts';
import { type Route, routeOf } from '../route.ts';
import { livenessOf } from '../status.ts';
import type { PageVersion } from '../version.ts';
import { FloorView } from './floor.tsx';
import { Frame } from './frame.tsx';
import { LogView } from './log.tsx';
import { OrdersView } from './orders.tsx';
import { useNow } from './parts.tsx';
import { RunView } from './run.tsx';
import { SensorsView } from './sensors.tsx';
import { TokenView } from './token.tsx';
import { WorkstationView } from './workstation.tsx';

export interface AppProps {
  readonly memory: Memory;
  readonly open: OpenSocket;
  readonly version: PageVersion;
  /** Is called when the server has another build of this page. */
  readonly onOutdated: () => void;
}

/** The display: asks for a token while there is none that is good, and shows the page of the address. */
export function App({ memory, open, version, onOutdated }: AppProps) {
  const [token, setToken] = useState(() => readToken(memory));
  const [theme, setTheme] = useState(() => readTheme(memory));
  const [connection, setConnection] = useState<Connection | null>(null);
  const [state, setState] = useState<ConnectionState>({ kind: 'connecting' });

  useEffect(() => {
    document.documentElement.dataset.theme = theme;
  }, [theme]);

  useEffect(() => {
    if (token === null) return;
    const made = new Connection({ token, open });
    made.onChange(setState);
    made.onChange(({ kind }) => {
      if (kind === 'open') void version.isOutdated().then((outdated) => outdated && onOutdated());
    });
    const hurry = () => made.hurry();
    addEventListener('online', hurry);
    setState(made.state);
    setConnection(made);
    made.start();
    return () => {
      removeEventListener('online', hurry);
      made.close();
      setConnection(null);
    };
  }, [token]);

  const use = (given: string) => {
    keepToken(memory, given);
    setState({ kind: 'connecting' });
    setToken(given);
  };
  if (token === null) return <TokenView reason={null} onToken={use} />;
  if (state.kind === 'refused') {
    return (
      <TokenView
        reason="The token is not valid, or not valid any more."
        onToken={(given) => {
          // The same once more: it may have been refused by mistake.
          setToken(null);
          queueMicrotask(() => use(given));
        }}
      />
    );
  }
  if (!connection) return null;
  return (
    <Shown
      connection={connection}
      state={state}
      theme={theme}
      onTheme={() => {
        const next: Record<Theme, Theme> = { auto: 'light', light: 'dark', dark: 'auto' };
        keepTheme(memory, next[theme]);
        setTheme(next[theme]);
      }}
      onForget={() => {
        forgetToken(memory);
        setToken(null);
      }}
    />
  );
}

interface ShownProps {
  readonly connection: Connection;
  readonly state: ConnectionState;
  readonly theme: Theme;
  readonly onTheme: () => void;
  readonly onForget: () => void;
}

function Shown(props: ShownProps) {
  const route = useRoute();
  const frame = { ...props, route };
  switch (route.page) {
    case 'floor': {
      const { locationId } = route;
      return (
        <Live key="floor" frame={frame} page={() => floorPage}>
          {(floor, now) => <FloorView state={floor} locationId={locationId} now={now} />}
        </Live>
      );
    }
    case 'workstation':
      return (
        <Live key={route.id} frame={frame} page={() => workstationPage(route.id)}>
          {(station, now) => <WorkstationView state={station} now={now} />}
        </Live>
      );
    case 'run':
      return (
        <Live key={route.id} frame={frame} page={() => runPage(route.id)}>
          {(run, now) => <RunView state={run} now={now} />}
        </Live>
      );
    case 'orders':
      return (
        <Live key="orders" frame={frame} page={() => ordersPage}>
          {(orders, now) => <OrdersView state={orders} now={now} />}
        </Live>
      );
    case 'log':
      return (
        <Live key="log" frame={frame} page={() => logPage}>
          {(log, now) => <LogView state={log} now={now} />}
        </Live>
      );
    case 'sensors':
      return (
        <Live key="sensors" frame={frame} page={() => sensorsPage}>
          {(sensors, now) => <SensorsView state={sensors} now={now} />}
        </Live>
      );
  }
}

function useRoute(): Route {
  const [route, setRoute] = useState(() => routeOf(location.hash));
  useEffect(() => {
    const follow = () => setRoute(routeOf(location.hash));
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  return route;
}

interface LiveProps<State> {
  readonly frame: ShownProps & { readonly route: Route };
  readonly page: () => Page<State>;
  readonly children: (state: State, now: number) => preact.ComponentChildren;
}

/** Follows a page while it is shown. */
function Live<State>({ frame, page, children }: LiveProps<State>) {
  const { connection, state } = frame;
  const now = useNow(10_000);
  const [followed, setFollowed] = useState<Followed<State>>({ state: null, problem: null });
  useEffect(() => {
    // A thousand messages of a replay are drawn once, and none while nobody looks.
    let latest: Followed<State> | null = null;
    let frameId = 0;
    const follower = new Follower(connection, page(), (changed) => {
      latest = changed;
      frameId ||= requestAnimationFrame(() => {
        frameId = 0;
        if (latest) setFollowed(latest);
      });
    });
    return () => {
      cancelAnimationFrame(frameId);
      follower.close();
    };
  }, [connection]);
  return (
    <Frame
      {...frame}
      liveness={(at) =>
        livenessOf(state, { hasState: followed.state !== null, problem: followed.problem }, at)
      }
    >
      {followed.state === null ? (
        <>
          <h1>Heatmark</h1>
          <p class="empty">{followed.problem ?? 'Reading …'}</p>
        </>
      ) : (
        children(followed.state, now)
      )}
    </Frame>
  );
}
