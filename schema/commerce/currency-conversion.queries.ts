import { queryList, queryOne } from '../shared/connection.ts';
import { currencyConversionList } from './currency-conversion.type.ts';

queryOne('currencyConversion', 'CurrencyConversion', 'A currency by the id of its conversion.');
queryList('currencyConversions', currencyConversionList, 'The currencies of the organization.');
