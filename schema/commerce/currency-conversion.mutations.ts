import { currencyCommands, setDefaultCurrency } from '../../src/commerce/currency-conversion.service.ts';
import { mutation, one } from '../shared/mutation.ts';
import { plainMutations } from '../shared/plain.ts';

plainMutations(currencyCommands);
mutation(setDefaultCurrency, { currencyConversion: one('CurrencyConversion', 'id') });
