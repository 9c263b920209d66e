import { queryList, queryOne } from '../shared/connection.ts';
import { userList } from './user.type.ts';

queryOne('user', 'User', 'A person of the organization by their id.');
queryList('users', userList, 'The people of the organization.');
