/** Archives of documents: chosen once, downloaded until they expire. */
import { z } from 'zod';
import type { Prisma } from '../../prisma/generated/client/client.ts';
import { command } from '../commands/command.ts';
import type { CommandContext } from '../commands/context.ts';
import { GuardedAction } from '../commands/guards.ts';
import { duration, expectedVersion, idOf, line } from '../commands/input.ts';
import { namedBlockers, reference, requireReferences } from '../commands/references.ts';
import { BlockedError, ConflictError, InvalidInputError, NotFoundError, TransitionError } from '../errors.ts';
import { about } from './document.rows.ts';
import { requireSubjects } from './subjects.ts';
import { type ChosenDocument, chooseDocuments, entriesOf } from './zip-file.manifest.ts';
import { zipFileStates, zipFileStatus } from './zip-file.state.ts';

const day = 86_400;
/** How long an archive can be downloaded unless told otherwise, and at most, in seconds. */
const expiry = { usual: 7 * day, longest: 30 * day };
const mostDocuments = 2_000;
/** bytes */
const largest = 20 * 1_024 ** 3;

const ids = (noun: 'LineItem' | 'Document', most: number) =>
  z.array(idOf(noun)).max(most, `must be at most ${most} ids`).default([]);

/** What stands against packing documents. */
export const creatingZipFile = new GuardedAction<{ documents: readonly ChosenDocument[] }>('createZipFile', {
  'zipFile.contentsAreStored': (_context, { documents }) =>
    documents
      .filter(({ status }) => status !== 'STORED')
      .slice(0, namedBlockers)
      .map(({ id, name, status }) => ({
        rule: 'zipFile.contentsAreStored',
        message:
          status === 'EXPECTED'
            ? `The content of ${name} has not come. Upload it, or leave the document out.`
            : `The content of ${name} was refused. Replace the document, or leave it out.`,
        subject: { noun: 'Document', uuid: id, label: name },
      })),
});

/** Documents that are named must be there; former revisions among them. */
async function requireDocuments({ tx }: CommandContext, documentIds: readonly string[]): Promise<void> {
  const found = await tx.document.findMany({
    where: { id: { in: [...documentIds] } },
    select: { id: true },
  });
  const present = new Set(found.map(({ id }) => id));
  const missing = documentIds.flatMap((id, place) =>
    present.has(id)
      ? []
      : [{ path: ['documentIds', String(place)], message: 'names no Document that is visible to you.' }],
  );
  if (missing.length > 0) throw new InvalidInputError(missing);
}

/** The order, the line items of it, and how the archive is called where nobody says. */
async function requireOrder(
  context: CommandContext,
  orderId: string | null,
  lineItemIds: readonly string[],
): Promise<string> {
  const rows = await requireReferences(context, [
    ...reference('Order', orderId, 'orderId'),
    ...lineItemIds.map((id, place) => ({
      noun: 'LineItem' as const,
      id,
      path: ['lineItemIds', String(place)],
    })),
  ]);
  const [order, ...lineItems] = orderId === null ? [null, ...rows] : rows;
  const strange = lineItems.flatMap((lineItem, place) =>
    orderId !== null && lineItem?.orderId !== orderId
      ? [{ path: ['lineItemIds', String(place)], message: 'names a line item of another order.' }]
      : [],
  );
  if (strange.length > 0) throw new InvalidInputError(strange);
  return order ? String(order.number) : 'Documents';
}

export const createZipFile = command('createZipFile', {
  description: `Packs documents into an archive that can be downloaded until it expires: those in use that belong to an order with its line items and pieces, to some line items with their pieces, or to objects of any kind; and those that are named. At most ${mostDocuments} documents and ${largest / 1_024 ** 3} GiB. What is in it does not change any more.`,
  right: 'report',
  input: {
    name: line(200).nullish().describe('The name with which it is downloaded, without an extension.'),
    orderId: idOf('Order').nullish().describe('The order whose documents it gets.'),
    lineItemIds: ids('LineItem', 250).describe(
      'Documents of these line items and their pieces only, and none of the order itself.',
    ),
    documentIds: ids('Document', mostDocuments).describe('These documents too, also former revisions.'),
    about: about().default([]).describe('Documents that belong to these objects too.'),
    expiresIn: duration(expiry.longest)
      .refine((seconds) => seconds >= 60, 'must be at least a minute')
      .default(expiry.usual)
      .describe('How long it can be downloaded: from a minute to 30 days.'),
  },
  refusals: [BlockedError],
  run: async (context, input) => {
    const { lineItemIds, documentIds, about: named, expiresIn } = input;
    const orderId = input.orderId ?? null;
    await requireSubjects(context, named, 'about');
    const name = await requireOrder(context, orderId, lineItemIds);
    await requireDocuments(context, documentIds);
    const documents = await chooseDocuments(
      context,
      { orderId, lineItemIds, documentIds, subjectIds: named.map(({ uuid }) => uuid) },
      mostDocuments + 1,
    );
    if (documents.length === 0) {
      throw InvalidInputError.at(
        'documentIds',
        'leaves nothing to pack: none of what is named has a document.',
      );
    }
    if (documents.length > mostDocuments) {
      throw InvalidInputError.at(
        'documentIds',
        `leaves more than ${mostDocuments} documents. Pack some of the line items at a time.`,
      );
    }
    await creatingZipFile.check(context, { documents });
    const size = documents.reduce((sum, document) => sum + BigInt(document.size ?? 0), 0n);
    if (size > BigInt(largest)) {
      throw InvalidInputError.at(
        'documentIds',
        `leaves ${size} bytes; an archive has at most ${largest}. Pack some of the documents at a time.`,
      );
    }
    const made = await context.tx.zipFile.create({
      data: {
        ...context.fresh(),
        name: input.name ?? name,
        orderId,
        manifest: { entries: entriesOf(documents) } as unknown as Prisma.InputJsonObject,
        entryCount: documents.length,
        size,
        expiresAt: new Date(context.now.getTime() + expiresIn * 1_000),
        userId: context.caller.userId,
        createdById: context.caller.tokenId,
      },
    });
    record(context, 'ZipFileCreated', null, made);
    return { zipFileId: made.id };
  },
});

type ZipFileRow = Prisma.ZipFileGetPayload<object>;

/** What the log tells of an archive: what is in it is kept beside. */
function record(
  context: CommandContext,
  kind: 'ZipFileCreated' | 'ZipFileRevoked',
  before: ZipFileRow | null,
  after: ZipFileRow,
): void {
  const told = ({ manifest: _, ...row }: ZipFileRow) => row;
  context.record(kind, 'ZipFile', before && told(before), told(after));
}

export const revokeZipFile = command('revokeZipFile', {
  description: 'Withdraws an archive at once: links to it that were given out end as well.',
  right: 'report',
  input: { zipFileId: idOf('ZipFile').describe('The archive.'), expectedVersion: expectedVersion() },
  refusals: [NotFoundError, ConflictError, TransitionError],
  run: async (context, { zipFileId, expectedVersion: expected }) => {
    await context.lock({ ZipFile: [zipFileId] });
    const where = context.key(zipFileId);
    const before = await context.tx.zipFile.findUniqueOrThrow({ where });
    context.expectVersion('ZipFile', before, expected);
    zipFileStates.require(zipFileStatus(before, context.now), 'REVOKE_ZIP_FILE');
    const after = await context.tx.zipFile.update({
      where,
      data: { revokedAt: context.now, ...context.touched() },
    });
    record(context, 'ZipFileRevoked', before, after);
    return { zipFileId };
  },
});
