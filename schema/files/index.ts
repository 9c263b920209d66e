import './file.type.ts';
import './file.queries.ts';
import './file.mutations.ts';
