/** Runs the patterns that people write: one that never ends costs its time, and nothing else. */
import { createContext, Script } from 'node:vm';

/** Where a pattern's value stands: in which text, from where to where. */
export interface PatternMatch {
  readonly text: number;
  readonly start: number;
  readonly end: number;
}

/** What a pattern may take in all, in ms. */
export const patternTime = 2_000;
const mostMatches = 50;

/** A pattern could not be run to its end; the message is for a person. */
export class PatternError extends Error {
  override readonly name = 'PatternError';
}

/** Lines are told apart by `^` and `$`; characters are those of Unicode. */
export const patternFlags = 'mu';

// Only the pattern is not ours, and it is handed over as text. A context of its own is what can be interrupted: the
// engine looks whether it should stop whenever an expression goes back.
const script = new Script(`(() => {
  const found = [];
  for (let text = 0; text < texts.length; text++) {
    for (const match of texts[text].matchAll(new RegExp(pattern, flags))) {
      const [start, end] = match.indices[1] ?? match.indices[0];
      if (end > start) found.push({ text, start, end });
      if (onlyFirst || found.length >= most) break;
    }
  }
  return JSON.stringify(found.slice(0, most));
})()`);

/** Looks for one pattern in texts, as often as asked, within {@link patternTime}. */
export class Pattern {
  readonly #source: string;
  #left = patternTime;

  constructor(source: string) {
    this.#source = source;
  }

  /** The first value of the pattern in each of the texts. @throws PatternError */
  inEach(texts: readonly string[]): PatternMatch[] {
    return this.#run(texts, true);
  }

  /** The values of the pattern in one text, the first fifty. @throws PatternError */
  in(text: string): PatternMatch[] {
    return this.#run([text], false);
  }

  #run(texts: readonly string[], onlyFirst: boolean): PatternMatch[] {
    const begun = performance.now();
    const context = createContext({
      texts,
      onlyFirst,
      pattern: this.#source,
      flags: `${patternFlags}dg`,
      most: onlyFirst ? texts.length : mostMatches,
    });
    try {
      return JSON.parse(script.runInContext(context, { timeout: Math.max(1, Math.ceil(this.#left)) }));
    } catch (error) {
      if ((error as { code?: unknown }).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT')
        throw new PatternError(
          `looking for its pattern took longer than ${patternTime / 1_000} s. Write one that goes back less.`,
        );
      throw new PatternError(`its pattern could not be used: ${(error as Error).message}`);
    } finally {
      this.#left -= performance.now() - begun;
    }
  }
}
