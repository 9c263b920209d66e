import { builder, type Types } from '../builder.ts';

type EnumRef<Value> = PothosSchemaTypes.EnumRef<Types, Value>;

const enums = new Map<string, EnumRef<string>>();

/**
 * Declares an enum and describes each of its values. The values are the database's own, so that a value that
 * is added there and not here fails to compile.
 */
export function enumOf<Value extends string>(
  name: string,
  description: string,
  values: Record<Value, string>,
): EnumRef<Value> {
  const ref = builder.enumType(name, {
    description,
    values: Object.fromEntries(
      Object.entries<string>(values).map(([value, meaning]) => [value, { description: meaning }]),
    ),
  }) as unknown as EnumRef<Value>;
  enums.set(name, ref as unknown as EnumRef<string>);
  return ref;
}

/** A declared enum by its name. */
export function enumNamed(name: string): EnumRef<string> {
  const found = enums.get(name);
  if (!found) throw new Error(`No enum is declared as ${name}.`);
  return found;
}
