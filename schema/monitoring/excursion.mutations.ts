import { acknowledgeExcursion } from '../../src/monitoring/excursion.service.ts';
import { mutation, one } from '../shared/mutation.ts';

mutation(acknowledgeExcursion, { excursion: one('Excursion', 'excursionId') });
