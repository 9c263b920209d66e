import { referredNoun } from '../database/where.ts';
import { encodeId } from '../ids.ts';
import type { LoggedEvent } from './log.ts';

/** One field that an event changed. */
export interface Change {
  field: string;
  before: unknown;
  after: unknown;
}

/** The fields that an event changed, references as public ids. */
export function changesOf(event: LoggedEvent): Change[] {
  const fields = new Set([...Object.keys(event.before ?? {}), ...Object.keys(event.after ?? {})]);
  return [...fields].map((field) => {
    const noun = referredNoun(event.subjectType, field);
    const shown = (value: unknown) => (noun && typeof value === 'string' ? encodeId(noun, value) : value);
    return { field, before: shown(event.before?.[field]), after: shown(event.after?.[field]) };
  });
}
