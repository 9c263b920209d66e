/** The PDF of a closed case, and the bundle by which it can be verified offline. */
import { canonicalJson } from '../canonical.ts';
import { type JobKind, JobRefusedError, jobKind } from '../jobs/job.ts';
import type { Runtime } from '../runtime.ts';
import { AuthorityError, stamp, type TimestampAuthority } from '../timestamps/authority.ts';
import { type BundleFile, prepareBundle } from '../timestamps/bundle.ts';
import { grantedAnswer } from '../timestamps/token.ts';
import { statementOf } from './evidence.ts';
import { renderCase } from './inspection.pdf.ts';
import { type RecordedCase, readCase } from './inspection.record.ts';

const making: JobKind = {
  lease: 10 * 60_000,
  async work(runtime, { organizationId, subjectId, signal }) {
    const found = await readCase(runtime.database, organizationId, subjectId);
    if (found?.status !== 'CLOSED') throw new JobRefusedError('There is no such closed case.');
    const pdf = await renderCase(runtime, organizationId, found);
    const bundle = await bundleOf(runtime, organizationId, found, pdf, signal);
    const documentId = await runtime.files.store(
      organizationId,
      { name: `${found.number}.pdf`, mediaType: 'application/pdf' },
      pdf,
    );
    const bundleId = await runtime.files.store(
      organizationId,
      { name: `${found.number}-bundle.zip`, mediaType: 'application/zip' },
      bundle,
    );
    return async (context) => {
      await context.lock({ InspectionCase: [subjectId] });
      const where = context.key(subjectId);
      const before = await context.tx.inspectionCase.findUniqueOrThrow({ where });
      const data = { documentId, bundleId, ...context.touched() };
      const after = await context.tx.inspectionCase.update({ where, data });
      context.record('InspectionCaseChanged', 'InspectionCase', before, after);
    };
  },
  // The log of the server says why; the case stands as it is, and stampInspectionCase has it tried again.
  failed: async () => {},
};

export const documentsJob = jobKind('MAKE_INSPECTION_DOCUMENTS', making);

/** What the case says, for programs: the items are the leaves of the tree, each in its canonical JSON. */
function caseJson(found: RecordedCase): string {
  return canonicalJson({
    case: found.number,
    frame: found.frame,
    organization: found.organization,
    report: found.reportReference,
    piece: found.pieceSerial,
    continues: found.continues,
    createdAt: found.createdAt,
    closedAt: found.closedAt,
    merkleTree: 'RFC 9162, SHA-256',
    merkleRoot: found.merkleRoot,
    items: found.items.map((item) => statementOf(found.number, item)),
  });
}

const endings: Readonly<Record<string, string>> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/webp': 'webp',
  'image/heic': 'heic',
  'image/tiff': 'tif',
  'image/gif': 'gif',
};

/** The archive: the case, its PDF, its photos, the timestamp of its root; and a timestamp of the manifest over them. */
async function bundleOf(
  runtime: Runtime,
  organizationId: string,
  found: RecordedCase,
  pdf: Buffer,
  signal: AbortSignal,
) {
  const { files, authority } = runtime;
  const photos = found.items.flatMap(({ position, imageId, imageHash, imageType }): BundleFile[] =>
    imageId && imageHash
      ? [
          {
            name: `photos/${String(position).padStart(3, '0')}.${endings[imageType ?? ''] ?? 'bin'}`,
            about: `The photo of item ${position}`,
            content: () => files.read(organizationId, imageId),
            sha256: imageHash,
          },
        ]
      : [],
  );
  const isStamped = found.timestampStatus === 'VALID' && found.token !== null;
  const bundle = {
    subject: { case: found.number, report: found.reportReference, merkleRoot: found.merkleRoot },
    createdAt: found.stampedAt ?? found.closedAt ?? found.createdAt,
    files: [
      { name: 'case.pdf', about: 'The case, for people', content: pdf },
      { name: 'case.json', about: 'The case, for programs', content: Buffer.from(caseJson(found)) },
      ...(isStamped && found.token
        ? [
            {
              name: 'case.tsr',
              about: 'The timestamp of the root of the case (RFC 3161)',
              content: grantedAnswer(found.token),
            },
          ]
        : []),
      ...photos,
    ],
  };
  // Who could not be asked for the root is not asked for the rest.
  if (isStamped && authority) {
    const prepared = await prepareBundle({ ...bundle, timestamped: true });
    const token = await tokenOf(prepared.sha256, authority, signal);
    if (token) return prepared.pack(token);
  }
  return (await prepareBundle({ ...bundle, timestamped: false })).pack(null);
}

/** A timestamp that holds; null where the authority gives none, and asking again is of no use. */
async function tokenOf(
  sha256: string,
  authority: TimestampAuthority,
  signal: AbortSignal,
): Promise<Uint8Array | null> {
  try {
    const { token, verdict } = await stamp(sha256, authority, signal);
    return verdict.status === 'VALID' ? token : null;
  } catch (error) {
    if (error instanceof AuthorityError && !error.isTemporary) return null;
    throw error;
  }
}
