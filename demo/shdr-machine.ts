import type { MachineStatus } from '../client/generated/graphql.ts';
import { isUnavailable, type ShdrCondition, type ShdrObservation } from './shdr.ts';

/** What a machine is known to do, as the API says it. */
export interface MachineState {
  readonly status: MachineStatus;
  readonly error: string | null;
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

/** Items that say whether the machine is heard and what it executes: by name, as no device model is at hand. */
const availability = /(^|[_:.-]|\d)avail(ability)?$/i;
const execution = /exec(ution)?$/i;

/** Whether an item is one that the status is made of. */
export const isStatusItem = (item: string): boolean => availability.test(item) || execution.test(item);

/**
 * The status of a machine from what its adapter says: not heard beats a fault, a fault beats what it executes.
 */
export class ShdrMachine {
  #heard = true;
  #execution: string | null = null;
  /** Active faults by item and native code. */
  readonly #faults = new Map<string, string>();

  /** Takes a value in. Answers false where the item has nothing to do with the status, or its value is none we know. */
  observe({ item, value }: ShdrObservation): boolean {
    const word = value.trim().toUpperCase();
    if (availability.test(item)) {
      this.#heard = !isUnavailable(word);
      return true;
    }
    if (!execution.test(item)) return false;
    if (!isUnavailable(word) && !ofExecution[word]) return false;
    this.#execution = isUnavailable(word) ? null : word;
    return true;
  }

  condition({ item, level, nativeCode, text }: ShdrCondition): void {
    const key = `${item} ${nativeCode}`;
    if (level === 'FAULT') {
      this.#faults.set(key, text.trim() || `${item} ${nativeCode}`.trim());
      return;
    }
    // NORMAL without a code clears everything of the item; with a code, or as a WARNING, that one only.
    const all = nativeCode === '' && level !== 'WARNING';
    for (const known of this.#faults.keys()) {
      if (known === key || (all && known.startsWith(`${item} `))) this.#faults.delete(known);
    }
  }

  get state(): MachineState {
    if (!this.#heard) return { status: 'NOT_CONNECTED', error: null };
    if (this.#faults.size > 0) {
      return { status: 'ERROR', error: [...this.#faults.values()].join('; ').slice(0, 2_000) };
    }
    return { status: (this.#execution && ofExecution[this.#execution]) || 'UNKNOWN', error: null };
  }
}
