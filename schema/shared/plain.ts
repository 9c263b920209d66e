import type { PlainCommands } from '../../src/commands/plain.ts';
import { fieldName } from '../../src/ids.ts';
import { mutation, one } from './mutation.ts';

/** Adds the mutations of a plain noun: create, update, archive. */
export function plainMutations(commands: PlainCommands): void {
  const field = fieldName(commands.noun);
  for (const each of [commands.create, commands.update, commands.archive]) {
    mutation(each, { [field]: one(commands.noun, 'id') });
  }
}
