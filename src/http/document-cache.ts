/** The part of a cache that Yoga asks of one. */
export interface DocumentCache<T> {
  get(key: string): T | undefined;
  set(key: string, value: T): void;
}

/**
 * A least-recently-used cache that is bounded by the length of its keys, not only by their number. Yoga's own
 * keeps 1,024 documents of any size: that many of 100 kB, each with its syntax tree, are a gigabyte that any
 * stranger can make the process hold.
 */
export function createDocumentCache<T>(maximum: {
  readonly characters: number;
  readonly entries: number;
}): DocumentCache<T> {
  // A Map remembers the order of insertion: the first key is the one that was not used for the longest.
  const kept = new Map<string, T>();
  let characters = 0;

  function drop(key: string): void {
    if (kept.delete(key)) characters -= key.length;
  }

  return {
    get(key) {
      const value = kept.get(key);
      if (value !== undefined) {
        kept.delete(key);
        kept.set(key, value);
      }
      return value;
    },
    set(key, value) {
      drop(key);
      if (key.length > maximum.characters / 4) return;
      kept.set(key, value);
      characters += key.length;
      for (const oldest of kept.keys()) {
        if (characters <= maximum.characters && kept.size <= maximum.entries) break;
        drop(oldest);
      }
    },
  };
}
