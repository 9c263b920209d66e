import { noun } from '../shared/noun.ts';

noun('Organization', {
  description:
    'The company or shop that all of this belongs to. A caller sees no organization but their own.',
  fields: (t) => ({
    code: t.exposeString('code', { description: 'Short and unique in the installation.' }),
    name: t.exposeString('name', { description: 'How it is called.' }),
  }),
});
