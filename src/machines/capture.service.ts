import { type Capture, Prisma } from '../../prisma/generated/client/client.ts';
import { command } from '../commands/command.ts';
import type { CommandContext } from '../commands/context.ts';
import { idOf, instant, json } from '../commands/input.ts';
import { observedAt as observed } from '../commands/observed.ts';
import { reference, requireReferences } from '../commands/references.ts';
import { BlockedError, InvalidInputError, NotFoundError, TransitionError } from '../errors.ts';
import { captureStates } from './capture.state.ts';
import { requireEnabledCollector } from './collector.health.ts';

/** The topic on which the threads that read captures are woken. */
export const captureTopic = 'captures';

export const createCapture = command('createCapture', {
  description:
    'Makes a snapshot known of what a machine or an analyser did at one instant. It is read once its file is stored, by the expression of its type; what is read counts as reported at takenAt.',
  right: 'report',
  input: {
    captureTypeId: idOf('CaptureType').describe('What kind it is, and how it is read.'),
    machineId: idOf('Machine').nullish().describe('The machine that it shows.'),
    analyserId: idOf('Analyser').nullish().describe('The analyser that made it, where it shows no machine.'),
    collectorId: idOf('Collector').nullish().describe('The collector that took it.'),
    takenAt: instant().nullish().describe('The instant that it shows; now unless given.'),
    fileId: idOf('File').describe('Its content. It may be uploaded later.'),
    meta: json().nullish().describe('What the device says about the capture, as JSON of at most 64 KiB.'),
  },
  refusals: [BlockedError],
  run: async (context, { captureTypeId, machineId, analyserId, collectorId, takenAt, fileId, meta }) => {
    if ((machineId ? 1 : 0) + (analyserId ? 1 : 0) !== 1) {
      throw InvalidInputError.at('machineId', 'or analyserId must be given: one of them.');
    }
    const at = observed(takenAt, context.now, ['takenAt']);
    const [type, file, source] = await requireReferences(context, [
      ...reference('CaptureType', captureTypeId, 'captureTypeId'),
      ...reference('File', fileId, 'fileId'),
      ...reference('Machine', machineId, 'machineId'),
      ...reference('Analyser', analyserId, 'analyserId'),
      ...reference('Collector', collectorId, 'collectorId'),
    ]);
    await requireEnabledCollector(context, collectorId, source?.collectorId as string | null | undefined);
    if (file?.status === 'REFUSED') {
      throw InvalidInputError.at('fileId', 'names a File whose content was refused. Create another upload.');
    }
    const isKept = file?.status === 'STORED' && !type?.reading;
    const capture = await context.tx.capture.create({
      data: {
        ...context.fresh(),
        captureTypeId,
        machineId: machineId ?? null,
        analyserId: analyserId ?? null,
        collectorId: collectorId ?? null,
        fileId,
        userId: context.caller.userId,
        takenAt: at,
        meta: (meta ?? Prisma.DbNull) as Prisma.InputJsonValue,
        ...(isKept ? { status: 'COMPLETE', processedAt: context.now } : {}),
      },
    });
    if (machineId) await noteCapture(context, machineId, at);
    context.record('CaptureCreated', 'Capture', null, capture);
    if (!isKept) context.wakes.add(captureTopic);
    return { captureId: capture.id };
  },
});

/** Notes when the newest capture of a machine was taken: like its last report, no change of the machine. */
async function noteCapture({ tx, now }: CommandContext, machineId: string, takenAt: Date): Promise<void> {
  await tx.machine.updateMany({
    where: { id: machineId, OR: [{ latestCaptureAt: null }, { latestCaptureAt: { lt: takenAt } }] },
    data: { latestCaptureAt: takenAt, updatedAt: now },
  });
}

export const retryCapture = command('retryCapture', {
  description: 'Has a capture read again that could not be read: with what the reading of its type is now.',
  right: 'report',
  input: { captureId: idOf('Capture').describe('The capture.') },
  refusals: [NotFoundError, TransitionError],
  run: async (context, { captureId }) => {
    await context.lock({ Capture: [captureId] });
    const before = await context.tx.capture.findUniqueOrThrow({ where: context.key(captureId) });
    const status = captureStates.next(before.status, 'RETRY_CAPTURE');
    const after = await context.tx.capture.update({
      where: context.key(captureId),
      data: { status, attempts: 0, error: null, processedAt: null, ...context.touched() },
    });
    recordCapture(context, before, after);
    context.wakes.add(captureTopic);
    return { captureId };
  },
});

/** Records that the status of a capture changed. What was read in it is in the capture, not in the log. */
export function recordCapture(context: CommandContext, before: Capture, after: Capture): void {
  const told = ({ parsed: _, attempts: __, ...row }: Capture) => row;
  context.record('CaptureStatusChanged', 'Capture', told(before), told(after), { reason: after.error });
}
