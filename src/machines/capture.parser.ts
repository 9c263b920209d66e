/**
 * Reads one capture, in a thread of its own: what a machine sends is not trusted, and neither is what it makes an
 * expression do. `capture.reader.ts` starts it, limits its memory and ends it when it takes too long.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { parse as parseCsv } from 'csv-parse/sync';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import jsonata from 'jsonata';
import { separatorOf, textOf } from '../files/text.ts';
import type { ParserAnswer, ParserTask } from './capture.reader.ts';

/** Characters that the content may have as JSON, and that what was read in it may have. */
const largestContent = 32 * 1024 * 1024;
const largestResult = 256 * 1024;
/** How deep an expression may call itself, and how many members a list that it makes may have. */
const deepest = 500;
const longest = 1_000_000;
/** How deep what was read may be nested. */
const deepestResult = 64;

class Unreadable extends Error {}

function fromXml(text: string): unknown {
  // Entities of its own are how a document grows without bounds, or reads what is none of its business.
  if (/<!DOCTYPE|<!ENTITY/i.test(text)) {
    throw new Unreadable('has a document type definition, which is not allowed here');
  }
  const valid = XMLValidator.validate(text);
  if (valid !== true) throw new Unreadable(`is no XML: ${valid.err.msg} (line ${valid.err.line})`);
  return new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '@',
    parseTagValue: false,
    parseAttributeValue: false,
    ignoreDeclaration: true,
    htmlEntities: true,
  }).parse(text);
}

function fromCsv(text: string): unknown {
  return parseCsv(text, {
    bom: true,
    columns: true,
    delimiter: separatorOf(text),
    relax_column_count: true,
    skip_empty_lines: true,
    trim: true,
  });
}

const formats: Record<ParserTask['format'], (text: string) => unknown> = {
  JSON: (text) => JSON.parse(text.replace(/^\uFEFF/, '')),
  XML: fromXml,
  CSV: fromCsv,
  TEXT: (text) => text.split(/\r\n|\n|\r/),
};

function parse({ content, format }: ParserTask): unknown {
  try {
    return formats[format](textOf(content));
  } catch (error) {
    if (error instanceof Unreadable) throw new Unreadable(`The content ${error.message}.`);
    throw new Unreadable(`The content is no ${format}: ${messageOf(error)}`);
  }
}

async function evaluate(reading: string, value: unknown): Promise<unknown> {
  try {
    return await jsonata(reading, { stack: deepest, sequence: longest }).evaluate(value);
  } catch (error) {
    throw new Unreadable(`The reading failed: ${messageOf(error)}`);
  }
}

const messageOf = (error: unknown): string =>
  String((error as { message?: unknown }).message ?? error).slice(0, 500);

function isDeeper(value: unknown, than: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return than === 0 || Object.values(value).some((member) => isDeeper(member, than - 1));
}

/** JSON of at most so many characters. */
function written(value: unknown, most: number, what: string): string {
  const text = JSON.stringify(value) ?? 'null';
  if (text.length > most) throw new Unreadable(`${what} is larger than ${most} characters as JSON.`);
  return text;
}

async function read(task: ParserTask): Promise<ParserAnswer> {
  try {
    const value = parse(task);
    const content = new TextEncoder().encode(written(value, largestContent, 'The content'));
    const found = await evaluate(task.reading, value);
    if (isDeeper(found, deepestResult)) {
      throw new Unreadable(`What was read is nested deeper than ${deepestResult} times.`);
    }
    const result = written(found, largestResult, 'What was read');
    return { content, result };
  } catch (error) {
    return {
      error: error instanceof Unreadable ? error.message : `The content cannot be read: ${messageOf(error)}`,
    };
  }
}

parentPort?.postMessage('started');
parentPort?.postMessage(await read(workerData as ParserTask));
