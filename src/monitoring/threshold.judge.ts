/** When a sensor is outside its limits: a function of readings, without storage. */
import type { ExcursionDirection } from '../../prisma/generated/client/client.ts';

/** The limits of one sensor. */
export interface Limits {
  readonly low: number | null;
  readonly high: number | null;
  /** How far inside the limit a value must be again before an excursion ends. */
  readonly hysteresis: number;
  /** For how many seconds a value must be outside before it is an excursion. */
  readonly delay: number;
}

/** A time outside of one limit. */
export interface Outside {
  direction: ExcursionDirection;
  startedAt: Date;
  /** The value that was farthest outside, and when. */
  extreme: number;
  extremeAt: Date;
  /** How many readings were outside. */
  readings: number;
}

/** An excursion, known before or begun by these readings. */
export interface Span extends Outside {
  /** Null for one that these readings began. */
  readonly id: string | null;
  /** The limit when it began. */
  readonly limit: number;
  endedAt: Date | null;
  changed: boolean;
}

/** How far a threshold has been judged. */
export interface Judged {
  /** When the newest reading was measured that was judged; null before the first. */
  readonly until: Date | null;
  /** Outside, but not yet for long enough. */
  readonly pending: Outside | null;
}

export interface Sample {
  readonly value: number;
  readonly observedAt: Date;
}

/**
 * Judges readings of one sensor, in the order in which they were measured.
 *
 * A reading that is older than what was judged already rewrites nothing: within an excursion that is known it can only be
 * its extreme; elsewhere it can be an excursion of its own, which begins and ends with the late readings.
 *
 * @param known the excursions of the threshold that were open at the oldest of the samples or later
 * @returns how far it is judged now, and all excursions, with those that are new at the end
 */
export function judge(
  limits: Limits,
  before: Judged,
  known: readonly Span[],
  samples: readonly Sample[],
): { judged: Judged; spans: Span[] } {
  const sorted = [...samples].sort((a, b) => a.observedAt.getTime() - b.observedAt.getTime());
  const { until } = before;
  const late = until ? sorted.filter(({ observedAt }) => observedAt < until) : [];
  const timely = until ? sorted.filter(({ observedAt }) => observedAt >= until) : sorted;
  const spans = known.map((span) => ({ ...span }));
  const found = judgeLate(limits, spans, late);
  const judge = new Judge(limits, before.pending, spans.find((span) => span.endedAt === null) ?? null);
  for (const sample of timely) judge.take(sample);
  return {
    judged: { until: timely.at(-1)?.observedAt ?? until, pending: judge.pending },
    spans: [...spans, ...found, ...judge.begun],
  };
}

function judgeLate(limits: Limits, known: readonly Span[], late: readonly Sample[]): Span[] {
  const judge = new Judge(limits, null, null);
  let last: Date | null = null;
  for (const sample of late) {
    const { observedAt } = sample;
    const within = known.find(
      (span) => span.startedAt <= observedAt && (span.endedAt === null || observedAt < span.endedAt),
    );
    if (!within) {
      judge.take(sample);
      last = observedAt;
    } else {
      if (last) judge.end(last);
      if (directionOf(limits, sample.value) === within.direction) {
        extend(within, sample);
        within.changed = true;
      }
    }
  }
  if (last) judge.end(last);
  return judge.begun;
}

class Judge {
  readonly #limits: Limits;
  pending: Outside | null;
  readonly begun: Span[] = [];
  #open: Span | null;

  constructor(limits: Limits, pending: Outside | null, open: Span | null) {
    this.#limits = limits;
    this.pending = pending ? { ...pending } : null;
    this.#open = open;
  }

  take(sample: Sample): void {
    const direction = directionOf(this.#limits, sample.value);
    if (this.#open) {
      if (direction === this.#open.direction) {
        extend(this.#open, sample);
        this.#open.changed = true;
        return;
      }
      if (!isBack(this.#limits, this.#open.direction, sample.value)) return;
      this.end(sample.observedAt);
    }
    if (!direction) {
      this.pending = null;
      return;
    }
    if (this.pending?.direction === direction) extend(this.pending, sample);
    else this.pending = beginning(direction, sample);
    const limit = this.#limits[direction === 'ABOVE' ? 'high' : 'low'];
    const lasted = sample.observedAt.getTime() - this.pending.startedAt.getTime();
    if (limit === null || lasted < this.#limits.delay * 1_000) return;
    this.#open = { ...this.pending, id: null, limit, endedAt: null, changed: true };
    this.begun.push(this.#open);
    this.pending = null;
  }

  /** Ends what is open, and forgets what was about to begin. */
  end(at: Date): void {
    if (this.#open) {
      this.#open.endedAt = at;
      this.#open.changed = true;
    }
    this.#open = null;
    this.pending = null;
  }
}

/** On which side of the limits a value is; null within them. */
function directionOf({ low, high }: Limits, value: number): ExcursionDirection | null {
  if (high !== null && value > high) return 'ABOVE';
  return low !== null && value < low ? 'BELOW' : null;
}

/** Whether a value is far enough inside. A limit that was taken away lets everything back. */
function isBack({ low, high, hysteresis }: Limits, direction: ExcursionDirection, value: number): boolean {
  if (direction === 'ABOVE') return high === null || value <= high - hysteresis;
  return low === null || value >= low + hysteresis;
}

const beginning = (direction: ExcursionDirection, { value, observedAt }: Sample): Outside => ({
  direction,
  startedAt: observedAt,
  extreme: value,
  extremeAt: observedAt,
  readings: 1,
});

function extend(outside: Outside, { value, observedAt }: Sample): void {
  outside.readings++;
  const farther = outside.direction === 'ABOVE' ? value > outside.extreme : value < outside.extreme;
  if (!farther) return;
  outside.extreme = value;
  outside.extremeAt = observedAt;
}
