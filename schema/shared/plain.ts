import type { PlainCommands } from '../../src/commands/plain.ts';
import { mutation, one } from './mutation.ts';

/** Adds the mutations of a plain noun: create, update, archive. */
export function plainMutations(commands: PlainCommands): void {
  const field = `${commands.noun.charAt(0).toLowerCase()}${commands.noun.slice(1)}`;
  for (const each of [commands.create, commands.update, commands.archive]) {
    mutation(each, { [field]: one(commands.noun, 'id') });
  }
}
