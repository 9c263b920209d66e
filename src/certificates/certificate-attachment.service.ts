/** Certificates on serials at steps: attached to many at once with an answer for each, detached by voiding. */
import { z } from 'zod';
import type { Certificate, Operation, Piece, ProcessStep } from '../../prisma/generated/client/client.ts';
import { command } from '../commands/command.ts';
import type { CommandContext } from '../commands/context.ts';
import { idOf, line } from '../commands/input.ts';
import { reference, requireReferences } from '../commands/references.ts';
import { BlockedError, InvalidInputError, NotFoundError, TransitionError } from '../errors.ts';
import { encodeId } from '../ids.ts';
import { holdGate } from '../materials/books.ts';
import { latestSteps } from '../production/settle.ts';
import { heldBy } from '../quality/hold.reach.ts';
import { currentCertificate } from './certificate.service.ts';

/** What became of one serial. */
export const attachAnswers = {
  ATTACHED: 'ATTACHED',
  ALREADY: 'ALREADY',
  UNKNOWN_SERIAL: 'UNKNOWN_SERIAL',
  STEP_NOT_IN_ROUTING: 'STEP_NOT_IN_ROUTING',
  STEP_NOT_REACHED: 'STEP_NOT_REACHED',
  HOLD: 'HOLD',
  EXPIRED: 'EXPIRED',
} as const;
export type AttachAnswer = keyof typeof attachAnswers;

/** The most serials that are answered at once. */
export const mostSerials = 1_000;

type Target = Pick<Piece, 'id' | 'serial' | 'orderId' | 'lineItemId' | 'stepPosition'>;

/** Something that an input names, and the piece that it stands for. */
interface Named {
  label: string;
  piece: Target | null;
}

interface Judged extends Named {
  answer: AttachAnswer;
  message: string;
  /** Where the answer is ALREADY: the attachment that stands. */
  attachmentId: string | null;
}

export const attachCertificate = command('attachCertificate', {
  description: `Attaches a certificate to many serials at a step of their routing, with an answer for each: those that can be are attached, unless \`allOrNothing\`. By serials, by ids, by a run, or by all of them; at most ${mostSerials} in all. A run stands for the pieces that it has at that step now: pieces that come into it later get nothing.`,
  right: 'work',
  input: {
    certificateId: idOf('Certificate').describe('The certificate. One that is superseded is refused.'),
    processStepId: idOf('ProcessStep').describe('The step that it is about.'),
    serials: z.array(line()).default([]).describe(`Serials of pieces, at most ${mostSerials}.`),
    pieceIds: z.array(idOf('Piece')).default([]).describe(`Pieces by their ids, at most ${mostSerials}.`),
    runId: idOf('Run').nullish().describe('All pieces that this run has at that step, and has not failed.'),
    allOrNothing: z
      .boolean()
      .default(false)
      .describe('Attaches it to nothing, with a BlockedError naming every reason, unless it can be to all.'),
  },
  refusals: [NotFoundError, BlockedError],
  run: async (context, { certificateId, processStepId, allOrNothing, ...on }) => {
    const named = await resolve(context, processStepId, on);
    const pieces = [...new Map(named.flatMap(({ piece }) => (piece ? [[piece.id, piece]] : []))).values()];
    await context.lock({ Piece: pieces.map(({ id }) => id), Certificate: [certificateId] });
    const certificate = await currentCertificate(context, certificateId, 'Attach that one.');
    const step = await context.tx.processStep.findUnique({ where: context.key(processStepId) });
    if (!step) throw InvalidInputError.at('processStepId', 'names no ProcessStep that is visible to you.');
    if (named.length === 0)
      throw on.runId
        ? InvalidInputError.at('runId', `names a run that has no piece at step ${step.name}.`)
        : InvalidInputError.at('serials', 'names nothing: give serials, pieceIds or a runId.');
    const judged = await judge(context, certificate, step, named);
    const refused = judged.filter(({ answer }) => answer !== 'ATTACHED' && answer !== 'ALREADY');
    if (allOrNothing && refused.length > 0) throw new BlockedError(refused.map(blockerOf));
    const attached = await attach(context, certificate, step, judged);
    return {
      certificateId,
      attachedCount: attached.size,
      // Side by side: a receipt keeps lists of texts. What is not there is empty.
      labels: judged.map(({ label }) => label),
      answers: judged.map(({ answer }) => answer),
      messages: judged.map(({ message }) => message),
      pieceIds: judged.map(({ piece }) => piece?.id ?? ''),
      attachmentIds: judged.map(
        ({ piece, attachmentId }) => attachmentId ?? attached.get(piece?.id ?? '') ?? '',
      ),
    };
  },
});

