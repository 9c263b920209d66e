/** Links to contents that need no token: how long they are good for. */
import type { RequestContext } from '../../src/context.ts';
import { MalformedInputError } from '../../src/errors.ts';

const longest = 86_400;

/** The argument `expiresIn` of a link, in seconds inside. */
export const expiresIn = {
  type: 'Duration',
  required: true,
  defaultValue: 3_600,
  description: 'How long the link is good for: at most 24 hours.',
} as const;

/**
 * Until when a link is good.
 * @throws MalformedInputError for less than a second or more than 24 hours
 */
export function linkUntil(context: RequestContext, seconds: number): Date {
  if (seconds < 1 || seconds > longest) {
    throw new MalformedInputError('expiresIn must be from one second to 24 hours.');
  }
  return new Date(context.now.getTime() + seconds * 1_000);
}
