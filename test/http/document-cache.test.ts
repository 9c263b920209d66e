import { expect, test } from 'vitest';
import { createDocumentCache } from '../../src/http/document-cache.ts';

const kept = (maximum: { characters: number; entries: number }, keys: string[], touch?: string) => {
  const cache = createDocumentCache<number>(maximum);
  for (const key of keys) {
    cache.set(key, 1);
    if (touch !== undefined) cache.get(touch);
  }
  return keys.filter((key) => cache.get(key) !== undefined);
};

test('the cache of documents drops the least recently used beyond its number of entries', () => {
  expect(kept({ characters: 1_000, entries: 2 }, ['a', 'b', 'c'])).toEqual(['b', 'c']);
  expect(kept({ characters: 1_000, entries: 2 }, ['a', 'b', 'c'], 'a')).toEqual(['a', 'c']);
});

test('it drops by the characters of its documents too', () => {
  expect(kept({ characters: 8, entries: 100 }, ['aa', 'bb', 'cc', 'dd', 'ee'])).toEqual([
    'bb',
    'cc',
    'dd',
    'ee',
  ]);
});

test('a document of more than a quarter of it is not kept at all, and displaces nothing', () => {
  expect(kept({ characters: 8, entries: 100 }, ['aa', 'bbb'])).toEqual(['aa']);
});
