import { command } from '../commands/command.ts';
import { defined, idOf, text } from '../commands/input.ts';
import { InvalidInputError } from '../errors.ts';
import { requireStoredFile } from '../files/file.service.ts';

/** What a PDF can show. */
const images = ['image/png', 'image/jpeg'];
/** Bytes of a logo: it stands in every document. */
const largestLogo = 2 * 1024 * 1024;

export const setBranding = command('setBranding', {
  description:
    "Says how the organization's own documents look: its logo, its address, a line at the foot. What is left out stays; null clears.",
  right: 'administer',
  input: {
    logoId: idOf('File').nullish().describe('The logo, a stored PNG or JPEG of at most 2 MiB.'),
    address: text(1_000).nullish().describe('The address, in lines.'),
    footer: text(500).nullish().describe('What stands at the foot of every page.'),
  },
  refusals: [],
  run: async (context, { logoId, address, footer }) => {
    if (logoId) {
      const file = await requireStoredFile(context, logoId, 'logoId');
      if (!images.includes(file.mediaType ?? ''))
        throw InvalidInputError.at('logoId', `must be a PNG or a JPEG; it is ${file.mediaType}.`);
      if ((file.size ?? 0n) > largestLogo) throw InvalidInputError.at('logoId', 'must have at most 2 MiB.');
    }
    const { organizationId } = context;
    // One row an organization, whoever is first: the lock is its row, or its key.
    await context.tx.branding.createMany({ data: [context.fresh()], skipDuplicates: true });
    const [locked] = await context.tx.$queryRaw<{ id: string }[]>`
      SELECT id FROM "Branding" WHERE "organizationId" = ${organizationId}::uuid FOR UPDATE`;
    const id = locked?.id ?? '';
    const before = await context.tx.branding.findUniqueOrThrow({ where: context.key(id) });
    const after = await context.tx.branding.update({
      where: context.key(id),
      data: { ...defined({ logoId, address, footer }), ...context.touched() },
    });
    context.record('BrandingChanged', 'Branding', before, after);
    return { id };
  },
});
