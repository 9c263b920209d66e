/**
 * Merkle trees over ordered items as RFC 9162, section 2.1, defines them (the trees of RFC 6962): a leaf is
 * SHA-256(0x00 ‖ item), a node SHA-256(0x01 ‖ left ‖ right), so that no item can pass for a node. A tree of n items is
 * split at the largest power of two below n: an odd node goes up as it is, and is never paired with itself, by which
 * two lists could have one root.
 */
import { createHash } from 'node:crypto';

const leafPrefix = Buffer.of(0);
const nodePrefix = Buffer.of(1);

const sha256 = (...parts: readonly Uint8Array[]): Buffer => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

/** The hash of an item as a leaf, 32 bytes. */
export const leafHash = (item: Uint8Array): Buffer => sha256(leafPrefix, item);

const nodeHash = (left: Uint8Array, right: Uint8Array): Buffer => sha256(nodePrefix, left, right);

/** The next level up. */
function parents(level: readonly Uint8Array[]): Uint8Array[] {
  const above: Uint8Array[] = [];
  for (let at = 0; at < level.length; at += 2) {
    const [left, right] = [level[at], level[at + 1]];
    if (left) above.push(right ? nodeHash(left, right) : left);
  }
  return above;
}

/**
 * The root of the tree over leaves in their order, 32 bytes; of no leaves, SHA-256 of nothing.
 *
 * @param leaves see `leafHash`
 */
export function merkleRoot(leaves: readonly Uint8Array[]): Buffer {
  let level = leaves;
  while (level.length > 1) level = parents(level);
  return level[0] ? Buffer.from(level[0]) : sha256();
}

/**
 * What one has to know beside an item to compute the root: the siblings on its way up, from the leaf on (RFC 9162,
 * 2.1.3.1).
 *
 * @param index of the item, from 0
 * @throws RangeError where there is no such leaf
 */
export function inclusionProof(leaves: readonly Uint8Array[], index: number): Buffer[] {
  if (!Number.isInteger(index) || index < 0 || index >= leaves.length)
    throw new RangeError(`There is no leaf ${index} among ${leaves.length}.`);
  const proof: Buffer[] = [];
  let level = leaves;
  let at = index;
  while (level.length > 1) {
    const sibling = level[at % 2 === 0 ? at + 1 : at - 1];
    if (sibling) proof.push(Buffer.from(sibling));
    level = parents(level);
    at = Math.floor(at / 2);
  }
  return proof;
}

/**
 * Whether a leaf stands at that index in the tree of that many leaves with that root (RFC 9162, 2.1.3.2).
 *
 * @param leaf see `leafHash`
 * @param proof see `inclusionProof`
 */
export function isIncluded(
  leaf: Uint8Array,
  {
    index,
    count,
    proof,
    root,
  }: { index: number; count: number; proof: readonly Uint8Array[]; root: Uint8Array },
): boolean {
  if (!Number.isInteger(index) || !Number.isInteger(count) || index < 0 || index >= count) return false;
  let hash = leaf;
  let at = index;
  let last = count - 1;
  const siblings = [...proof];
  for (; last > 0; at = Math.floor(at / 2), last = Math.floor(last / 2)) {
    // The last node of an odd level has no sibling: it goes up as it is.
    if (at === last && at % 2 === 0) continue;
    const sibling = siblings.shift();
    if (sibling?.length !== 32) return false;
    hash = at % 2 === 0 ? nodeHash(hash, sibling) : nodeHash(sibling, hash);
  }
  return siblings.length === 0 && Buffer.from(root).equals(hash);
}
