import { Redis } from 'ioredis';
import type { Logger } from 'pino';

/**
 * Wake-ups between the processes of one installation. A message is a hint that something is to be read, never the
 * thing itself: losing one delays (followers poll as well), and never loses.
 */
export interface Bus {
  /** Tells every process that listens to the topic. Never throws: a failure is logged, and the poll repairs it. */
  publish(topic: string, message: string): void;
  /**
   * Resolves once the subscription stands, so that what is read afterwards and what is heard afterwards leave no
   * gap. The listener is also called, with an empty message, when a lost connection is back.
   */
  subscribe(topic: string, listener: (message: string) => void): Promise<() => void>;
  /** Throws where the bus cannot be reached. */
  check(): Promise<void>;
  close(): Promise<void>;
}

class Listeners {
  readonly #byTopic = new Map<string, Set<(message: string) => void>>();

  add(topic: string, listener: (message: string) => void): void {
    const listeners = this.#byTopic.get(topic);
    if (listeners) listeners.add(listener);
    else this.#byTopic.set(topic, new Set([listener]));
  }

  /** Removes the listener. True where the topic has none left. */
  remove(topic: string, listener: (message: string) => void): boolean {
    const listeners = this.#byTopic.get(topic);
    if (!listeners?.delete(listener) || listeners.size > 0) return false;
    return this.#byTopic.delete(topic);
  }

  call(topic: string, message: string): void {
    for (const listener of this.#byTopic.get(topic) ?? []) listener(message);
  }

  callAll(message: string): void {
    for (const topic of this.#byTopic.keys()) this.call(topic, message);
  }
}

/** The bus of a single process. */
export function memoryBus(): Bus {
  const listeners = new Listeners();
  return {
    // Not in the caller's stack: a listener's work is none of the publisher's.
    publish: (topic, message) => queueMicrotask(() => listeners.call(topic, message)),
    subscribe: async (topic, listener) => {
      listeners.add(topic, listener);
      return () => void listeners.remove(topic, listener);
    },
    check: async () => undefined,
    close: async () => undefined,
  };
}

/** The bus of several processes: Redis publish/subscribe, one subscription a topic however many listeners. */
export function redisBus(url: string, log: Logger): Bus {
  const options = {
    enableOfflineQueue: true,
    maxRetriesPerRequest: null,
    retryStrategy: (times: number) => Math.min(times * 100, 2_000),
  };
  // Wake-ups that could not be sent at once are worthless later: the poll has done their work by then.
  const publisher = new Redis(url, { ...options, enableOfflineQueue: false });
  const subscriber = new Redis(url, options);
  const listeners = new Listeners();
  const topics = new Map<string, Promise<unknown>>();
  let wasReady = false;
  for (const connection of [publisher, subscriber]) {
    connection.on('error', (error: Error) =>
      log.warn({ err: error }, 'Redis is not reachable; wake-ups fall back to the poll'),
    );
  }
  subscriber.on('ready', () => {
    // What was published while the connection was down is lost: everybody reads again.
    if (wasReady) listeners.callAll('');
    wasReady = true;
  });
  subscriber.on('message', (topic: string, message: string) => listeners.call(topic, message));
  return {
    publish: (topic, message) => {
      publisher
        .publish(topic, message)
        .catch((error: unknown) => log.warn({ err: error, topic }, 'a wake-up was not sent'));
    },
    subscribe: async (topic, listener) => {
      listeners.add(topic, listener);
      let acknowledged = topics.get(topic);
      if (!acknowledged) {
        acknowledged = subscriber.subscribe(topic);
        topics.set(topic, acknowledged);
      }
      // With Redis down this must not hold up a display: the poll serves it until the subscription stands.
      await Promise.race([
        acknowledged.catch((error: unknown) => {
          // Forgotten, so that the next who listens asks again.
          if (topics.get(topic) === acknowledged) topics.delete(topic);
          log.warn({ err: error, topic }, 'Redis refused a subscription');
        }),
        new Promise((resolve) => setTimeout(resolve, 1_000).unref()),
      ]);
      return () => {
        if (!listeners.remove(topic, listener)) return;
        topics.delete(topic);
        subscriber.unsubscribe(topic).catch(() => undefined);
      };
    },
    check: async () => {
      await publisher.ping();
    },
    close: async () => {
      publisher.disconnect();
      subscriber.disconnect();
    },
  };
}
