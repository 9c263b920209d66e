import './shared/scalars.ts';
import './shared/errors.ts';
import './shared/node.ts';
import './identity/index.ts';
import { builder } from './builder.ts';

/** The schema, finished. */
export const schema = builder.toSchema();
