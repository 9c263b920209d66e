import { z } from 'zod';
import { AnomalyShape } from '../../prisma/generated/client/client.ts';
import { instant, line, oneOf } from '../commands/input.ts';
import { mostPoints, point } from '../production/outline.ts';

/** What an analyser says of a find, wherever it reports it. */
export const findMembers = {
  externalId: line().nullish().describe("The analyser's own id for it."),
  classification: line(100).describe(
    'What kind it is, in the words of the analyser: spatter, recoater streak …',
  ),
  shape: oneOf('AnomalyShape', AnomalyShape).nullish().describe('What the boundary describes.'),
  boundary: z
    .array(point)
    .max(mostPoints, `must have at most ${mostPoints} points`)
    .nullish()
    .describe(
      `Points [x, y] in mm on the build plate, at most ${mostPoints}; two opposite corners are enough for a RECTANGLE. By the layout of its run it says which pieces it may harm.`,
    ),
  isAnomaly: z
    .boolean()
    .default(true)
    .describe('False where it was seen and measured, and is within what is usual.'),
  isDefect: z.boolean().default(false).describe('Whether it is grave enough to be a defect.'),
  confidence: z.number().min(0).max(1).nullish().describe('How sure the analyser is: 0 to 1.'),
  observedAt: instant().nullish().describe('When it was found; now unless given.'),
};
