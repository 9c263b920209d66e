import type { BuildStatus, MachineStatus } from '../client/generated/graphql.ts';
import type { Connection, Observation, Tracker } from './observation.ts';

/** What a machine is known to do, as the API says it. */
export interface MachineState {
  readonly status: MachineStatus;
  readonly error: string | null;
  /** Null where nobody watches the connection: in a recording. */
  readonly isConnected: boolean | null;
}

/** What it makes, as far as its items tell. */
export interface BuildState {
  readonly name: string;
  readonly status: BuildStatus;
  readonly layer: number | null;
}

// MTConnect's EXECUTION. The API's words come from printing: PRINTING is any machine at work.
const ofExecution: Readonly<Record<string, MachineStatus>> = {
  ACTIVE: 'PRINTING',
  WAIT: 'PRINTING',
  READY: 'READY_TO_PRINT',
  STOPPED: 'IDLE',
  INTERRUPTED: 'IDLE',
  FEED_HOLD: 'IDLE',
  OPTIONAL_STOP: 'IDLE',
  PROGRAM_OPTIONAL_STOP: 'IDLE',
  PROGRAM_STOPPED: 'IDLE',
  PROGRAM_COMPLETED: 'PRINT_FINISHED',
};

// READY and STOPPED say nothing of a build: a machine is so before it and after it.
const buildOf: Readonly<Record<string, BuildStatus>> = {
  ACTIVE: 'PROCESSING',
  WAIT: 'PROCESSING',
  INTERRUPTED: 'PAUSED',
  FEED_HOLD: 'PAUSED',
  OPTIONAL_STOP: 'PAUSED',
  PROGRAM_OPTIONAL_STOP: 'PAUSED',
  PROGRAM_STOPPED: 'PAUSED',
  PROGRAM_COMPLETED: 'COMPLETE',
};

/** The part that an item plays in the state of its machine. */
export type Part = 'AVAILABILITY' | 'EXECUTION' | 'CONDITION' | 'PROGRAM' | 'LAYER';

export interface MachineStateOptions {
  /** What an item is for the state; null for nothing. */
  readonly partOf: (observation: Observation) => Part | null;
  /** Words of EXECUTION that this machine means otherwise, or has of its own. */
  readonly states?: Readonly<Record<string, MachineStatus>> | undefined;
}

interface Snapshot {
  readonly heard: boolean;
  readonly connected: boolean | null;
  readonly executions: readonly (readonly [string, string])[];
  readonly faults: readonly (readonly [string, string])[];
  readonly program: string | null;
  readonly layer: number | null;
}

/**
 * The state of a machine from what its items say: not heard beats a fault, a fault beats what it executes. Of several
 * paths one that is at work counts, else the one that changed last.
 */
export class MachineTracker implements Tracker {
  readonly #partOf: MachineStateOptions['partOf'];
  readonly #states: Readonly<Record<string, MachineStatus>>;
  #heard = true;
  #connected: boolean | null = null;
  /** By item; the one that changed last is last. */
  #executions = new Map<string, string>();
  /** Active faults by item and native code. */
  #faults = new Map<string, string>();
  #program: string | null = null;
  #layer: number | null = null;

  constructor({ partOf, states = {} }: MachineStateOptions) {
    this.#partOf = partOf;
    this.#states = { ...ofExecution, ...states };
  }

  /** Takes a value in. A word of EXECUTION that is not known changes nothing. */
  observe(observation: Observation): void {
    const { item, value } = observation;
    switch (this.#partOf(observation)) {
      case 'AVAILABILITY':
        this.#heard = value !== null;
        return;
      case 'EXECUTION':
        this.#execute(item, value?.trim().toUpperCase() ?? null);
        return;
      case 'CONDITION':
        this.#condition(item, value);
        return;
      case 'PROGRAM':
        // Another program begins at another layer.
        if (value !== this.#program) this.#layer = null;
        this.#program = value?.trim() || null;
        return;
      case 'LAYER':
        this.#layer = value !== null && /^\d+$/.test(value.trim()) ? Number(value) : null;
        return;
      case null:
    }
  }

  connect({ isConnected }: Connection): void {
    this.#connected = isConnected;
  }

  #execute(item: string, word: string | null): void {
    if (word !== null && !this.#states[word]) return;
    this.#executions.delete(item);
    if (word !== null) this.#executions.set(item, word);
  }

  #condition(item: string, value: string | null): void {
    const [level = 'UNAVAILABLE', code = '', , , ...text] = value?.split('|') ?? [];
    const key = `${item} ${code}`;
    if (level === 'FAULT') {
      this.#faults.set(key, text.join('|').trim() || key.trim());
      return;
    }
    // NORMAL without a code clears everything of the item; with a code, or as a WARNING, that one only.
    const all = code === '' && level !== 'WARNING';
    for (const known of this.#faults.keys()) {
      if (known === key || (all && known.startsWith(`${item} `))) this.#faults.delete(known);
    }
  }

  /** The execution that counts. */
  get #execution(): string | null {
    const words = [...this.#executions.values()];
    return words.find((word) => this.#states[word] === 'PRINTING') ?? words.at(-1) ?? null;
  }

  get state(): MachineState {
    const isConnected = this.#connected;
    if (!this.#heard) return { status: 'NOT_CONNECTED', error: null, isConnected };
    if (this.#faults.size > 0) {
      return { status: 'ERROR', error: [...this.#faults.values()].join('; ').slice(0, 2_000), isConnected };
    }
    const execution = this.#execution;
    return { status: (execution && this.#states[execution]) || 'UNKNOWN', error: null, isConnected };
  }

  /** Null while it is not known what the machine makes, or whether it does. */
  get build(): BuildState | null {
    const status = this.#execution ? buildOf[this.#execution] : undefined;
    if (!this.#program || !status || !this.#heard) return null;
    return { name: this.#program.slice(0, 300), status, layer: this.#layer };
  }

  snapshot(): Snapshot {
    return {
      heard: this.#heard,
      connected: this.#connected,
      executions: [...this.#executions],
      faults: [...this.#faults],
      program: this.#program,
      layer: this.#layer,
    };
  }

  restore(snapshot: unknown): void {
    const { heard, connected, executions, faults, program, layer } = snapshot as Snapshot;
    this.#heard = heard;
    this.#connected = connected;
    this.#executions = new Map(executions);
    this.#faults = new Map(faults);
    this.#program = program;
    this.#layer = layer;
  }
}
