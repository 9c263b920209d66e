import { updateOrganization } from '../../src/identity/organization.service.ts';
import { mutation, one } from '../shared/mutation.ts';

mutation(updateOrganization, { organization: one('Organization', 'id') });
