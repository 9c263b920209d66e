import type { StateTable } from '../../src/commands/states.ts';
import { enumOf } from './enums.ts';

/** `RunAction`: the actions of a noun's state table as an enum, each described by the mutation that does it. */
export function actionsOf<Status extends string, Action extends string>(
  table: StateTable<Status, Action>,
  mutations: Record<Action, string>,
) {
  return enumOf<Action>(
    `${table.noun}Action`,
    `What the state of a ${table.noun} may allow. Guards may still refuse an allowed action.`,
    Object.fromEntries(table.actions.map((action) => [action, `Allows \`${mutations[action]}\`.`])) as Record<
      Action,
      string
    >,
  );
}
