import { columnType } from '../../src/database/where.ts';
import type { Noun } from '../../src/ids.ts';
import { Quantity } from '../../src/materials/quantity.ts';
import type { Measured } from '../../src/materials/units.ts';
import { builder } from '../builder.ts';
import type { NounFields } from './noun.ts';

export const QuantityRef = builder.objectRef<Quantity>('Quantity');
QuantityRef.implement({
  description: 'An exact amount of a material, in the unit in which that material is counted.',
  fields: (t) => ({
    value: t.field({
      type: 'Decimal',
      description: 'How many of its unit, to twelve places.',
      resolve: (quantity) => quantity.value,
    }),
    unit: t.expose('unit', { type: 'Unit', description: 'The unit of the value.' }),
    to: t.field({
      type: QuantityRef,
      description:
        'The same amount in another unit of stock. Between mass and volume only where the material has a density.',
      args: { unit: t.arg({ type: 'Unit', required: true, description: 'The unit to convert to.' }) },
      resolve: (quantity, { unit }) => quantity.to(unit),
    }),
  }),
});

/** What a field selects of a row's material to show quantities of it. */
export const measured = { select: { unit: true, density: true } } as const;

type MeasuredRow = Readonly<Record<string, unknown>> & { readonly material: Measured | null };

/** A column in core units as a Quantity, of a noun whose rows have a `material`. */
export function quantityField<N extends Noun>(
  t: NounFields<N>,
  noun: N,
  column: string,
  description: string,
): never {
  return fromColumn(t, noun, column, description, false);
}

/** The same where the column, or the material, need not be set: null without either. */
export function nullableQuantityField<N extends Noun>(
  t: NounFields<N>,
  noun: N,
  column: string,
  description: string,
): never {
  return fromColumn(t, noun, column, description, true);
}

function fromColumn<N extends Noun>(
  t: NounFields<N>,
  noun: N,
  column: string,
  description: string,
  nullable: boolean,
): never {
  if (columnType(noun, column) !== 'Decimal') throw new Error(`${noun}.${column} holds no quantity.`);
  // All such nouns are alike in what is selected here, so one stands for them.
  const fields = t as unknown as NounFields<'MaterialLot'>;
  return fields.field({
    type: QuantityRef,
    nullable,
    description,
    select: { [column]: true, material: measured },
    resolve: (row: MeasuredRow) => {
      const core = row[column] as { toFixed(): string } | null;
      return core && row.material ? new Quantity(core, row.material) : null;
    },
  } as never) as never;
}
