import './enums.ts';
import './anomaly.type.ts';
import './monitoring.mutations.ts';
import './monitoring.queries.ts';
import './reading.type.ts';
import './monitoring.subscriptions.ts';
