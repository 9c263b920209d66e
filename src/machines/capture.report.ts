import { Decimal } from 'decimal.js';
import { z } from 'zod';
import { BuildStatus, CassetteStatus, MachineStatus } from '../../prisma/generated/client/client.ts';
import type { CommandContext } from '../commands/context.ts';
import { line, text, whole } from '../commands/input.ts';
import { applyBuildReport } from '../production/build.service.ts';
import { CaptureUnreadableError } from './capture.reader.ts';
import { applyCassettes, type LoadedCassette } from './cassette.service.ts';
import { applyMachineReport } from './machine-report.service.ts';

/** An instant: RFC 3339, or milliseconds since 1970. */
const instant = z
  .union([z.iso.datetime({ offset: true }), z.number().int().positive()])
  .transform((value) => new Date(value))
  .refine(
    (value) => value.getTime() > 0 && value.getUTCFullYear() < 10_000,
    'must lie between 1970 and 9999',
  );

const amount = z
  .union([z.number(), z.string().regex(/^\d{1,13}(\.\d{1,6})?$/, 'must be a plain decimal number')])
  .transform((value) => new Decimal(value).toDecimalPlaces(6))
  .refine((value) => value.gte(0) && value.lte(1e12), 'must be from 0 to 1e12');

const cassette = z.object({
  serialNumber: line(),
  name: line().nullish(),
  status: z.enum(CassetteStatus).default('LOADED'),
  spool: line().nullish(),
  initialAmount: amount.nullish(),
  remainingAmount: amount.nullish(),
  manufacturedOn: z.iso
    .date()
    .transform((day) => new Date(day))
    .nullish(),
  manufacturedLot: line().nullish(),
});

const report = z.object({
  status: z.enum(MachineStatus).nullish(),
  isConnected: z.boolean().nullish(),
  error: text(2_000).nullish(),
  activity: line(500).nullish(),
  signalLight: line(50).nullish(),
  watermark: line(1_000).nullish(),
  build: z
    .object({
      name: line(300),
      status: z.enum(BuildStatus),
      layer: whole(0, 10_000_000).nullish(),
      layers: whole(0, 10_000_000).nullish(),
      startedAt: instant.nullish(),
      endedAt: instant.nullish(),
      // seconds
      estimatedTime: whole(0, 366 * 86_400).nullish(),
    })
    .nullish(),
  cassettes: z.array(cassette).max(100).nullish(),
});

/** What a capture says of its machine. */
export type CaptureReport = z.output<typeof report>;

/**
 * What a reading yielded, as a report; nothing at all where it yielded nothing.
 * @throws CaptureUnreadableError naming every member that is not what it should be
 */
export function reportOf(result: unknown): CaptureReport {
  const parsed = report.safeParse(result ?? {});
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.slice(0, 10).map(({ path, message }) => {
    const where = path.map(String).join('.');
    return where ? `${where}: ${message}` : message;
  });
  throw new CaptureUnreadableError(`What was read is no report. ${issues.join(' ')}`.slice(0, 2_000));
}

/** Does what a capture of that instant says of its machine: as if the machine had reported it itself. */
export async function applyReport(
  context: CommandContext,
  machineId: string,
  { build, cassettes, ...machine }: CaptureReport,
  takenAt: Date,
): Promise<void> {
  if (build) {
    const { layer, ...rest } = build;
    await applyBuildReport(
      context,
      { ...rest, machineId, currentLayer: layer, observedAt: takenAt },
      takenAt,
    );
  } else {
    await context.lock({ Machine: [machineId] });
  }
  const isNewest = await applyMachineReport(context, machineId, machine, takenAt);
  // An older list would take out what is loaded now.
  if (isNewest && cassettes) await applyCassettes(context, machineId, cassettes as LoadedCassette[]);
}
