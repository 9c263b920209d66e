import { reportBuild } from '../../src/production/build.service.ts';
import { mutation, one } from '../shared/mutation.ts';

mutation(reportBuild, {
  build: one('Build', 'buildId'),
  applied: {
    scalar: 'Boolean',
    from: 'applied',
    description: 'False where something newer was known already: nothing was changed.',
  },
});
