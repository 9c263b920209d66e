import { InvalidInputError } from '../errors.ts';

/** How far a connector's clock may run ahead of ours, in ms. */
const tolerance = 5 * 60_000;

/**
 * When something was observed: as the connector says, or now. An instant further ahead than a wrong clock explains is
 * refused: everything that is reported after it would count as late, and the machine would stand still for us.
 *
 * @throws InvalidInputError at `path`
 */
export function observedAt(given: Date | null | undefined, now: Date, path: string[] = ['observedAt']): Date {
  if (!given) return now;
  if (given.getTime() <= now.getTime() + tolerance) return given;
  throw InvalidInputError.at(
    path,
    `lies in the future: it is ${now.toISOString()} here. Set the clock of the connector.`,
  );
}
