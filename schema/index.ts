import './shared/scalars.ts';
import './shared/errors.ts';
import './shared/node.ts';
import './identity/index.ts';
import './commerce/index.ts';
import './materials/index.ts';
import './quality/index.ts';
import './machines/index.ts';
import './workflow/index.ts';
import './orders/index.ts';
import './production/index.ts';
import './monitoring/index.ts';
import './files/index.ts';
import './certificates/index.ts';
import './inspections/index.ts';
import './traceability/index.ts';
import './documents/index.ts';
import './events/index.ts';
import './webhooks/index.ts';
import { builder } from './builder.ts';

/** The schema, finished. */
export const schema = builder.toSchema();
