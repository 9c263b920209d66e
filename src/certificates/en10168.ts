/** Certificates as JSON by the field codes of EN 10168: in (`fromEn10168`), out (`toEn10168`), and what is refused. */
export { toEn10168 } from './en10168.export.ts';
export { fromEn10168 } from './en10168.import.ts';
export {
  type En10168Document,
  En10168InvalidError,
  type En10168Issue,
  parseEn10168,
} from './en10168.schema.ts';