/**
 * What the input names, in its order: serials, then ids, then the pieces of the run.
 *
 * @throws InvalidInputError for too many, and for a run that is not there
 */
async function resolve(
  context: CommandContext,
  processStepId: string,
  {
    serials,
    pieceIds,
    runId,
  }: { serials: readonly string[]; pieceIds: readonly string[]; runId?: string | null | undefined },
): Promise<Named[]> {
  const { tx, organizationId } = context;
  const check = (count: number, path: string) => {
    if (count <= mostSerials) return;
    throw InvalidInputError.at(path, `brings the pieces to ${count}: at most ${mostSerials} at once.`);
  };
  check(serials.length, 'serials');
  check(serials.length + pieceIds.length, 'pieceIds');
  const columns = { id: true, serial: true, orderId: true, lineItemId: true, stepPosition: true } as const;
  const found = await tx.piece.findMany({
    where: { organizationId, OR: [{ serial: { in: [...serials] } }, { id: { in: [...pieceIds] } }] },
    select: columns,
  });
  const bySerial = new Map(found.map((piece) => [piece.serial, piece]));
  const byId = new Map(found.map((piece) => [piece.id, piece]));
  const named: Named[] = [
    ...serials.map((label) => ({ label, piece: bySerial.get(label) ?? null })),
    ...pieceIds.map((id) => {
      const piece = byId.get(id) ?? null;
      return { label: piece?.serial ?? encodeId('Piece', id), piece };
    }),
  ];
  if (!runId) return named;
  await requireReferences(context, reference('Run', runId, 'runId'));
  const inRun = await tx.piece.findMany({
    where: { organizationId, operations: { some: { runId, processStepId, status: { not: 'ERROR' } } } },
    orderBy: { serial: 'asc' },
    take: mostSerials + 1,
    select: columns,
  });
  check(named.length + inRun.length, 'runId');
  return [...named, ...inRun.map((piece) => ({ label: piece.serial, piece }))];
}

/** The answer for each: what stands against attaching it, in the order in which a person would look. */
async function judge(
  context: CommandContext,
  certificate: Certificate,
  step: ProcessStep,
  named: readonly Named[],
): Promise<Judged[]> {
  const { tx, organizationId } = context;
  const pieceIds = [...new Set(named.flatMap(({ piece }) => piece?.id ?? []))];
  const atStep = { organizationId, pieceId: { in: pieceIds }, processStepId: step.id };
  const attempts = latestSteps(await tx.operation.findMany({ where: atStep }));
  const standing = await tx.certificateAttachment.findMany({
    where: { ...atStep, certificateId: certificate.id, voidedAt: null },
    select: { id: true, pieceId: true },
  });
  // Where a piece stands was read before the locks.
  const now = await tx.piece.findMany({
    where: { organizationId, id: { in: pieceIds } },
    select: { id: true, stepPosition: true },
  });
  const reached = new Map(now.map(({ id, stepPosition }) => [id, stepPosition]));
  await holdGate(context, 'share');
  const held = await heldBy(context, { pieceIds });
  // Named twice it is attached once.
  const taken = new Map(standing.map(({ id, pieceId }) => [pieceId, id]));
  const seen = new Set(taken.keys());
  return named.map(({ label, piece }): Judged => {
    const as = (answer: AttachAnswer, message: string): Judged => ({
      label,
      piece,
      answer,
      message,
      attachmentId: piece ? (taken.get(piece.id) ?? null) : null,
    });
    if (!piece) return as('UNKNOWN_SERIAL', `No piece ${label} is visible to you.`);
    if (seen.has(piece.id)) return as('ALREADY', `It is attached to ${label} at step ${step.name} already.`);
    const [operation] = attempts.get(piece.id) ?? [];
    if (!operation)
      return as('STEP_NOT_IN_ROUTING', `Step ${step.name} is not part of the routing of ${label}.`);
    const position = reached.get(piece.id) ?? piece.stepPosition;
    if (step.position > position)
      return as(
        'STEP_NOT_REACHED',
        `${label} stands at step ${position} and has not reached step ${step.position} (${step.name}).`,
      );
    const [first] = held.get(piece.id) ?? [];
    if (first)
      return as(
        'HOLD',
        `${label} is held by ${first.hold.number} (${first.hold.reason}). Wait until the hold is released.`,
      );
    const at = stepTime(operation, context.now);
    if (certificate.expiresAt && certificate.expiresAt <= at)
      return as(
        'EXPIRED',
        `The certificate expired at ${certificate.expiresAt.toISOString()}; step ${step.name} of ${label} was done at ${at.toISOString()}.`,
      );
    seen.add(piece.id);
    return as('ATTACHED', `Attached to ${label} at step ${step.name}.`);
  });
}

