import { noun } from '../shared/noun.ts';

noun('Branding', {
  description: "How the organization's own documents look.",
  fields: (t) => ({
    logo: t.relation('logo', { nullable: true, description: 'The logo.' }),
    address: t.exposeString('address', { nullable: true, description: 'The address, in lines.' }),
    footer: t.exposeString('footer', {
      nullable: true,
      description: 'What stands at the foot of every page.',
    }),
  }),
});
