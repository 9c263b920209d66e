import { z } from 'zod';
import type { Prisma } from '../../prisma/generated/client/client.ts';
import { command } from '../commands/command.ts';
import type { CommandContext } from '../commands/context.ts';
import { expectedVersion, idOf, whole } from '../commands/input.ts';
import { ConflictError, type InputIssue, InvalidInputError, NotFoundError } from '../errors.ts';
import { mostPoints, outlineProblem, point } from './outline.ts';
import { writeRun } from './run.leaving.ts';

/** What follows when the layout of a run is set, in the same transaction and under the lock of the run. */
export const onLayout: ((context: CommandContext, runId: string) => Promise<void>)[] = [];

/** The most pieces whose place is told at once. */
const mostPlacements = 250;

const highest = 100_000;
const height = z.number().min(0, 'must be at least 0').max(highest, `must be at most ${highest}`);
const layer = whole(0, 10_000_000);

const placement = z
  .object({
    pieceId: idOf('Piece').describe('The piece. It is in the run.'),
    outline: z
      .array(point)
      .min(3, 'must have at least 3 points')
      .max(mostPoints, `must have at most ${mostPoints} points`)
      .describe(
        `Where it lies on the plate, seen from above: 3 to ${mostPoints} points [x, y] in mm, in their order around it.`,
      ),
    bottom: height.nullish().describe('Where it begins above the plate, in mm.'),
    top: height.nullish().describe('Where it ends above the plate, in mm.'),
    firstLayer: layer
      .nullish()
      .describe('The first layer that it is in. Without layers it is taken to be in all of them.'),
    lastLayer: layer.nullish().describe('The last layer that it is in.'),
  })
  .meta({ input: 'PiecePlacementInput', description: 'Where a piece lies on the plate of a run.' });

type PlacementInput = z.output<typeof placement>;

export const setRunLayout = command('setRunLayout', {
  description:
    'Says where the pieces of a run lie on its plate, in place of what was said before: of more than 250 pieces in several calls. Which pieces the anomalies of the run may harm is found anew.',
  right: 'work',
  input: {
    runId: idOf('Run').describe('The run.'),
    expectedVersion: expectedVersion(),
    placements: z
      .array(placement)
      .max(mostPlacements, `must name at most ${mostPlacements} pieces`)
      .describe(`Where each piece lies, at most ${mostPlacements}.`),
    keepOthers: z
      .boolean()
      .default(false)
      .describe('True: what was said of pieces that are not named stays. False: it is forgotten.'),
  },
  refusals: [NotFoundError, ConflictError],
  run: async (context, { runId, expectedVersion: expected, placements, keepOthers }) => {
    const { tx, organizationId } = context;
    await context.lock({ Run: [runId] });
    const run = await tx.run.findUniqueOrThrow({ where: context.key(runId) });
    context.expectVersion('Run', run, expected);
    const own = await tx.operation.findMany({
      where: { organizationId, runId, pieceId: { in: placements.map(({ pieceId }) => pieceId) } },
      select: { pieceId: true },
    });
    const issues = issuesOf(placements, new Set(own.map(({ pieceId }) => pieceId)));
    if (issues.length > 0) throw new InvalidInputError(issues);
    const named = placements.map(({ pieceId }) => pieceId);
    await tx.piecePlacement.deleteMany({
      where: { organizationId, runId, ...(keepOthers ? { pieceId: { in: named } } : {}) },
    });
    await tx.piecePlacement.createMany({
      data: placements.map(({ outline, pieceId, bottom, top, firstLayer, lastLayer }) => ({
        organizationId,
        runId,
        pieceId,
        outline: outline as Prisma.InputJsonArray,
        bottom: bottom ?? null,
        top: top ?? null,
        firstLayer: firstLayer ?? null,
        lastLayer: lastLayer ?? null,
      })),
    });
    await writeRun(context, run, {});
    for (const react of onLayout) await react(context, runId);
    return { runId };
  },
});

/** Every rule that the placements break. */
function issuesOf(placements: readonly PlacementInput[], own: ReadonlySet<string>): InputIssue[] {
  const seen = new Set<string>();
  return placements.flatMap(({ pieceId, outline, bottom, top, firstLayer, lastLayer }, place) => {
    const issue = (member: string, message: string) => ({
      path: ['placements', String(place), member],
      message,
    });
    const issues: InputIssue[] = [];
    if (!own.has(pieceId)) issues.push(issue('pieceId', 'is not a piece of this run.'));
    if (seen.has(pieceId)) issues.push(issue('pieceId', 'is named twice.'));
    seen.add(pieceId);
    const problem = outlineProblem(outline);
    if (problem) issues.push(issue('outline', problem));
    if (bottom != null && top != null && top <= bottom) issues.push(issue('top', 'must lie above bottom.'));
    if (firstLayer != null && lastLayer != null && lastLayer < firstLayer)
      issues.push(issue('lastLayer', 'must not lie before firstLayer.'));
    return issues;
  });
}
