/** What people decide about mill certifications. */
import { type MillCertification, ReviewStatus } from '../../prisma/generated/client/client.ts';
import { command } from '../commands/command.ts';
import type { CommandContext } from '../commands/context.ts';
import { expectedVersion, idOf, oneOf, text } from '../commands/input.ts';
import { BlockedError, ConflictError, InvalidInputError, NotFoundError, TransitionError } from '../errors.ts';
import { millCertificationStates } from './mill-certification.state.ts';

export const reviewMillCertification = command('reviewMillCertification', {
  description:
    'Approves a mill certification, or says what is wrong with it. A later review replaces it, and any later correction makes it void; the history keeps all of them.',
  right: 'work',
  input: {
    millCertificationId: idOf('MillCertification').describe('The MillCertification.'),
    expectedVersion: expectedVersion(),
    status: oneOf('ReviewStatus', ReviewStatus).describe('APPROVED, or ISSUE with a comment.'),
    comment: text(5_000).nullish().describe('What the reviewer has to say; needed with ISSUE.'),
  },
  refusals: [NotFoundError, ConflictError, TransitionError, BlockedError],
  run: async (context, { millCertificationId: id, expectedVersion: expected, status, comment }) => {
    await context.lock({ MillCertification: [id] });
    const before = await context.tx.millCertification.findUniqueOrThrow({
      where: context.key(id),
      include: { lastEditedBy: { select: { id: true, name: true, userId: true } } },
    });
    context.expectVersion('MillCertification', before, expected);
    millCertificationStates.require(before.status, 'REVIEW_MILL_CERTIFICATION');
    if (status === 'ISSUE' && !comment)
      throw InvalidInputError.at('comment', 'must say what is wrong with it.');
    await requireOtherEyes(context, before);
    const { lastEditedBy: _, ...row } = before;
    const after = await context.tx.millCertification.update({
      where: context.key(id),
      data: {
        reviewStatus: status,
        reviewComment: comment || null,
        reviewedById: context.caller.tokenId,
        reviewedAt: context.now,
        ...context.touched(),
      },
    });
    context.record('MillCertificationReviewed', 'MillCertification', row, after, { reason: comment || null });
    return { millCertificationId: id };
  },
});

/** Where the organization wants four eyes, whoever edited the data last does not review it. */
async function requireOtherEyes(
  context: CommandContext,
  certification: MillCertification & {
    lastEditedBy: { id: string; name: string; userId: string | null } | null;
  },
): Promise<void> {
  const { lastEditedBy: editor } = certification;
  const { fourEyes } = await context.tx.organization.findUniqueOrThrow({
    where: { id: context.organizationId },
    select: { fourEyes: true },
  });
  if (!fourEyes || !editor) return;
  const { tokenId, userId } = context.caller;
  if (editor.id !== tokenId && (editor.userId === null || editor.userId !== userId)) return;
  throw new BlockedError([
    {
      rule: 'millCertification.fourEyes',
      message: 'You edited it last, and another person must review it.',
      subject: { noun: 'ApiToken', uuid: editor.id, label: editor.name },
    },
  ]);
}
