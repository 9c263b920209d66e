export interface TimelineOptions {
  /** When the recording begins; null keeps the recorded times. */
  readonly start: Date | null;
  /**
   * How many times as fast it is told, from its start on: what is played faster than it was recorded would otherwise
   * be told of the future, and a report from the future makes the machine deaf to all that follow until then.
   */
  readonly speed?: number;
}

/** Where an instant of a recording lies. */
export interface Placed {
  /** ms of recorded time since the beginning, without what lies between stretches. Never steps back. */
  readonly elapsed: number;
  /** When it happened, as it is told. */
  readonly observedAt: Date;
}

/** A step back or a silence that is longer begins another stretch: the adapter was connected again. */
const stepBack = 5_000;
const silence = 5 * 60_000;
/** ms between two stretches as they are told. */
const between = 1_000;

/**
 * The time of a recording: its spacing is kept, or all of it divided by the speed, except where it was cut. Recordings are put together from stretches
 * that may lie hours apart and in any order; told as from now they follow each other, told as recorded they keep
 * their times.
 */
export class Timeline {
  readonly #start: Date | null;
  readonly #speed: number;
  #stretch: { begins: number; elapsed: number } | null = null;
  #last = 0;
  #elapsed = 0;
  /** How many stretches have begun. */
  stretches = 0;

  constructor({ start, speed = 1 }: TimelineOptions) {
    this.#start = start;
    this.#speed = speed;
  }

  get elapsed(): number {
    return this.#elapsed;
  }

  /** The place of the next line. A line without a time is where the one before it was. */
  place(at: Date | null): Placed {
    const recorded = at?.getTime() ?? this.#last;
    if (!this.#stretch || recorded < this.#last - stepBack || recorded > this.#last + silence) {
      this.#stretch = { begins: recorded, elapsed: this.#stretch ? this.#elapsed + between : 0 };
      this.stretches++;
    }
    this.#last = Math.max(recorded, this.#stretch.begins);
    const place = this.#stretch.elapsed + recorded - this.#stretch.begins;
    this.#elapsed = Math.max(this.#elapsed, place);
    const observedAt = this.#start
      ? new Date(this.#start.getTime() + place / this.#speed)
      : new Date(recorded);
    return { elapsed: this.#elapsed, observedAt };
  }
}
