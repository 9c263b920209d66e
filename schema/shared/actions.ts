import type { StateTable } from '../../src/commands/states.ts';
import { enumOf } from './enums.ts';

/** The mutation of an action: `addRunPieces` of `ADD_RUN_PIECES`. */
export const mutationOf = (action: string): string =>
  action.toLowerCase().replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());

/** `RunAction`: the actions of a noun's state table as an enum, each described by the mutation that does it. */
export function actionsOf<Status extends string, Action extends string>(table: StateTable<Status, Action>) {
  return enumOf<Action>(
    `${table.noun}Action`,
    `What the state of a ${table.noun} may allow: each is the mutation of that name. Guards may still refuse an allowed action.`,
    Object.fromEntries(
      table.actions.map((action) => [action, `Allows \`${mutationOf(action)}\`.`]),
    ) as Record<Action, string>,
  );
}
