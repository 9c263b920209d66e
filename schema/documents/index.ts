import './document.type.ts';
import './document.queries.ts';
import './document.mutations.ts';
import './document.subscriptions.ts';
import './parser.queries.ts';
import './parser.mutations.ts';
import './zip-file.queries.ts';
import './zip-file.mutations.ts';
