/** Reads a document in a process apart: neither its content nor the patterns that people write are trusted. */
import type { ApartWork } from '../../apart/apart.ts';
import type { ParsingAnswer, ParsingTask } from './answer.ts';
import { readSheets } from './content.ts';
import { findValues } from './find.ts';
import { ucumOf } from './units.ts';

const work: ApartWork<ParsingTask, ParsingAnswer> = async ({ mediaType, instructions }, content) => {
  const { found, reasons } = findValues(await readSheets(mediaType, content), instructions);
  const expected = new Set(instructions.flatMap(({ unit }) => unit ?? []));
  const spelled = async (unit: string | null) => (unit === null || expected.has(unit) ? unit : ucumOf(unit));
  return {
    found: await Promise.all(found.map(async (each) => ({ ...each, unit: await spelled(each.unit) }))),
    reasons,
  };
};

export default work;
