import '../certificates/certificate.enums.ts';
import './enums.ts';
import './workflow.type.ts';
import './workflow.queries.ts';
import './workflow.mutations.ts';
import './process-step.type.ts';
import './process-step.queries.ts';
