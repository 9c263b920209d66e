/** What other domains do in the very transaction that an announced file gets its content, or is refused. */
import type { File } from '../../prisma/generated/client/client.ts';
import type { CommandContext } from '../commands/context.ts';

/** Files that have just been stored or refused, as they are now. Their rows are locked. */
type WhenSettled = (context: CommandContext, files: readonly File[]) => Promise<void>;

const reactions: WhenSettled[] = [];

/**
 * Has something done whenever announced files are settled: it happens with that commit, or the file stays expected.
 * It may lock what comes after File in the lock order.
 */
export function whenFilesSettle(reaction: WhenSettled): void {
  reactions.push(reaction);
}

/** Does all that others do when files are settled. */
export async function tellSettled(context: CommandContext, files: readonly File[]): Promise<void> {
  for (const reaction of reactions) await reaction(context, files);
}
