import { createHash } from 'node:crypto';
import { fc, it as property } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { inclusionProof, isIncluded, leafHash, merkleRoot } from '../../src/timestamps/merkle.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const sha = (...parts: Uint8Array[]): Buffer => createHash('sha256').update(Buffer.concat(parts)).digest();

/** The tree as its definition says it (RFC 9162, 2.1.1): split at the largest power of two below n. */
function rootByDefinition(items: readonly Uint8Array[]): Buffer {
  const [first] = items;
  if (!first) return sha();
  if (items.length === 1) return sha(Buffer.of(0), first);
  let split = 1;
  while (split * 2 < items.length) split *= 2;
  return sha(Buffer.of(1), rootByDefinition(items.slice(0, split)), rootByDefinition(items.slice(split)));
}

// The items and roots that implementations of Certificate Transparency test themselves with.
const known = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
];
const knownRoots = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

const items = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 40 });
const someItems = fc.array(fc.uint8Array({ maxLength: 40 }), { minLength: 1, maxLength: 40 });

describe('the root of a Merkle tree', () => {
  it.each(knownRoots.map((root, count) => [count, root]))(
    'of %i known items is the known one',
    (count, root) => {
      const leaves = known.slice(0, Number(count)).map((item) => leafHash(Buffer.from(item, 'hex')));
      expect(hex(merkleRoot(leaves))).toBe(root);
    },
  );

  property.prop([items])('is that of the definition', (list) => {
    expect(hex(merkleRoot(list.map(leafHash)))).toBe(hex(rootByDefinition(list)));
  });

  it('tells an item from a node, and a list from one whose last item is there twice', () => {
    const [a, b, c] = ['a', 'b', 'c'].map((text) => leafHash(Buffer.from(text))) as [Buffer, Buffer, Buffer];
    expect(merkleRoot([a, b, c])).not.toEqual(merkleRoot([a, b, c, c]));
    expect(merkleRoot([a, b])).not.toEqual(leafHash(Buffer.concat([a, b])));
    expect(merkleRoot([a, b])).not.toEqual(merkleRoot([b, a]));
  });
});

describe('a proof of inclusion', () => {
  property.prop([someItems, fc.nat()])('holds for each item at its place, and nowhere else', (list, seed) => {
    const leaves = list.map(leafHash);
    const [index, count] = [seed % leaves.length, leaves.length];
    const root = merkleRoot(leaves);
    const leaf = leaves[index] ?? Buffer.alloc(0);
    const proof = inclusionProof(leaves, index);
    expect(isIncluded(leaf, { index, count, proof, root })).toBe(true);
    expect(proof.length).toBeLessThanOrEqual(Math.ceil(Math.log2(count)));

    expect(
      isIncluded(leafHash(Buffer.from('another item that is in no list')), { index, count, proof, root }),
    ).toBe(false);
    expect(isIncluded(leaf, { index, count, proof, root: Buffer.alloc(32) })).toBe(false);
    expect(isIncluded(leaf, { index, count, proof: [...proof, root], root })).toBe(false);
    expect(isIncluded(leaf, { index: count, count, proof, root })).toBe(false);
    for (const [place, sibling] of proof.entries()) {
      const other = Buffer.from(sibling);
      other[seed % 32] = (other[seed % 32] ?? 0) ^ 1;
      expect(isIncluded(leaf, { index, count, proof: proof.with(place, other), root })).toBe(false);
      expect(isIncluded(leaf, { index, count, proof: proof.toSpliced(place, 1), root })).toBe(false);
    }
    // Another place needs the siblings on other sides, unless both are the same item.
    if (proof.length > 0 && !proof[0]?.equals(leaf))
      expect(isIncluded(leaf, { index: index ^ 1, count, proof, root })).toBe(false);
  });

  it('is of an item that there is', () => {
    const leaves = [leafHash(Buffer.from('a'))];
    expect(inclusionProof(leaves, 0)).toEqual([]);
    for (const index of [-1, 1, 0.5, Number.NaN]) {
      expect(() => inclusionProof(leaves, index)).toThrow(RangeError);
      expect(
        isIncluded(leaves[0] ?? Buffer.alloc(0), { index, count: 1, proof: [], root: merkleRoot(leaves) }),
      ).toBe(false);
    }
  });
});
