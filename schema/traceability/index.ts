import './heats.fields.ts';
import './operation.fields.ts';
import './thread.type.ts';
import './report.enums.ts';
import './traceability-report.type.ts';
import './traceability-report.queries.ts';
import './traceability-report.mutations.ts';
import './traceability-report.subscriptions.ts';
