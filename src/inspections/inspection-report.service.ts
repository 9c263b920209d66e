/** Reports of inspections: what ties cases to something outside, and shows them to whoever has the report's token. */
import { randomBytes } from 'node:crypto';
import type { InspectionReport, Prisma } from '../../prisma/generated/client/client.ts';
import { sha256 } from '../canonical.ts';
import { command } from '../commands/command.ts';
import type { CommandContext } from '../commands/context.ts';
import { defined, expectedVersion, idOf, instant, line } from '../commands/input.ts';
import { lockReferences, reference } from '../commands/references.ts';
import { isUniqueViolation } from '../database/errors.ts';
import { ConflictError, InvalidInputError, NotFoundError, TransitionError } from '../errors.ts';
import type { EventKind } from '../events/kinds.ts';
import { type InspectionReportAction, inspectionReportStates, reportStatus } from './inspection.state.ts';

/** A report's token: `ir_` and 192 random bits in base64url. */
const newReportToken = (): string => `ir_${randomBytes(24).toString('base64url')}`;

/** The form of a token: what is none is not looked up. */
export const reportTokenForm = /^ir_[A-Za-z0-9_-]{32}$/;

/** What the log tells of a report: not how to find it. */
const told = ({ tokenHash: _, ...row }: InspectionReport) => row;

const fields = {
  reference: line().describe('The name that the other system knows it by; unique in the organization.'),
  title: line().nullish().describe('What people call it.'),
  expiresAt: instant().nullish().describe('Until when its token opens it; for ever unless given.'),
  orderId: idOf('Order').nullish().describe('The order that it is about.'),
};

const subject = {
  inspectionReportId: idOf('InspectionReport').describe('The report.'),
  expectedVersion: expectedVersion(),
};

async function save(act: () => Promise<InspectionReport>): Promise<InspectionReport> {
  try {
    return await act();
  } catch (error) {
    if (isUniqueViolation(error))
      throw InvalidInputError.at('reference', 'is taken by another InspectionReport. Choose another.');
    throw error;
  }
}

function requireFuture(expiresAt: Date | null | undefined, now: Date): void {
  if (expiresAt && expiresAt <= now) throw InvalidInputError.at('expiresAt', 'must lie in the future.');
}

const tokenColumns = (context: CommandContext, token: string) => ({
  tokenHash: sha256(token),
  sealedToken: context.seal(token),
});

export const createInspectionReport = command('createInspectionReport', {
  description:
    'Makes a report that inspection cases belong to, with a token: whoever has it reads the report’s metadata without an account, by `publicInspectionReport`.',
  right: 'work',
  input: fields,
  refusals: [],
  run: async (context, { reference: name, title, expiresAt, orderId }) => {
    requireFuture(expiresAt, context.now);
    await lockReferences(context, reference('Order', orderId, 'orderId'));
    const token = newReportToken();
    const made = await save(() =>
      context.tx.inspectionReport.create({
        data: {
          ...context.fresh(),
          ...tokenColumns(context, token),
          reference: name,
          title: title ?? null,
          expiresAt: expiresAt ?? null,
          orderId: orderId ?? null,
        },
      }),
    );
    context.record('InspectionReportCreated', 'InspectionReport', null, told(made));
    return { inspectionReportId: made.id };
  },
});

interface Subject {
  inspectionReportId: string;
  expectedVersion?: number | null | undefined;
}

/** The report, locked, at the version that the client expects, in a state that allows the action. */
async function lockReport(
  context: CommandContext,
  action: InspectionReportAction,
  { inspectionReportId: id, expectedVersion: expected }: Subject,
  orderId?: string | null,
): Promise<InspectionReport> {
  await lockReferences(context, reference('Order', orderId, 'orderId'), { InspectionReport: [id] });
  const report = await context.tx.inspectionReport.findUniqueOrThrow({ where: context.key(id) });
  context.expectVersion('InspectionReport', report, expected);
  inspectionReportStates.require(reportStatus(report), action);
  return report;
}

async function change(
  context: CommandContext,
  before: InspectionReport,
  kind: EventKind<'InspectionReport'>,
  data: Prisma.InspectionReportUncheckedUpdateInput,
  reason?: string | null,
): Promise<{ inspectionReportId: string }> {
  const where = context.key(before.id);
  const after = await save(() =>
    context.tx.inspectionReport.update({ where, data: { ...data, ...context.touched() } }),
  );
  context.record(kind, 'InspectionReport', told(before), told(after), { reason: reason ?? null });
  return { inspectionReportId: before.id };
}

export const updateInspectionReport = command('updateInspectionReport', {
  description: 'Changes a report. What is left out stays as it is; null clears.',
  right: 'work',
  input: { ...subject, ...fields, reference: fields.reference.optional() },
  refusals: [NotFoundError, ConflictError],
  run: async (context, { reference: name, title, expiresAt, orderId, ...on }) => {
    requireFuture(expiresAt, context.now);
    const before = await lockReport(context, 'UPDATE_INSPECTION_REPORT', on, orderId);
    const data = defined({ reference: name, title, expiresAt, orderId });
    return change(context, before, 'InspectionReportChanged', data);
  },
});

export const revokeInspectionReport = command('revokeInspectionReport', {
  description:
    'Ends the token of a report at once: to whoever has it the report looks like one that never was. Its cases stay.',
  right: 'work',
  input: { ...subject, reason: line(500).nullish().describe('Why: it stays in the history.') },
  refusals: [NotFoundError, ConflictError, TransitionError],
  run: async (context, { reason, ...on }) => {
    const before = await lockReport(context, 'REVOKE_INSPECTION_REPORT', on);
    return change(context, before, 'InspectionReportRevoked', { revokedAt: context.now }, reason);
  },
});

export const renewInspectionReportToken = command('renewInspectionReportToken', {
  description:
    'Gives a report another token: the former one ends at once, and a report that was revoked is shared again.',
  right: 'work',
  input: subject,
  refusals: [NotFoundError, ConflictError],
  run: async (context, on) => {
    const before = await lockReport(context, 'RENEW_INSPECTION_REPORT_TOKEN', on);
    const data = { ...tokenColumns(context, newReportToken()), revokedAt: null };
    return change(context, before, 'InspectionReportTokenRenewed', data);
  },
});
