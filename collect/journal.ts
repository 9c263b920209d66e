import { randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pause } from '../client/backoff.ts';
import type { Chunk, Connection, Feed, Log, Observation, Tracker } from './observation.ts';

export interface JournalOptions {
  /** Makes what follows the observations: its state at the beginning of each file is kept there. */
  readonly tracker: () => Tracker;
  readonly log: Log;
  /** Bytes of a file, after which the next begins. */
  readonly fileBytes?: number;
  /** Bytes of all that is not acknowledged, after which appending waits. */
  readonly limitBytes?: number;
  /** ms to wait for more once something has come. */
  readonly linger?: number;
}

/** What goes with observations into the journal, in one piece. */
export interface AppendOptions {
  /** Where the source is to go on after a restart. */
  readonly position?: unknown;
  /** So many numbers before these observations were lost at the source. */
  readonly lost?: number;
  /** The connection was made or lost, before these observations. */
  readonly connection?: Connection | null;
}

interface Header {
  readonly format: 1;
  readonly journal: string;
  /** The last number before this file. */
  readonly last: number;
  readonly position: unknown;
  readonly state: unknown;
}

interface Entry {
  /** The number of the first observation, or of the next one. */
  readonly n: number;
  readonly o: readonly (readonly [at: number, item: string, value: string | null])[];
  readonly p?: unknown;
  readonly c?: Connection;
}

/** A file of the journal. */
interface Part {
  readonly index: number;
  readonly path: string;
  readonly header: Header;
  /** Bytes that are on the disk for sure. */
  bytes: number;
}

/** The journal's files contradict what was written: a disk that lost what it had confirmed. */
export class JournalDamagedError extends Error {
  override readonly name = 'JournalDamagedError';
}

const readBytes = 262_144;

/**
 * What a source said, on the disk before anybody is told of it: a killed connector goes on where it was, and a server
 * that is away is told later. Observations have consecutive numbers. Files are deleted once all in them is
 * acknowledged; memory holds what is being sent, whatever waits on the disk.
 */
export class Journal implements Feed {
  readonly #folder: string;
  readonly #options: Required<JournalOptions>;
  readonly #tracker: Tracker;
  readonly #stopped = new AbortController();
  #parts: Part[] = [];
  #handle: FileHandle | null = null;
  #id: string = randomUUID();
  #last = 0;
  #position: unknown = null;
  #appending: Promise<void> = Promise.resolve();
  #reader: Reader | null = null;
  #isEnding = false;
  /** Grows with everything that somebody may wait for. */
  #changes = 0;
  readonly #waiting = new Set<() => void>();

  private constructor(folder: string, options: JournalOptions) {
    this.#folder = folder;
    const { fileBytes = 8 * 1024 ** 2, limitBytes = 1024 ** 3, linger = 200 } = options;
    // Room is made by whole files: several must fit.
    this.#options = { ...options, fileBytes: Math.min(fileBytes, limitBytes / 4), limitBytes, linger };
    this.#tracker = options.tracker();
  }

  /** Opens the journal of a folder, which is made when missing. What was half written when it was killed is cut off. */
  static async open(folder: string, options: JournalOptions): Promise<Journal> {
    const journal = new Journal(folder, options);
    await journal.#open();
    return journal;
  }

  get instance(): string {
    return this.#id;
  }

  /** The number of the newest observation; 0 where there is none. */
  get last(): number {
    return this.#last;
  }

  /** What was told with the newest observations; null where nothing was. */
  get position(): unknown {
    return this.#position;
  }

  /** Bytes that wait. */
  get bytes(): number {
    return this.#parts.reduce((sum, part) => sum + part.bytes, 0);
  }

  /** Whether appending waits for room. */
  get isFull(): boolean {
    return this.bytes >= this.#options.limitBytes;
  }

  /**
   * Writes observations, in one piece: all of them are on the disk when it returns, or, after a kill, none. A disk that
   * refuses is tried again until it takes them, or the journal is closed.
   */
  append(observations: readonly Observation[], options: AppendOptions = {}): Promise<void> {
    const done = this.#appending.then(() => this.#append(observations, options));
    this.#appending = done.catch(() => {});
    return done;
  }

