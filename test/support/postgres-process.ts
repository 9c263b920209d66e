import { type ChildProcess, spawn } from 'node:child_process';
import { chownSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { freePort } from './free-port.ts';

/** A PostgreSQL of a test's own, which it may restart: never the one that others use. */
export interface PostgresProcess {
  readonly port: number;
  /** The database `heatmark` of it. */
  readonly url: string;
  /** Starts it and waits until it answers. */
  start(): Promise<void>;
  /** `fast` ends its sessions and stops in order; `immediate` is a crash, and the next start recovers. */
  stop(how: 'fast' | 'immediate'): Promise<void>;
  /** Stops it and removes its files. */
  remove(): Promise<void>;
}

/** The newest installation of Debian's packages. */
function binaries(): string {
  const root = '/usr/lib/postgresql';
  const newest = readdirSync(root).sort((a, b) => Number(b) - Number(a))[0];
  if (!newest) throw new Error(`There is no PostgreSQL in ${root}.`);
  return join(root, newest, 'bin');
}

/** PostgreSQL refuses to run as root. */
function run(program: string, parameters: string[]): ChildProcess {
  const command =
    userInfo().uid === 0
      ? ['setpriv', '--reuid=postgres', '--regid=postgres', '--clear-groups', program, ...parameters]
      : [program, ...parameters];
  return spawn(command[0] ?? program, command.slice(1), { stdio: ['ignore', 'ignore', 'pipe'], cwd: '/' });
}

async function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  return new Promise((resolve) => child.once('exit', resolve));
}

async function ownerOfPostgres(): Promise<{ uid: number; gid: number }> {
  const number = async (flag: string) => {
    const child = spawn('id', [flag, 'postgres'], { stdio: ['ignore', 'pipe', 'ignore'] });
    let text = '';
    child.stdout.on('data', (data) => {
      text += data;
    });
    await ended(child);
    return Number(text);
  };
  return { uid: await number('-u'), gid: await number('-g') };
}

/** A new cluster in a temporary folder, not started yet; its port stays the same. */
export async function ownPostgres(settings: Record<string, string | number> = {}): Promise<PostgresProcess> {
  const folder = mkdtempSync('/tmp/hm-postgres-');
  if (userInfo().uid === 0) {
    const { uid, gid } = await ownerOfPostgres();
    chownSync(folder, uid, gid);
  }
  const data = join(folder, 'data');
  const initialized = run(join(binaries(), 'initdb'), [
    ...['--pgdata', data, '--username', 'postgres', '--auth', 'trust', '--no-sync'],
    ...['--encoding', 'UTF8', '--no-locale'],
  ]);
  if ((await ended(initialized)) !== 0) throw new Error('initdb failed.');
  const port = await freePort();
  const urlOf = (database: string) => `postgresql://postgres@127.0.0.1:${port}/${database}`;
  let server: ChildProcess | null = null;
  let made = false;

  async function answers(database: string, sql: string): Promise<void> {
    const client = new pg.Client({ connectionString: urlOf(database) });
    client.on('error', () => undefined);
    await client.connect();
    try {
      await client.query(sql);
    } finally {
      await client.end();
    }
  }

  async function stop(how: 'fast' | 'immediate'): Promise<void> {
    const stopping = server;
    server = null;
    if (!stopping) return;
    stopping.kill(how === 'fast' ? 'SIGINT' : 'SIGQUIT');
    await ended(stopping);
  }

  return {
    port,
    url: urlOf('heatmark'),
    async start() {
      const parameters = {
        port,
        listen_addresses: '127.0.0.1',
        unix_socket_directories: folder,
        ...settings,
      };
      const started = run(join(binaries(), 'postgres'), [
        ...['-D', data],
        ...Object.entries(parameters).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
      ]);
      server = started;
      let said = '';
      started.stderr?.on('data', (text) => {
        // Bounded: a server that complains for minutes.
        said = `${said}${text}`.slice(-5_000);
      });
      for (;;) {
        if (started.exitCode !== null) throw new Error(`PostgreSQL did not start: ${said}`);
        try {
          await answers('postgres', made ? 'SELECT 1' : 'CREATE DATABASE heatmark');
          break;
        } catch {
          // Starting, or recovering: it says so by refusing.
          await pause(50);
        }
      }
      made = true;
    },
    stop,
    async remove() {
      await stop('immediate');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
