import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { generatedDevices } from './shdr.ts';

interface Numbered {
  readonly sequence: number;
  readonly item: string;
  readonly text: string;
  readonly at: string;
}

/** An MTConnect agent with a small buffer. */
export interface AgentDouble {
  readonly url: string;
  /** Takes a value in, as from its adapter: the id of the data item and what it says. Answers its number. */
  add(item: string, text: string): number;
  /** Begins anew: another instance, whose numbers begin at 1. */
  restart(): void;
  /** Ends every stream that is open. */
  cut(): void;
  /** Answers nothing but errors from now on, or answers again. */
  fail(isFailing: boolean): void;
  /** Resolves when somebody streams. */
  streamed(): Promise<void>;
  readonly requests: string[];
  close(): Promise<void>;
}

/** The names of elements by the ids of the generated device. */
const kinds: Readonly<Record<string, readonly [group: string, element: string]>> = {
  a1: ['Events', 'Availability'],
  xl: ['Samples', 'Load'],
  xp: ['Samples', 'Position'],
  ex: ['Events', 'Execution'],
  pg: ['Events', 'Program'],
  sy: ['Condition', 'Normal'],
};

/** Starts one. `streams` is false for an agent that answers and ends. */
export async function startAgent({ buffer = 1_000, streams = true } = {}): Promise<AgentDouble> {
  let instance = 1_000;
  let kept: Numbered[] = [];
  let latest = new Map<string, Numbered>();
  let next = 1;
  let isFailing = false;
  const open = new Map<ServerResponse, { from: number; count: number }>();
  const waiting = new Set<() => void>();
  const requests: string[] = [];

  const first = () => kept[0]?.sequence ?? next;
  const header = (following: number) =>
    `<Header instanceId="${instance}" firstSequence="${first()}" lastSequence="${next - 1}" nextSequence="${following}" bufferSize="${buffer}" version="2.0"/>`;
  const element = ({ sequence, item, text, at }: Numbered) => {
    const [group, name] = kinds[item] ?? ['Events', 'Other'];
    const said = group === 'Condition' ? text : name;
    const content = group === 'Condition' ? '' : text;
    return `<${group}><${said} dataItemId="${item}" sequence="${sequence}" timestamp="${at}">${content}</${said}></${group}>`;
  };
  // Newest first: the order of the document is not that of the numbers.
  const document = (all: readonly Numbered[], following: number) =>
    `<?xml version="1.0"?><MTConnectStreams xmlns="urn:mtconnect.org:MTConnectStreams:2.0">${header(following)}<Streams><DeviceStream name="Mill" uuid="MILL-1">${[
      ...all,
    ]
      .reverse()
      .map(
        (each) => `<ComponentStream component="Device" componentId="d1">${element(each)}</ComponentStream>`,
      )
      .join('')}</DeviceStream></Streams></MTConnectStreams>`;
  const error = (code: string) =>
    `<?xml version="1.0"?><MTConnectError xmlns="urn:mtconnect.org:MTConnectError:2.0"><Header instanceId="${instance}"/><Errors><Error errorCode="${code}">no</Error></Errors></MTConnectError>`;

  const page = (from: number, count: number): { text: string; following: number } => {
    if (from < first() || from > next) return { text: error('OUT_OF_RANGE'), following: -1 };
    const found = kept.filter(({ sequence }) => sequence >= from).slice(0, count);
    const following = (found.at(-1)?.sequence ?? from - 1) + 1;
    return { text: document(found, following), following };
  };
  const send = (response: ServerResponse, text: string) => {
    const length = Buffer.byteLength(text);
    response.write(`--frontier\r\nContent-type: text/xml\r\nContent-length: ${length}\r\n\r\n${text}\r\n`);
  };
  const feed = () => {
    for (const [response, place] of open) {
      const { text, following } = page(place.from, place.count);
      send(response, text);
      if (following === -1) {
        open.delete(response);
        response.end();
      } else place.from = following;
    }
  };

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://agent');
    requests.push(`${url.pathname}${url.search}`);
    if (isFailing) return void response.writeHead(503).end('no');
    response.setHeader('content-type', 'text/xml');
    const number = (name: string, otherwise: number) => Number(url.searchParams.get(name) ?? otherwise);
    if (url.pathname === '/probe') return void response.end(generatedDevices);
    if (url.pathname === '/current') {
      const all = [...latest.values()].sort((a, b) => a.sequence - b.sequence);
      return void response.end(document(all, next));
    }
    const place = { from: number('from', first()), count: number('count', 100) };
    if (!streams || !url.searchParams.has('interval'))
      return void response.end(page(place.from, place.count).text);
    response.setHeader('content-type', 'multipart/x-mixed-replace;boundary=frontier');
    open.set(response, place);
    response.on('close', () => open.delete(response));
    feed();
    for (const wake of waiting) wake();
    waiting.clear();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    add(item, text) {
      const numbered = {
        sequence: next,
        item,
        text,
        at: new Date(Date.UTC(2026, 0, 1) + next * 10).toISOString(),
      };
      kept = [...kept, numbered].slice(-buffer);
      latest.set(item, numbered);
      next++;
      feed();
      return numbered.sequence;
    },
    restart() {
      instance++;
      kept = [];
      latest = new Map();
      next = 1;
      for (const response of open.keys()) response.destroy();
    },
    cut() {
      for (const response of open.keys()) response.destroy();
    },
    fail(value) {
      isFailing = value;
      if (value) for (const response of open.keys()) response.destroy();
    },
    streamed: () => (open.size > 0 ? Promise.resolve() : new Promise((resolve) => void waiting.add(resolve))),
    async close() {
      for (const response of open.keys()) response.destroy();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
