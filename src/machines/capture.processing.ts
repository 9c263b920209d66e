import { buffer } from 'node:stream/consumers';
import type { CaptureFormat, Prisma } from '../../prisma/generated/client/client.ts';
import { Background } from '../background.ts';
import type { CommandContext } from '../commands/context.ts';
import { isKeepable } from '../commands/input.ts';
import { runAsSystem } from '../commands/runner.ts';
import { UserError } from '../errors.ts';
import { FileNotStoredError } from '../files/files.ts';
import { ContentMissingError } from '../files/storage.ts';
import type { Runtime } from '../runtime.ts';
import { CaptureUnreadableError, readCapture } from './capture.reader.ts';
import { applyReport, reportOf } from './capture.report.ts';
import { captureTopic, recordCapture } from './capture.service.ts';

/** How captures are read. All times are in ms. */
export interface CaptureLimits {
  /** Between two looks for captures that nobody was woken for. */
  poll: number;
  /** How long reading one may take. */
  longest: number;
}

const defaultLimits: CaptureLimits = { poll: 5_000, longest: 10_000 };
/** ms after which a capture that is being read counts as lost: its process is gone. */
const lease = 120_000;
/** How often a capture is begun. What stops a process must not stop it for ever. */
const mostAttempts = 5;
/** Captures that are read at once, each of another organization. */
const atOnce = 2;
/** Bytes of the content of a capture that is read. */
const largestContent = 20 * 1024 * 1024;

interface Claimed {
  organizationId: string;
  id: string;
  version: number;
  attempts: number;
  machineId: string | null;
  takenAt: Date;
  fileId: string;
  fileName: string;
  fileStatus: 'STORED' | 'REFUSED';
  size: bigint | null;
  format: CaptureFormat;
  reading: string | null;
}

/** Another process has taken the capture meanwhile: whatever was read in it here is dropped. */
class LostCaptureError extends Error {}

/**
 * Reads captures in the background, oldest first. Every process may do so: a capture is claimed by one, and what is
 * read in it is written together with its new status, or not at all. A process that dies leaves its captures to the
 * others.
 */
export class CaptureProcessing extends Background<Claimed> {
  constructor(runtime: Runtime, limits: Partial<CaptureLimits> = {}) {
    const { poll, longest } = { ...defaultLimits, ...limits };
    super(runtime, {
      topic: captureTopic,
      poll,
      atOnce,
      name: 'captures',
      claim: (except) => claim(runtime, except),
      work: (claimed) => processCapture(runtime, claimed, longest),
    });
    runtime.files.onStored(() => this.look());
  }
}

/** Takes the oldest capture that is to be read, of none of these organizations; null where there is none. */
async function claim(runtime: Runtime, except: readonly string[]): Promise<Claimed | null> {
  const now = runtime.now();
  const [claimed] = await runtime.database.query<Claimed>(
    `UPDATE "Capture" c SET status = 'PROCESSING', attempts = c.attempts + 1, version = c.version + 1, "updatedAt" = $1
     FROM (
       SELECT n."organizationId", n.id, f.name, f.status, f.size, t.format, t.reading
       FROM "Capture" n
       JOIN "File" f ON f."organizationId" = n."organizationId" AND f.id = n."fileId" AND f.status IN ('STORED', 'REFUSED')
       JOIN "CaptureType" t ON t."organizationId" = n."organizationId" AND t.id = n."captureTypeId"
       WHERE ((n.status = 'NEW' AND (n.attempts = 0 OR n."updatedAt" <= $1::timestamptz - n.attempts * n.attempts * interval '5 seconds'))
           OR (n.status = 'PROCESSING' AND n."updatedAt" <= $2::timestamptz))
         AND NOT n."organizationId" = ANY(string_to_array($3, ',')::uuid[])
       ORDER BY n."createdAt", n.id LIMIT 1 FOR UPDATE OF n SKIP LOCKED
     ) p
     WHERE c."organizationId" = p."organizationId" AND c.id = p.id
     RETURNING c."organizationId", c.id, c.version, c.attempts, c."machineId", c."takenAt", c."fileId",
       p.name AS "fileName", p.status::text AS "fileStatus", p.size, p.format::text AS format, p.reading`,
    [now, new Date(now.getTime() - lease), except.join(',')],
  );
  return claimed ?? null;
}

