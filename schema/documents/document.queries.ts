import { queryList, queryOne } from '../shared/connection.ts';
import { documentList } from './document.type.ts';
import { documentLinkList } from './document-link.type.ts';

queryOne('document', 'Document', 'A document by its id.');
queryList('documents', documentList, 'The documents of the organization.');
queryOne('documentLink', 'DocumentLink', 'A link of a document by its id.');
queryList('documentLinks', documentLinkList, 'The links of documents of the organization.');