/** When a step was done, or now where it is not: a certificate has to be valid then. */
const stepTime = ({ status, endedAt }: Operation, now: Date): Date =>
  status === 'COMPLETE' && endedAt ? endedAt : now;

const blockerOf = ({ answer, message, piece }: Judged) => ({
  rule: `attach.${answer}`,
  message,
  subject: piece ? { noun: 'Piece' as const, uuid: piece.id, label: piece.serial } : null,
});

/** Writes what is to be attached, with an event for each; answers the ids by piece. */
async function attach(
  context: CommandContext,
  certificate: Certificate,
  step: ProcessStep,
  judged: readonly Judged[],
): Promise<Map<string, string>> {
  const rows = judged.flatMap(({ answer, piece }) =>
    answer === 'ATTACHED' && piece
      ? [
          {
            piece,
            row: {
              ...context.fresh(),
              certificateId: certificate.id,
              pieceId: piece.id,
              processStepId: step.id,
              attachedById: context.caller.tokenId,
            },
          },
        ]
      : [],
  );
  if (rows.length > 0)
    await context.tx.certificateAttachment.createMany({ data: rows.map(({ row }) => row) });
  for (const { piece, row } of rows) {
    context.record('CertificateAttached', 'CertificateAttachment', null, row, {
      related: [piece.orderId, piece.lineItemId],
    });
  }
  return new Map(rows.map(({ row }) => [row.pieceId, row.id]));
}

/** The most attachments that are voided at once. */
export const mostDetached = 250;

export const detachCertificate = command('detachCertificate', {
  description:
    'Takes certificates off the pieces that they were attached to by mistake: the attachments are voided with a reason and stay in the history. All of them or none. What a step demands is then missing again.',
  right: 'work',
  input: {
    certificateAttachmentIds: z
      .array(idOf('CertificateAttachment'))
      .min(1, 'must name at least one')
      .max(mostDetached, `must name at most ${mostDetached}`)
      .describe(`The attachments, 1 to ${mostDetached}: all of them or none.`),
    reason: line(500).describe('Why: it stays in the history.'),
  },
  refusals: [NotFoundError, TransitionError],
  run: async (context, { certificateAttachmentIds, reason }) => {
    const { tx, organizationId } = context;
    const ids = [...new Set(certificateAttachmentIds)];
    const where = { organizationId, id: { in: ids } };
    const found = await tx.certificateAttachment.findMany({ where, select: { pieceId: true } });
    await context.lock({ Piece: found.map(({ pieceId }) => pieceId), CertificateAttachment: ids });
    const attachments = await tx.certificateAttachment.findMany({
      where,
      include: { piece: { select: { serial: true, orderId: true, lineItemId: true } } },
    });
    const voided = attachments.find(({ voidedAt }) => voidedAt !== null);
    if (voided)
      throw new TransitionError(
        'CertificateAttachment',
        'VOIDED',
        'DETACH_CERTIFICATE',
        [],
        `of ${voided.piece.serial}`,
      );
    const change = { voidedAt: context.now, voidedById: context.caller.tokenId, voidReason: reason };
    await tx.certificateAttachment.updateMany({ where, data: { ...change, ...context.touched() } });
    for (const { piece, ...before } of attachments) {
      context.record(
        'CertificateDetached',
        'CertificateAttachment',
        before,
        { ...before, ...change, version: before.version + 1 },
        { reason, related: [piece.orderId, piece.lineItemId] },
      );
    }
    return { certificateAttachmentIds: ids };
  },
});
