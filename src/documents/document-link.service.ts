/** Which objects a document belongs to. */
import { command } from '../commands/command.ts';
import { line } from '../commands/input.ts';
import { InvalidInputError, NotFoundError, TransitionError } from '../errors.ts';
import { relatedTo } from './document.record.ts';
import { about, documentSubject, linksOf, linkTo, lockDocument, mostLinks } from './document.rows.ts';
import { requireSubjects } from './subjects.ts';

export const linkDocument = command('linkDocument', {
  description: 'Links a document to more objects. Those that it is linked to already stay so.',
  right: 'report',
  input: { documentId: documentSubject.documentId, about: about().min(1, 'must name an object') },
  refusals: [NotFoundError, TransitionError],
  run: async (context, { documentId, about: named }) => {
    await requireSubjects(context, named, 'about');
    await lockDocument(context, 'LINK_DOCUMENT', { documentId });
    const standing = new Set(await relatedTo(context, documentId));
    const more = linksOf(named).filter(({ subjectId }) => !standing.has(subjectId));
    if (standing.size + more.length > mostLinks) {
      throw InvalidInputError.at(
        'about',
        `is too much: a document belongs to at most ${mostLinks} objects, and this one to ${standing.size} already.`,
      );
    }
    await linkTo(context, documentId, more);
    return { documentId };
  },
});

export const unlinkDocument = command('unlinkDocument', {
  description: 'Takes back that a document belongs to objects. The history keeps that it did.',
  right: 'work',
  input: {
    documentId: documentSubject.documentId,
    about: about().min(1, 'must name an object'),
    reason: line(500).nullish().describe('Why. It stays in the history.'),
  },
  refusals: [NotFoundError, TransitionError],
  run: async (context, { documentId, about: named, reason }) => {
    await lockDocument(context, 'UNLINK_DOCUMENT', { documentId });
    const standing = await context.tx.documentLink.findMany({
      where: { documentId, subjectId: { in: named.map(({ uuid }) => uuid) } },
      orderBy: { id: 'asc' },
    });
    const found = new Set(standing.map(({ subjectId }) => subjectId));
    const missing = named.flatMap(({ uuid }, place) =>
      found.has(uuid)
        ? []
        : [{ path: ['about', String(place)], message: 'names nothing that the document is linked to.' }],
    );
    if (missing.length > 0) throw new InvalidInputError(missing);
    await context.tx.documentLink.deleteMany({ where: { id: { in: standing.map(({ id }) => id) } } });
    for (const row of standing) {
      const gone = { ...row, version: row.version + 1 };
      context.record('DocumentUnlinked', 'DocumentLink', row, gone, { reason: reason ?? null });
    }
    return { documentId };
  },
});
