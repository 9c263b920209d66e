import './inspection.type.ts';
import './inspection-item.type.ts';
import './timestamp.type.ts';
import './public-report.ts';
import './inspection.queries.ts';
import './inspection.mutations.ts';
import './inspection.subscriptions.ts';
