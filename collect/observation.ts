/** What a data item said at one instant, wherever it was read. */
export interface Observation {
  /** ms since 1970: as the machine says, or when it arrived. */
  readonly at: number;
  /** The item as its source names it: the key of an SHDR line, the dataItemId of an agent. */
  readonly item: string;
  /** Null for UNAVAILABLE. A condition is `LEVEL|native code|native severity|qualifier|text`. */
  readonly value: string | null;
}

/** Whether the source can hear the machine, from an instant on. */
export interface Connection {
  readonly at: number;
  readonly isConnected: boolean;
}

/** Observations with consecutive numbers, and what lies between and before them. */
export interface Chunk {
  /** The number of the first observation; the one that would come next where there is none. */
  readonly first: number;
  readonly observations: readonly Observation[];
  /** Numbers before it are missing for good: they were lost at the source. */
  readonly isBehindGap: boolean;
  /** Changes of the connection, each before the observation at its place. */
  readonly connections: readonly { readonly place: number; readonly connection: Connection }[];
}

/** What follows the observations to know the state of the machine, and can be put down and taken up again. */
export interface Tracker {
  observe(observation: Observation): void;
  connect(connection: Connection): void;
  snapshot(): unknown;
  restore(snapshot: unknown): void;
}

/** Numbered observations that can be read again from any number on that was not acknowledged. */
export interface Feed {
  /** What the numbers count: another instance counts anew. */
  readonly instance: string;
  /** Goes to the observation behind that number; the tracker is told all before it. */
  seek(after: number, tracker: Tracker): Promise<void>;
  /** The next observations, at most so many: waits for them. Null at the end, or when it was stopped. */
  next(most: number): Promise<Chunk | null>;
  /** They are stored, up to and with that number. */
  acknowledge(number: number): Promise<void>;
}

/** Where lines go that people read. */
export interface Log {
  info(text: string): void;
  warn(text: string): void;
}

export const isUnavailable = (value: string): boolean => value.trim().toUpperCase() === 'UNAVAILABLE';

/** How far ahead of the clock here the server takes an instant; with a reserve for clocks that differ. */
const ahead = 4 * 60_000;

/** The instant as it is told: the server refuses what lies further in the future, so that has its time of arrival. */
export const plausible = (at: number, now: number): number => (at > now + ahead ? now : at);
