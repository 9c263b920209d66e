import type { Anomaly } from '../../prisma/generated/client/client.ts';
import type { CommandContext } from '../commands/context.ts';

/** A find that is grave enough to be a defect, and the pieces that it is newly known to harm. */
export interface Defect {
  anomaly: Anomaly;
  pieceIds: readonly string[];
}

type Reaction = (context: CommandContext, defects: readonly Defect[]) => Promise<void>;

const reactions: Reaction[] = [];

/** What follows from defects, in the transaction that finds them: other domains add to it. */
export const onDefects = {
  add(reaction: Reaction): void {
    reactions.push(reaction);
  },
  async tell(context: CommandContext, defects: readonly Defect[]): Promise<void> {
    const harmful = defects.filter(({ pieceIds }) => pieceIds.length > 0);
    if (harmful.length > 0) for (const react of reactions) await react(context, harmful);
  },
};
