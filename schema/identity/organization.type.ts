import { noun } from '../shared/noun.ts';
import { rowLoader } from '../shared/rows.ts';

noun('Organization', {
  description:
    'The company or shop that all of this belongs to. A caller sees no organization but their own.',
  fields: (t) => ({
    code: t.exposeString('code', { description: 'Short and unique in the installation.' }),
    name: t.exposeString('name', { description: 'How it is called.' }),
    fourEyes: t.exposeBoolean('fourEyes', {
      description: 'Whether a mill certification is reviewed by somebody else than who edited it last.',
    }),
    branding: t.field({
      type: 'Branding' as never,
      nullable: true,
      description: 'How its own documents look; null until somebody said it (setBranding).',
      resolve: async (_organization, _args, context, info) => {
        const [row] = await context.prisma.branding.findMany({
          where: { organizationId: context.signedIn.organizationId },
          select: { id: true },
        });
        return (row ? await rowLoader(context, info, 'Branding').load(row.id) : null) as never;
      },
    }),
  }),
});
