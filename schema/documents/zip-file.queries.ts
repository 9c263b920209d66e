import { queryList, queryOne } from '../shared/connection.ts';
import { zipFileList } from './zip-file.type.ts';

queryOne('zipFile', 'ZipFile', 'An archive of documents by its id.');
queryList('zipFiles', zipFileList, 'The archives of documents of the organization.');
