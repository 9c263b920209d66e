import './currency-conversion.type.ts';
import './currency-conversion.queries.ts';
import './currency-conversion.mutations.ts';
