import './enums.ts';
import './manufacturer.type.ts';
import './manufacturer.queries.ts';
import './manufacturer.mutations.ts';
import './material.type.ts';
import './material.queries.ts';
import './material.mutations.ts';
