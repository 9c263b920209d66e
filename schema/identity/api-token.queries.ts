import { queryList, queryOne } from '../shared/connection.ts';
import { apiTokenList } from './api-token.type.ts';

queryOne('apiToken', 'ApiToken', 'A token by its id. Administrators only.');
queryList('apiTokens', apiTokenList, 'The tokens of the organization. Administrators only.');
