/** Certificates: written once, and corrected by others that supersede them. */
import { type Certificate, CertificateType, Prisma } from '../../prisma/generated/client/client.ts';
import { canonicalHash } from '../canonical.ts';
import { command } from '../commands/command.ts';
import type { CommandContext } from '../commands/context.ts';
import { idOf, instant, json, line, oneOf } from '../commands/input.ts';
import { reference, requireReferences } from '../commands/references.ts';
import { BlockedError, NotFoundError } from '../errors.ts';
import { requireStoredFile } from '../files/file.service.ts';
import { encodeId } from '../ids.ts';
import './certificate.guards.ts';

type JsonObject = Readonly<Record<string, unknown>>;

/** What a certificate says: the members of its hash. Each is there, null where it says nothing. */
export interface CertificateContent {
  type: CertificateType;
  name: string;
  kind: string | null;
  metadata: JsonObject | null;
  expiresAt: Date | null;
  /** The hexadecimal SHA-256 of its document. */
  fileSha256: string | null;
  /** The public id of the mill certification that it hands on. */
  millCertificationId: string | null;
}

/**
 * The hexadecimal SHA-256 of what a certificate says, as canonical JSON (RFC 8785): an object of `type`, `name`,
 * `kind`, `metadata`, `expiresAt` (RFC 3339 in UTC with milliseconds), `fileSha256` and `millCertificationId`. Anybody
 * can compute it again from what the API shows.
 */
export function certificateHash({
  type,
  name,
  kind,
  metadata,
  expiresAt,
  fileSha256,
  millCertificationId,
}: CertificateContent): string {
  return canonicalHash({ type, name, kind, metadata, expiresAt, fileSha256, millCertificationId });
}

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether JSON can say every number of a value. A literal of a document, 1e999, is one that it cannot. */
function sayable(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  return typeof value !== 'object' || value === null || Object.values(value).every(sayable);
}

const content = {
  type: oneOf('CertificateType', CertificateType).describe(
    'Whether it is about material or about a process.',
  ),
  name: line().describe('How people call it, such as "Heat treatment record HT-887". Need not be unique.'),
  kind: line()
    .nullish()
    .describe('What kind of document it is, spelled as process steps demand it: "heat treatment record".'),
  metadata: json()
    .refine((value) => value == null || isObject(value), 'must be a JSON object')
    .refine(sayable, 'must have finite numbers only')
    .meta({ scalar: 'JSON' })
    .nullish()
    .describe('Whatever else it says: a JSON object of at most 65,536 characters, kept as it is.'),
  expiresAt: instant()
    .nullish()
    .describe('When it ceases to be valid; never unless given. It must be valid when a step is done.'),
  fileId: idOf('File').nullish().describe('The document. Its content must be stored.'),
  millCertificationId: idOf('MillCertification')
    .nullish()
    .describe('The mill certification whose data it hands on: from the piece to the chemistry of its melt.'),
};

interface Content {
  type: CertificateType;
  name: string;
  kind?: string | null | undefined;
  metadata?: unknown;
  expiresAt?: Date | null | undefined;
  fileId?: string | null | undefined;
  millCertificationId?: string | null | undefined;
}

/** Writes a certificate. */
async function insertCertificate(
  context: CommandContext,
  { type, name, kind = null, metadata = null, expiresAt = null, fileId = null, ...input }: Content,
  supersedesId: string | null,
): Promise<Certificate> {
  const millCertificationId = input.millCertificationId ?? null;
  await requireReferences(
    context,
    reference('MillCertification', millCertificationId, 'millCertificationId'),
  );
  const file = fileId === null ? null : await requireStoredFile(context, fileId, 'fileId');
  const says = { type, name, kind, metadata: isObject(metadata) ? metadata : null, expiresAt };
  const certificate = await context.tx.certificate.create({
    data: {
      ...context.fresh(),
      ...says,
      metadata: says.metadata === null ? Prisma.DbNull : (says.metadata as Prisma.InputJsonObject),
      sha256: certificateHash({
        ...says,
        fileSha256: file?.sha256 ?? null,
        millCertificationId: millCertificationId && encodeId('MillCertification', millCertificationId),
      }),
      fileId,
      millCertificationId,
      supersedesId,
      createdById: context.caller.tokenId,
    },
  });
  context.record('CertificateCreated', 'Certificate', null, certificate);
  return certificate;
}

export const createCertificate = command('createCertificate', {
  description:
    'Creates a certificate: a quality document about material or about a process. It is permanent and never changes; a correction is another one (supersedeCertificate). attachCertificate puts it on serials.',
  right: 'work',
  input: content,
  refusals: [],
  run: async (context, input) => ({ id: (await insertCertificate(context, input, null)).id }),
});

/**
 * The certificate, locked, which nothing supersedes.
 *
 * @throws NotFoundError, BlockedError naming the one that supersedes it
 */
export async function currentCertificate(
  context: CommandContext,
  id: string,
  advice: string,
): Promise<Certificate> {
  const found = await context.tx.certificate.findUniqueOrThrow({
    where: context.key(id),
    include: { supersededBy: { select: { id: true, name: true } } },
  });
  const { supersededBy, ...certificate } = found;
  if (!supersededBy) return certificate;
  throw new BlockedError([
    {
      rule: 'certificate.notSuperseded',
      message: `Certificate ${certificate.name} is superseded by ${supersededBy.name}. ${advice}`,
      subject: { noun: 'Certificate', uuid: supersededBy.id, label: supersededBy.name },
    },
  ]);
}

export const supersedeCertificate = command('supersedeCertificate', {
  description:
    'Corrects a certificate by another that supersedes it. The old one stays as it was, and stays attached and visible, but does not count any more where a step demands a certificate: attach the new one there. Refused where another supersedes it already.',
  right: 'work',
  input: {
    certificateId: idOf('Certificate').describe('The certificate that is corrected.'),
    ...content,
    reason: line(500).describe('What was wrong with it: it stays in the history.'),
  },
  refusals: [NotFoundError, BlockedError],
  run: async (context, { certificateId, reason, ...input }) => {
    await context.lock({ Certificate: [certificateId] });
    const before = await currentCertificate(context, certificateId, 'Supersede that one.');
    const certificate = await insertCertificate(context, input, before.id);
    context.record('CertificateSuperseded', 'Certificate', before, before, {
      reason,
      related: [certificate.id, ...(await attachedTo(context, before.id))],
    });
    return { id: certificate.id, supersededId: before.id };
  },
});

/** The pieces that a certificate is attached to, with their orders and line items: one statement. */
async function attachedTo({ tx, organizationId }: CommandContext, certificateId: string): Promise<string[]> {
  const pieces = await tx.piece.findMany({
    where: { organizationId, certificateAttachments: { some: { certificateId, voidedAt: null } } },
    select: { id: true, orderId: true, lineItemId: true },
  });
  return pieces.flatMap(({ id, orderId, lineItemId }) => [id, orderId, lineItemId]);
}
