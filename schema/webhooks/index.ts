import './webhook.type.ts';
import './webhook.queries.ts';
import './webhook.mutations.ts';
