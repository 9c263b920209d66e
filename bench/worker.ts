/** What the measured processes share: they tell their parent where they listen, and answer what it asks. */
import pg from 'pg';

/** CPU time of the process so far, in ms. */
export interface Usage {
  readonly cpuMs: number;
}

export type Question = 'usage' | 'startCounting' | 'stopCounting';
export type Message =
  | { readonly ready: string }
  | { readonly id: number; readonly answer: Usage | readonly string[] | null };

let statements: string[] | null = null;
const query = pg.Client.prototype.query;

// Everything that talks to PostgreSQL here goes through a pg client. Counting replaces a method, so that while
// nothing is counted nothing is in the way.
function startCounting(): void {
  const counted: string[] = [];
  statements = counted;
  const counting = function (this: pg.Client, ...args: unknown[]): unknown {
    const [first] = args;
    counted.push(typeof first === 'string' ? first : ((first as { text?: string }).text ?? '?'));
    return Reflect.apply(query, this, args);
  };
  pg.Client.prototype.query = counting as typeof query;
}

function stopCounting(): readonly string[] {
  pg.Client.prototype.query = query;
  const counted = statements ?? [];
  statements = null;
  return counted;
}

/** Tells the parent that this process is ready, and ends with the parent. */
export function serveParent(url: string, stop: () => Promise<void>): void {
  const send = (message: Message) => process.send?.(message);
  process.on('message', ({ id, question }: { id: number; question: Question }) => {
    if (question === 'usage') {
      const { user, system } = process.cpuUsage();
      send({ id, answer: { cpuMs: (user + system) / 1_000 } });
    } else if (question === 'startCounting') {
      startCounting();
      send({ id, answer: null });
    } else send({ id, answer: stopCounting() });
  });
  let stopping = false;
  const end = () => {
    if (stopping) return;
    stopping = true;
    stop().finally(() => process.exit());
  };
  process.on('disconnect', end);
  process.on('SIGTERM', end);
  // The parent answers Ctrl-C, and disconnects.
  process.on('SIGINT', () => undefined);
  send({ ready: url });
}
