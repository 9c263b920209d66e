import { setRunLayout } from '../../src/production/placement.service.ts';
import { mutation, one } from '../shared/mutation.ts';

mutation(setRunLayout, { run: one('Run', 'runId') });