/** Reads a capture that was claimed, and writes what became of it. Never throws: what fails is tried again later. */
async function processCapture(runtime: Runtime, claimed: Claimed, longest: number): Promise<void> {
  const { organizationId, id } = claimed;
  try {
    await readAndApply(runtime, claimed, longest);
  } catch (error) {
    if (error instanceof LostCaptureError) return;
    const reason = reasonOf(error);
    if (!reason)
      runtime.log.warn({ err: error, organizationId, captureId: id }, 'a capture could not be read');
    const isLast = claimed.attempts >= mostAttempts;
    const told =
      reason ?? (isLast ? 'It could not be read, several times. Look into the log of the server.' : null);
    await runAsSystem(runtime, organizationId, (context) =>
      told ? finish(context, claimed, { status: 'FAILED', error: told }) : release(context, claimed),
    ).catch((failure: unknown) => {
      // Whoever looks after the lease has ended finds it.
      if (!(failure instanceof LostCaptureError))
        runtime.log.warn({ err: failure, captureId: id }, 'a capture is left');
    });
  }
}

/** What the client is told of a failure that is the capture's own; null where it may pass. */
function reasonOf(error: unknown): string | null {
  if (error instanceof CaptureUnreadableError || error instanceof UserError) return error.message;
  if (error instanceof ContentMissingError || error instanceof FileNotStoredError) {
    return 'Its content is not in the storage any more.';
  }
  return null;
}

async function readAndApply(runtime: Runtime, claimed: Claimed, longest: number): Promise<void> {
  const { organizationId, machineId, takenAt } = claimed;
  if (claimed.attempts > mostAttempts) {
    throw new CaptureUnreadableError('Reading it was begun several times and never ended.');
  }
  if (claimed.fileStatus === 'REFUSED') {
    throw new CaptureUnreadableError('Its content was refused. Create another upload and another capture.');
  }
  const { reading } = claimed;
  if (reading === null) {
    await runAsSystem(runtime, organizationId, (context) => finish(context, claimed, { status: 'COMPLETE' }));
    return;
  }
  const { content, result } = await parse(runtime, { ...claimed, reading }, longest);
  const report = machineId ? reportOf(result) : null;
  const parsed = { name: `${claimed.fileName}.json`, mediaType: 'application/json' };
  const parsedFileId = await runtime.files.store(organizationId, parsed, content);
  const read = {
    parsedFileId,
    ...(result === null ? {} : { parsed: result as Prisma.InputJsonValue }),
  };
  try {
    await runAsSystem(runtime, organizationId, async (context) => {
      if (machineId && report) await applyReport(context, machineId, report, takenAt);
      await finish(context, claimed, { ...read, status: 'COMPLETE', error: null });
    });
  } catch (error) {
    // The shop refuses what was read: what it was is kept beside the reason.
    if (!(error instanceof UserError)) throw error;
    const { message } = error;
    await runAsSystem(runtime, organizationId, (context) =>
      finish(context, claimed, { ...read, status: 'FAILED', error: message }),
    );
  }
}

async function parse(runtime: Runtime, claimed: Claimed & { reading: string }, longest: number) {
  const { organizationId, fileId, size, format, reading } = claimed;
  if ((size ?? 0n) > largestContent) {
    throw new CaptureUnreadableError(`Its content is larger than the ${largestContent} bytes that are read.`);
  }
  const content = await buffer(await runtime.files.read(organizationId, fileId));
  const read = await readCapture({ content, format, reading }, longest);
  if (isKeepable(read.result)) return read;
  throw new CaptureUnreadableError('What was read has NUL characters or halves of surrogate pairs in it.');
}

/** Gives a capture back: it is tried again after a while. */
async function release(context: CommandContext, { id, version }: Claimed): Promise<void> {
  await context.tx.capture.updateMany({
    where: { id, status: 'PROCESSING', version },
    data: { status: 'NEW', ...context.touched() },
  });
}

/** Writes the outcome of a capture, unless another process has taken it meanwhile. */
async function finish(
  context: CommandContext,
  { id, version }: Claimed,
  outcome: Prisma.CaptureUncheckedUpdateInput,
): Promise<void> {
  await context.lock({ Capture: [id] });
  const before = await context.tx.capture.findUniqueOrThrow({ where: context.key(id) });
  if (before.status !== 'PROCESSING' || before.version !== version) throw new LostCaptureError();
  const after = await context.tx.capture.update({
    where: context.key(id),
    data: { ...outcome, processedAt: context.now, ...context.touched() },
  });
  recordCapture(context, before, after);
}
