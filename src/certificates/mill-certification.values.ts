/** What a mill certification says in values, written in few statements: elements of its heats, and properties. */
import type {
  MechanicalProperty,
  MillCertification,
  ValueOperator,
} from '../../prisma/generated/client/client.ts';
import type { CommandContext } from '../commands/context.ts';
import { newId } from '../ids.ts';
import type { ElementEntry, HeatEntry, PropertyEntry } from './mill-certification.input.ts';

/** Where and how surely something was read, as the columns `reading` keep it. Lengths in points from the upper left. */
export interface StoredReading {
  page: number;
  x: number;
  y: number;
  width: number;
  height: number;
  /** 0 to 1 */
  confidence: number;
  text: string;
}

/** What is written: entered by a person, or read, with its place. A value that was not understood is null. */
type Read<Entry> = Omit<Entry, 'value'> & { value: { toFixed(): string } | null; reading?: StoredReading };
export type WrittenElement = Read<ElementEntry>;
export type WrittenHeat = Omit<HeatEntry, 'elements' | 'heatId'> & {
  elements: readonly WrittenElement[];
  reading?: StoredReading;
};
export type WrittenProperty = Read<PropertyEntry>;

const operators: Record<ValueOperator, string> = {
  EQUAL: '',
  LESS: '< ',
  AT_MOST: '≤ ',
  GREATER: '> ',
  AT_LEAST: '≥ ',
  ABOUT: '~ ',
};

/** A value as it is printed, unless the text says how. */
export const shown = (
  value: { toFixed(): string } | null,
  operator: ValueOperator,
  text: string | null | undefined,
) => text ?? `${operators[operator]}${value?.toFixed() ?? ''}`;

/**
 * What all rows of a document's values have. Member by member, here and below: an object that is made by spreading
 * others takes kilobytes, and there are thousands.
 */
const valueColumns = (
  { organizationId, now }: CommandContext,
  millCertificationId: string,
  heatId: string,
  position: number,
  entry: WrittenElement | WrittenProperty,
  before: MechanicalProperty | null = null,
) => ({
  organizationId,
  id: before?.id ?? newId(),
  millCertificationId,
  heatId,
  position,
  symbol: entry.symbol ?? null,
  operator: entry.operator,
  value: entry.value?.toFixed() ?? null,
  text: shown(entry.value, entry.operator, entry.text),
  unit: entry.unit ?? null,
  minimum: entry.minimum?.toFixed() ?? null,
  maximum: entry.maximum?.toFixed() ?? null,
  reading: entry.reading ?? null,
  version: before ? before.version + 1 : 1,
  createdAt: before?.createdAt ?? now,
  updatedAt: now,
});

/** Writes the composition of heats that have none yet. */
export async function insertElements(
  context: CommandContext,
  millCertificationId: string,
  heats: readonly { id: string; elements: readonly WrittenElement[] }[],
): Promise<void> {
  const rows = heats.flatMap(({ id, elements }) =>
    elements.map((element, place) =>
      Object.assign(valueColumns(context, millCertificationId, id, place + 1, element), {
        isFormula: element.isFormula,
        part: element.part ?? null,
        analysis: element.analysis ?? null,
      }),
    ),
  );
  await insertRows(context, 'HeatElement', rows);
}

/** Rows of one statement. */
const rowsAtOnce = 1_000;

/**
 * Inserts rows with all their columns. Not by Prisma, which takes some 50 KiB for each while it writes: a document has
 * thousands.
 */
export async function insertRows(
  { tx }: CommandContext,
  table: 'Heat' | 'HeatElement' | 'MechanicalProperty',
  rows: readonly object[],
): Promise<void> {
  for (let start = 0; start < rows.length; start += rowsAtOnce) {
    await tx.$executeRawUnsafe(
      `INSERT INTO "${table}" SELECT * FROM jsonb_populate_recordset(NULL::"${table}", $1::text::jsonb)`,
      JSON.stringify(rows.slice(start, start + rowsAtOnce)),
    );
  }
}

/** Writes properties of heats in that order: new ones, and those that stand instead of others under their ids. */
export async function writeProperties(
  context: CommandContext,
  certification: MillCertification,
  properties: readonly { property: WrittenProperty; heatId: string; before: MechanicalProperty | null }[],
  firstPosition = 1,
): Promise<void> {
  if (properties.length === 0) return;
  const replaced = properties.flatMap(({ before }) => (before ? [before.id] : []));
  await context.tx.mechanicalProperty.deleteMany({ where: { id: { in: replaced } } });
  const rows = properties.map(({ property, heatId, before }, place) =>
    Object.assign(valueColumns(context, certification.id, heatId, firstPosition + place, property, before), {
      kind: property.kind,
      individualValues: (property.individualValues ?? []).map((value) => value.toFixed()),
      temperature: property.temperature?.toFixed() ?? null,
      direction: property.direction ?? null,
      location: property.location ?? null,
      specimen: property.specimen ?? null,
      method: property.method ?? null,
    }),
  );
  await insertRows(context, 'MechanicalProperty', rows);
}
