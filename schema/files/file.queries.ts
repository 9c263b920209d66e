import { queryList, queryOne } from '../shared/connection.ts';
import { fileList } from './file.type.ts';

queryOne('file', 'File', 'A file by its id.');
queryList('files', fileList, 'The files of the organization.');
