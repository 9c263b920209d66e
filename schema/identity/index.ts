import './location.type.ts';
import './location.queries.ts';
import './location.mutations.ts';
import './sub-location.type.ts';
