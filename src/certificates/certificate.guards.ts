/** What missing certificates have against pieces that are done, or that leave the shop. */
import type { Operation } from '../../prisma/generated/client/client.ts';
import type { CommandContext } from '../commands/context.ts';
import type { Blocker } from '../errors.ts';
import { readerOf } from '../materials/genealogy.graph.ts';
import { completingRun, failingRun } from '../production/run.execution.service.ts';
import { startingRun } from '../production/run.guards.ts';
import { demandOf, type RequiredCertificate, requiredCertificates } from './certificate.completeness.ts';

// A refusal names so many; a person attaches them and sees the next.
const named = 25;

const rule = 'certificate.required';

type Step = Pick<Operation, 'pieceId' | 'position' | 'kind'>;

/**
 * What certificates these pieces lack that steps up to the given ones demand. From here to the commit none of those
 * that count is superseded, and, as the pieces are locked, none detached. One statement where nothing is demanded.
 */
async function lacking(
  context: CommandContext,
  steps: readonly Step[],
  concerns: (cell: RequiredCertificate, step: Step) => boolean,
): Promise<Blocker[]> {
  if (steps.length === 0) return [];
  const byPiece = new Map(steps.map((step) => [step.pieceId, step]));
  const concerned = (cell: RequiredCertificate) => {
    const step = byPiece.get(cell.pieceId);
    return step !== undefined && concerns(cell, step);
  };
  const pieceIds = [...byPiece.keys()];
  const demanded = (await requiredCertificates(readerOf(context), pieceIds, context.now)).filter(concerned);
  if (demanded.length === 0) return [];
  await holdCertificates(context, pieceIds);
  const found = await requiredCertificates(readerOf(context), pieceIds, context.now);
  return found
    .filter((cell) => concerned(cell) && cell.status !== 'PRESENT')
    .slice(0, named)
    .map(blockerOf);
}

/** Keeps what is attached to these pieces from being superseded until the commit. Whoever supersedes locks it alone. */
async function holdCertificates(context: CommandContext, pieceIds: readonly string[]): Promise<void> {
  await context.tx.$queryRawUnsafe(
    `SELECT id::text AS id FROM "Certificate" WHERE "organizationId" = $1::uuid AND id IN (
       SELECT "certificateId" FROM "CertificateAttachment"
       WHERE "organizationId" = $1::uuid AND "pieceId" = ANY($2::uuid[]) AND "voidedAt" IS NULL)
     ORDER BY id FOR SHARE`,
    context.organizationId,
    [...pieceIds],
  );
}

function blockerOf(cell: RequiredCertificate): Blocker {
  const { serial, stepName, status, certificateName } = cell;
  const where = `at step ${cell.position} (${stepName})`;
  const lacks: Readonly<Record<string, string>> = {
    EXPIRED: `${certificateName ?? 'the one attached'} had expired by then. Attach one that was valid.`,
    SUPERSEDED: `${certificateName ?? 'the one attached'} is superseded. Attach the one that supersedes it.`,
  };
  return {
    rule,
    message: `Piece ${serial} lacks a ${demandOf(cell)} ${where}${lacks[status] ? `: ${lacks[status]}` : '. Attach it first.'}`,
    subject: { noun: 'Piece', uuid: cell.pieceId, label: serial },
  };
}

/** The demands of the step itself and of all before it, where the piece is done with it or leaves the shop by it. */
const onLeaving = (context: CommandContext, steps: readonly Step[]): Promise<Blocker[]> =>
  lacking(
    context,
    steps,
    (cell, { kind, position }) =>
      cell.position <= position && (kind === 'SHIPPING' || position === cell.lastPosition),
  );

completingRun.add(rule, (context, { verdicts }) =>
  onLeaving(
    context,
    verdicts.filter(({ outcome }) => outcome === 'SUCCESS').map(({ operation }) => operation),
  ),
);

// Who says that a run failed, and that some of its pieces are good all the same, completes their step too.
failingRun.add(rule, (context, { passed }) => onLeaving(context, passed));

// Once it is being shipped a piece is out of reach: what the steps before demand is there by then. What the shipping
// step itself demands, such as a proof of packing, comes while it is done.
startingRun.add(rule, (context, { open }) =>
  lacking(
    context,
    open.filter(({ kind }) => kind === 'SHIPPING'),
    (cell, { position }) => cell.position < position,
  ),
);
