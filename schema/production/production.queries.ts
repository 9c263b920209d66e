import { queryList, queryOne } from '../shared/connection.ts';
import { buildList } from './build.type.ts';
import { operationList } from './operation.type.ts';
import { pieceList } from './piece.type.ts';
import { runList } from './run.type.ts';

queryOne('run', 'Run', 'A run by its id.');
queryList('runs', runList, 'The runs of the organization.');
queryOne('build', 'Build', 'A build by its id.');
queryList('builds', buildList, 'The builds of all machines.');
queryOne('piece', 'Piece', 'A piece by its id.');
queryList('pieces', pieceList, 'The pieces of all orders.');
queryOne('operation', 'Operation', 'An operation by its id.');
queryList('operations', operationList, 'The operations on all pieces.');
