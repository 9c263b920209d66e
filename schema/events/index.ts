import './event.type.ts';
import './event.queries.ts';
import './event.subscriptions.ts';
