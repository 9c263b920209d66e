import { TransitionError } from '../errors.ts';
import type { Noun } from '../ids.ts';

/** The action of a mutation: its name in capitals, `ADD_RUN_PIECES` of `addRunPieces`. */
export const actionOf = (mutation: string): string => mutation.replace(/[A-Z]/g, '_$&').toUpperCase();

/** One action of a state table: the states it may start from, and the one it ends in. */
export interface Transition<Status extends string> {
  from: readonly Status[];
  /** Null where the end depends on more than the action (an outcome, the next step). */
  to: Status | null;
}

/** A noun's states and actions, each called as its mutation is: the only place that says what may follow what. */
export interface StateTable<Status extends string, Action extends string> {
  readonly noun: Noun;
  readonly actions: readonly Action[];
  /** The actions possible in that state, in the order of the table. */
  allowedActions(status: Status): Action[];
  /** Whether the action may start from that state. */
  allows(status: Status, action: Action): boolean;
  /** The state after the action. Throws {@link TransitionError} where the state does not allow it. */
  next(status: Status, action: Action): Status;
  /** Throws {@link TransitionError} where the state does not allow the action. */
  require(status: Status, action: Action): void;
  readonly transitions: Readonly<Record<Action, Transition<Status>>>;
}

/** Declares a noun's states and actions: `{ START_RUN: { from: ['QUEUED'], to: 'IN_PROGRESS' } }`. */
export function stateTable<Status extends string, Action extends string>(
  noun: Noun,
  transitions: Record<Action, Transition<Status>>,
): StateTable<Status, Action> {
  const actions = Object.keys(transitions) as Action[];
  const table: StateTable<Status, Action> = {
    noun,
    actions,
    transitions,
    allowedActions: (status) => actions.filter((action) => transitions[action].from.includes(status)),
    allows: (status, action) => transitions[action].from.includes(status),
    next: (status, action) => {
      table.require(status, action);
      return transitions[action].to ?? status;
    },
    require: (status, action) => {
      if (!table.allows(status, action)) {
        throw new TransitionError(noun, status, action, table.allowedActions(status));
      }
    },
  };
  return table;
}
