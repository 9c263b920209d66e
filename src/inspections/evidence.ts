/** What an inspection case proves: its items as canonical JSON, their hashes, and the tree over them. */
import type { Decimal } from 'decimal.js';
import { canonicalJson } from '../canonical.ts';
import { leafHash, merkleRoot } from '../timestamps/merkle.ts';

/** An item as it is stored. */
export interface ItemRow {
  readonly position: number;
  readonly reference: string;
  readonly description: string | null;
  readonly stepAction: string;
  readonly stepTitle: string | null;
  readonly stepDescription: string | null;
  readonly data: string | null;
  readonly latitude: Decimal | string | null;
  readonly longitude: Decimal | string | null;
  readonly accuracy: Decimal | string | null;
  readonly takenAt: Date | null;
  readonly imageHash: string | null;
  readonly createdAt: Date;
}

const decimalText = (value: Decimal | string | null): string | null =>
  value === null
    ? null
    : typeof value === 'string'
      ? value.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '')
      : value.toFixed();

/**
 * An item as it goes into the tree, in RFC 8785 JSON: everything that was recorded, and the number of its case, so that
 * it proves nothing of another one. Numbers are texts without zeros at their end, instants RFC 3339 in UTC.
 */
export function statementOf(
  caseNumber: string,
  item: ItemRow,
): Readonly<Record<string, string | number | null>> {
  return {
    case: caseNumber,
    position: item.position,
    reference: item.reference,
    stepAction: item.stepAction,
    stepTitle: item.stepTitle,
    stepDescription: item.stepDescription,
    description: item.description,
    data: item.data,
    latitude: decimalText(item.latitude),
    longitude: decimalText(item.longitude),
    accuracyInMetres: decimalText(item.accuracy),
    takenAt: item.takenAt?.toISOString() ?? null,
    imageSha256: item.imageHash,
    createdAt: item.createdAt.toISOString(),
  };
}

/** The hexadecimal hash of an item as a leaf of its case's tree (RFC 9162: SHA-256 of 0x00 and the item). */
export const leafOf = (caseNumber: string, item: ItemRow): string =>
  leafHash(Buffer.from(canonicalJson(statementOf(caseNumber, item)))).toString('hex');

/** The hexadecimal root of the tree over leaves in the order of their items. */
export const rootOf = (leaves: readonly string[]): string =>
  merkleRoot(leaves.map((leaf) => Buffer.from(leaf, 'hex'))).toString('hex');
