import type { StreamMessage, SubscriptionStream } from '../events/stream.ts';

/** Where the results of one subscription can be written past its iterator: a socket's. */
export interface Outlet {
  /** Writes a result that is JSON already. False where the peer lags: nothing was written. */
  write(payload: string): boolean;
}

/** Why a subscriber is no longer served by its group. */
export interface Departure {
  /** Everything up to this place has been written to it. */
  readonly position: number;
  /** A message without a place in the log that it still has to be given. */
  readonly undelivered: StreamMessage | null;
}

interface Member {
  readonly outlet: Outlet;
  /** Everything up to this place was written before it joined. */
  readonly from: number;
  readonly depart: (departure: Departure) => void;
}

/** A subscriber's seat in a group. */
export interface Seat {
  /** Resolves once the group hears everything that happens: until then the subscriber's own stream must listen. */
  readonly attached: Promise<void>;
  /** Resolves when the group lets go: the subscriber lags, or the group has ended. */
  readonly departed: Promise<Departure>;
  /** Gives the seat up. Nothing is written any more. */
  leave(): void;
}

/**
 * Subscribers that are at the head of the log with the same document, variables and authority. One stream is
 * followed, each message is executed and made JSON once, and written in a plain loop: what remains for each of them
 * is the write. One that lags leaves, follows its own cursor, and joins again.
 */
export class FanOutGroup {
  readonly #members = new Set<Member>();
  readonly #ended = new AbortController();
  readonly #payloadOf: (message: StreamMessage) => Promise<string>;
  readonly #onEnd: () => void;
  readonly #attached: Promise<void>;
  /** Everything up to here has been written to all members that stood before it. */
  #position: number;
  #over = false;

  constructor(options: {
    stream: SubscriptionStream;
    position: number;
    /** The JSON of the message's result. Throws where it cannot be made: the members then go on alone. */
    payloadOf: (message: StreamMessage) => Promise<string>;
    /** Called once, when the group takes no more members. */
    onEnd: () => void;
  }) {
    this.#position = options.position;
    this.#payloadOf = options.payloadOf;
    this.#onEnd = options.onEnd;
    this.#attached = new Promise((attached) => {
      void this.#follow(options.stream, attached);
    });
  }

  /** A seat for a subscriber that has everything up to a place; null where the group is already beyond it. */
  join(outlet: Outlet, position: number): Seat | null {
    if (this.#over || position < this.#position) return null;
    let depart: (departure: Departure) => void = () => undefined;
    const departed = new Promise<Departure>((resolve) => {
      depart = resolve;
    });
    const member: Member = { outlet, from: position, depart };
    this.#members.add(member);
    return {
      attached: this.#attached,
      departed,
      leave: () => {
        this.#members.delete(member);
        depart({ position: Math.max(member.from, this.#position), undelivered: null });
        if (this.#members.size === 0) this.#end();
      },
    };
  }

  async #follow(stream: SubscriptionStream, attached: () => void): Promise<void> {
    try {
      for await (const message of stream.resume(this.#position, this.#ended.signal)) {
        if (message.type === 'Idle') {
          this.#position = message.position;
          attached();
          continue;
        }
        const payload = await this.#payloadOf(message);
        if (this.#over) break;
        this.#write(message, payload);
      }
    } catch {
      // The members meet the same failure on their own way, where it is told and logged as theirs.
    } finally {
      this.#end();
      attached();
    }
  }

  #write(message: StreamMessage, payload: string): void {
    const { places } = message;
    const before = this.#position;
    for (const member of this.#members) {
      if (places && member.from >= places.last) continue;
      // It has a part of what comes now: the rest it reads itself.
      const partly = places !== null && member.from >= places.first && places.first < places.last;
      if (!partly && member.outlet.write(payload)) continue;
      this.#members.delete(member);
      member.depart({
        position: Math.max(member.from, before),
        undelivered: places ? null : message,
      });
    }
    if (places) this.#position = places.last;
    if (this.#members.size === 0) this.#end();
  }

  #end(): void {
    if (this.#over) return;
    this.#over = true;
    this.#ended.abort();
    this.#onEnd();
    for (const member of this.#members) {
      member.depart({ position: Math.max(member.from, this.#position), undelivered: null });
    }
    this.#members.clear();
  }
}
