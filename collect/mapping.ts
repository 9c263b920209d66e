import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import type { MachineStatus } from '../client/generated/graphql.ts';

const statuses = [
  'ERROR',
  'IDLE',
  'MAINTENANCE',
  'PRINTING',
  'PRINT_FINISHED',
  'READY_TO_PRINT',
  'UNKNOWN',
  'WORKING',
] as const satisfies readonly MachineStatus[];

const text = z.string().trim().min(1).max(255);

const item = z.strictObject({
  /** Not collected: the only way that an observation does not arrive. */
  skip: z.boolean().default(false),
  /** The name of its sensor, where it is made. */
  sensor: text.optional(),
  /** The id of a sensor that is there. */
  sensorId: text.optional(),
  quantity: text.optional(),
  /** A UCUM code. */
  unit: text.optional(),
  type: z.enum(['NUMBER', 'TEXT']).optional(),
});

const mapping = z.strictObject({
  /** The name of this connector: the server knows by it how far it is. Unique in the organization. */
  source: text,
  machine: z.union([
    z.strictObject({ id: text }),
    z.strictObject({
      name: text,
      /** Make it where there is none; for this the token must be an administrator's. */
      create: z.boolean().default(false),
      /** The name of the workstation where it stands, when it is made. */
      workstation: text.optional(),
    }),
  ]),
  /** The device model (Devices.xml), beside the mapping. An agent tells its own. */
  devices: text.optional(),
  /** The device of the model, where it has several: its name, uuid or id. */
  device: text.optional(),
  /** Make a sensor of the machine for each item that has none. */
  createSensors: z.boolean().default(true),
  /** By the key of an SHDR line, the id or the name of a data item. */
  items: z.record(z.string(), item).default({}),
  status: z
    .strictObject({
      availability: z.array(text).optional(),
      execution: z.array(text).optional(),
      /** Whether an active fault makes the machine ERROR. */
      conditions: z.boolean().default(true),
      /** What words of EXECUTION mean here, where it is not the usual. */
      states: z.record(z.string(), z.enum(statuses)).optional(),
    })
    .prefault({}),
  /** Reports what the machine makes as builds. */
  build: z
    .strictObject({
      /** The item that names the program, and so the build. */
      program: text,
      /** The item that counts layers. */
      layer: text.optional(),
    })
    .optional(),
  /** An adapter that is away makes its items UNAVAILABLE, as an agent would. */
  unavailableOnDisconnect: z.boolean().default(false),
});

/** How the items of a machine become sensors and its state. */
export type Mapping = z.output<typeof mapping>;
export type ItemMapping = z.output<typeof item>;

/** The mapping file cannot be used; the message says every fault. */
export class MappingError extends Error {
  override readonly name = 'MappingError';
}

/**
 * Checks a mapping.
 * @throws MappingError that names each member that is wrong
 */
export function checkMapping(value: unknown, origin = 'The mapping'): Mapping {
  const result = mapping.safeParse(value);
  if (result.success) return result.data;
  const faults = result.error.issues.map(({ path, message }) => `  ${path.join('.') || '(all)'}: ${message}`);
  throw new MappingError(`${origin} cannot be used:\n${faults.join('\n')}`);
}

/**
 * Reads a mapping file. The path of its device model is taken from the file's folder.
 * @throws MappingError
 */
export function readMapping(file: string): Mapping {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new MappingError(`${file} cannot be read: ${error instanceof Error ? error.message : error}`);
  }
  const found = checkMapping(value, file);
  return found.devices === undefined ? found : { ...found, devices: resolve(dirname(file), found.devices) };
}