  async seek(after: number, tracker: Tracker): Promise<void> {
    // The server knows of more than the journal, which was set back: what comes now must not have those numbers.
    if (after > this.#last) await this.append([], { lost: after - this.#last, position: this.#position });
    await this.#reader?.close();
    this.#reader = null;
    const from = this.#parts.findLast((part) => part.header.last <= after) ?? this.#parts[0];
    if (!from) return;
    const reader = new Reader(this.#parts, from);
    if (from.header.state !== null) tracker.restore(from.header.state);
    await reader.skip(after, tracker);
    this.#reader = reader;
  }

  async next(most: number): Promise<Chunk | null> {
    for (let waited = false; ; waited = true) {
      // From before looking: what is appended while we look must not be slept through.
      const seen = this.#changes;
      const isEnding = this.#isEnding;
      const chunk = await this.#reader?.take(most);
      if (chunk) return chunk;
      if (this.#stopped.signal.aborted || isEnding) return null;
      if (seen === this.#changes) await this.#news();
      if (!waited) await pause(this.#options.linger, this.#stopped.signal);
    }
  }

  async acknowledge(number: number): Promise<void> {
    for (;;) {
      const [first, second] = this.#parts;
      if (!first || !second || second.header.last > number || this.#reader?.part === first) break;
      await rm(first.path, { force: true });
      this.#parts.shift();
    }
    this.#wake();
  }

  /** Nothing more will come: `next` gives what there is, and then null. */
  end(): void {
    this.#isEnding = true;
    this.#wake();
  }

  /** Ends what waits, and closes the files. */
  async close(): Promise<void> {
    this.#stopped.abort();
    this.#wake();
    await this.#appending;
    await this.#reader?.close();
    await this.#handle?.close();
    this.#handle = null;
  }

  #wake(): void {
    this.#changes++;
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }

  #news(): Promise<void> {
    return new Promise((resolve) => this.#waiting.add(resolve));
  }

  async #open(): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    const names = (await readdir(this.#folder)).filter((name) => /^\d{8}\.journal$/.test(name)).sort();
    for (const name of names) {
      const path = join(this.#folder, name);
      const part = await readPart(path, Number.parseInt(name, 10));
      if (part) this.#parts.push(part);
      // Killed between making a file and writing its head: nothing is in it.
      else if (name === names.at(-1)) await rm(path);
      else throw new JournalDamagedError(`${path} has no readable beginning.`);
    }
    const newest = this.#parts.at(-1);
    if (!newest) return this.#begin();
    const { header } = newest;
    this.#id = header.journal;
    this.#last = header.last;
    this.#position = header.position;
    if (header.state !== null) this.#tracker.restore(header.state);
    const reader = new Reader([newest], newest);
    try {
      newest.bytes = await reader.replay((entry) => this.#know(entry));
    } finally {
      await reader.close();
    }
    this.#handle = await open(newest.path, 'r+');
    await this.#handle.truncate(newest.bytes);
  }

  /** Begins the next file. Its head stands alone for all before it. */
  async #begin(): Promise<void> {
    const index = (this.#parts.at(-1)?.index ?? 0) + 1;
    const path = join(this.#folder, `${String(index).padStart(8, '0')}.journal`);
    const header: Header = {
      format: 1,
      journal: this.#id,
      last: this.#last,
      position: this.#position,
      state: this.#tracker.snapshot(),
    };
    const handle = await open(path, 'w');
    const line = Buffer.from(`${JSON.stringify(header)}\n`);
    try {
      await handle.writeFile(line);
      await handle.sync();
      await syncFolder(this.#folder);
    } catch (error) {
      await handle.close();
      throw error;
    }
    await this.#handle?.close();
    this.#handle = handle;
    this.#parts.push({ index, path, header, bytes: line.length });
  }

  async #append(
    observations: readonly Observation[],
    { position, lost = 0, connection }: AppendOptions,
  ): Promise<void> {
    while (this.isFull && !this.#stopped.signal.aborted) await this.#news();
    const entry: Entry = {
      n: this.#last + lost + 1,
      o: observations.map(({ at, item, value }) => [at, item, value]),
      ...(position === undefined ? {} : { p: position }),
      ...(connection ? { c: connection } : {}),
    };
    const line = Buffer.from(`${JSON.stringify(entry)}\n`);
    for (let tried = 0; ; tried++) {
      if (this.#stopped.signal.aborted) throw new Error('The journal is closed.');
      try {
        await this.#write(line);
        break;
      } catch (error) {
        this.#options.log.warn(`the journal cannot be written, and nothing is read meanwhile: ${error}`);
        await pause(Math.min(10_000, 500 * 2 ** tried), this.#stopped.signal);
      }
    }
    this.#know(entry);
    this.#wake();
  }

  async #write(line: Buffer): Promise<void> {
    if ((this.#parts.at(-1)?.bytes ?? 0) >= this.#options.fileBytes) await this.#begin();
    const part = this.#parts.at(-1);
    if (!part || !this.#handle) throw new Error('The journal is closed.');
    // At its place: what a failed attempt left there is written over.
    let written = 0;
    while (written < line.length) {
      const { bytesWritten } = await this.#handle.write(
        line,
        written,
        line.length - written,
        part.bytes + written,
      );
      written += bytesWritten;
    }
    await this.#handle.datasync();
    part.bytes += line.length;
  }

  #know(entry: Entry): void {
    if (entry.c) this.#tracker.connect(entry.c);
    for (const observation of observationsOf(entry)) this.#tracker.observe(observation);
    this.#last = entry.n + entry.o.length - 1;
    if (entry.p !== undefined) this.#position = entry.p;
  }
}

const observationsOf = ({ o }: Entry): Observation[] => o.map(([at, item, value]) => ({ at, item, value }));

async function syncFolder(folder: string): Promise<void> {
  // Windows opens no folders.
  const handle = await open(folder, 'r').catch(() => null);
  await handle?.sync().catch(() => {});
  await handle?.close();
}

async function readPart(path: string, index: number): Promise<Part | null> {
  const handle = await open(path, 'r');
  try {
    const { size } = await handle.stat();
    const lines = new LineReader(handle);
    const line = await lines.next(size);
    if (line === null) return null;
    const header = parsed<Header>(line);
    if (header?.format !== 1) throw new JournalDamagedError(`${path} has no readable beginning.`);
    return { index, path, header, bytes: size };
  } finally {
    await handle.close();
  }
}

function parsed<Value>(line: string): Value | null {
  try {
    return JSON.parse(line) as Value;
  } catch {
    return null;
  }
}

/** Reads lines of a file up to a length that grows. */
class LineReader {
  readonly #handle: FileHandle;
  #buffer = Buffer.alloc(0);
  #read = 0;
  /** The byte behind the line that was read last. */
  offset = 0;

  constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  /** The next whole line that ends before `limit`; null where there is none. */
  async next(limit: number): Promise<string | null> {
    for (let searched = 0; ; ) {
      const end = this.#buffer.indexOf(10, searched);
      if (end !== -1) {
        const line = this.#buffer.toString('utf8', 0, end);
        this.#buffer = this.#buffer.subarray(end + 1);
        this.offset += end + 1;
        return line;
      }
      const wanted = Math.min(readBytes, limit - this.#read);
      if (wanted <= 0) return null;
      const { bytesRead, buffer } = await this.#handle.read(Buffer.alloc(wanted), 0, wanted, this.#read);
      if (bytesRead === 0) return null;
      searched = this.#buffer.length;
      this.#buffer = Buffer.concat([this.#buffer, buffer.subarray(0, bytesRead)]);
      this.#read += bytesRead;
    }
  }
}

/** A place in the journal that goes on. */
class Reader {
  readonly #parts: readonly Part[];
  #part: Part;
  #handle: FileHandle | null = null;
  #lines: LineReader | null = null;
  /** An entry that is not taken to its end, and how much of it is. */
  #entry: Entry | null = null;
  #taken = 0;
  #told = false;
  /** The number before the next one. */
  #last: number;

  constructor(parts: readonly Part[], from: Part) {
    this.#parts = parts;
    this.#part = from;
    this.#last = from.header.last;
  }

  /** The file that is being read. */
  get part(): Part {
    return this.#part;
  }

  async close(): Promise<void> {
    await this.#handle?.close();
    this.#handle = null;
  }

  /**
   * Tells every entry of the file, and answers the length of what can be read: what was half written is at its end.
   * @throws JournalDamagedError where anything can be read behind what cannot
   */
  async replay(tell: (entry: Entry) => void): Promise<number> {
    const lines = await this.#open();
    let bytes = lines.offset;
    let isTorn = false;
    for (;;) {
      const line = await lines.next(this.#part.bytes);
      if (line === null) return bytes;
      const entry = parsed<Entry>(line);
      if (entry && isTorn)
        throw new JournalDamagedError(`${this.#part.path} cannot be read from byte ${bytes}.`);
      isTorn ||= !entry;
      if (!entry) continue;
      tell(entry);
      bytes = lines.offset;
    }
  }

  /** Goes behind that number. */
  async skip(after: number, tracker: Tracker): Promise<void> {
    while (await this.#fill()) {
      const entry = this.#entry as Entry;
      if (entry.n > after) break;
      if (entry.c) tracker.connect(entry.c);
      this.#told = true;
      const known = observationsOf(entry).slice(0, after - entry.n + 1);
      for (const observation of known) tracker.observe(observation);
      this.#taken = known.length;
      this.#last = entry.n + known.length - 1;
      if (known.length < entry.o.length) break;
      this.#drop();
    }
    // What the server has and the journal does not is no gap.
    this.#last = Math.max(this.#last, after);
  }

  /** The next observations that are on the disk; null where there are none. */
  async take(most: number): Promise<Chunk | null> {
    const observations: Observation[] = [];
    const connections: { place: number; connection: Connection }[] = [];
    let first: number | null = null;
    const before = this.#last;
    while (observations.length < most && (await this.#fill())) {
      const entry = this.#entry as Entry;
      const number = entry.n + this.#taken;
      // A gap ends a chunk, as its numbers are consecutive.
      if (first !== null && observations.length > 0 && number !== first + observations.length) break;
      if (first === null || observations.length === 0) first = number;
      if (entry.c && !this.#told) connections.push({ place: observations.length, connection: entry.c });
      this.#told = true;
      const room = most - observations.length;
      const found = observationsOf(entry).slice(this.#taken, this.#taken + room);
      observations.push(...found);
      this.#taken += found.length;
      if (found.length > 0) this.#last = number + found.length - 1;
      if (this.#taken >= entry.o.length) this.#drop();
    }
    if (first === null || (observations.length === 0 && connections.length === 0)) return null;
    const isBehindGap = observations.length > 0 && first > before + 1;
    return { first, observations, isBehindGap, connections };
  }

  #drop(): void {
    this.#entry = null;
    this.#taken = 0;
    this.#told = false;
  }

  /** Whether there is an entry with something in it. */
  async #fill(): Promise<boolean> {
    while (!this.#entry) {
      const entry = await this.#read();
      if (entry) this.#entry = entry;
      else if (!(await this.#advance())) return false;
    }
    return true;
  }

  async #read(): Promise<Entry | null> {
    const lines = this.#lines ?? (await this.#open());
    const line = await lines.next(this.#part.bytes);
    return line === null ? null : parsed<Entry>(line);
  }

  async #open(): Promise<LineReader> {
    this.#handle = await open(this.#part.path, 'r');
    const lines = new LineReader(this.#handle);
    // The head.
    await lines.next(this.#part.bytes);
    this.#lines = lines;
    return lines;
  }

  async #advance(): Promise<boolean> {
    const next = this.#parts.find((part) => part.index > this.#part.index);
    if (!next) return false;
    await this.close();
    this.#lines = null;
    this.#part = next;
    return true;
  }
}
