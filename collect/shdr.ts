import { isUnavailable, type Observation } from './observation.ts';

/**
 * SHDR, the line format of MTConnect adapters: `timestamp|item|value|item|value…`, a line each for a CONDITION
 * (`timestamp|item|level|native code|native severity|qualifier|text`) and a MESSAGE (`timestamp|item|native code|text`),
 * assets on several lines, and protocol commands (`* shdrVersion: 2.0`).
 */

/** A value of a data item. The items of one line share its time. */
export interface ShdrObservation {
  readonly type: 'observation';
  readonly at: Date | null;
  readonly item: string;
  /** As it stands in the line; may be empty, or UNAVAILABLE. */
  readonly value: string;
}

export type ShdrLevel = 'NORMAL' | 'WARNING' | 'FAULT' | 'UNAVAILABLE';

/** A condition is raised or cleared. NORMAL without a code clears all that the item had raised. */
export interface ShdrCondition {
  readonly type: 'condition';
  readonly at: Date | null;
  readonly item: string;
  readonly level: ShdrLevel;
  readonly nativeCode: string;
  readonly nativeSeverity: string;
  readonly qualifier: string;
  readonly text: string;
}

export interface ShdrMessage {
  readonly type: 'message';
  readonly at: Date | null;
  readonly item: string;
  readonly nativeCode: string;
  readonly text: string;
}

export interface ShdrAsset {
  readonly type: 'asset';
  readonly at: Date | null;
  /** `ASSET`, `UPDATE_ASSET`, `REMOVE_ASSET`, `REMOVE_ALL_ASSETS`. */
  readonly action: string;
  readonly assetId: string;
  readonly assetType: string;
  /** The asset's XML, where the line has one. */
  readonly body: string;
}

export interface ShdrCommand {
  readonly type: 'command';
  readonly name: string;
  readonly value: string;
}

/** What could not be read, and why. */
export interface ShdrMalformed {
  readonly type: 'malformed';
  readonly reason: string;
  readonly text: string;
}

export type ShdrRecord =
  | ShdrObservation
  | ShdrCondition
  | ShdrMessage
  | ShdrAsset
  | ShdrCommand
  | ShdrMalformed;

const raised: ReadonlySet<string> = new Set(['NORMAL', 'WARNING', 'FAULT']);
const multiline = '--multiline--';

/** How many fields an item takes of its line: one, or what its category says. */
export type ShdrForm = 'VALUE' | 'CONDITION' | 'MESSAGE' | 'TIME_SERIES';

export interface ShdrParserOptions {
  /** What the device's model says of an item; undefined for one that it does not know. */
  readonly formOf?: (item: string) => ShdrForm | undefined;
  /**
   * The clock, where lines are read as they come: one without a timestamp has its time of arrival, and a time that is
   * relative to the adapter's beginning is counted from the first arrival. A recording has no arrival: a line without
   * a timestamp has the time of the line before it, and relative times begin in 1970.
   */
  readonly now?: () => number;
  /** Characters of an asset; a longer one is dropped. */
  readonly longestAsset?: number;
}

/** Reads SHDR line by line. */
export class ShdrParser {
  readonly #formOf: (item: string) => ShdrForm | undefined;
  readonly #now: (() => number) | null;
  readonly #longestAsset: number;
  #at: Date | null = null;
  /** When an adapter with relative times began. */
  #began: number | null = null;
  #asset: { record: ShdrAsset; end: string; lines: string[]; length: number } | null = null;

  constructor({ formOf = () => undefined, now, longestAsset = 4_194_304 }: ShdrParserOptions = {}) {
    this.#formOf = formOf;
    this.#now = now ?? null;
    this.#longestAsset = longestAsset;
  }

  /** What the line says: nothing for an empty line or one within an asset, one record for each item otherwise. */
  push(line: string): ShdrRecord[] {
    const text = line.replace(/\r$/, '');
    if (this.#asset) return this.#continueAsset(text);
    if (text.trim() === '') return [];
    if (text.startsWith('*')) return [command(text)];
    const [stamp = '', ...fields] = splitFields(text);
    if (fields.length === 0) return [{ type: 'malformed', reason: 'no fields', text }];
    const at = this.#timeOf(stamp);
    if (at === undefined) return [{ type: 'malformed', reason: 'no timestamp', text }];
    this.#at = at;
    const [item = ''] = fields;
    if (item.startsWith('@')) return this.#beginAsset(item, fields, text);
    return this.#items(fields, text);
  }

  /** What is left when the recording, or the connection, ends. */
  end(): ShdrRecord[] {
    if (!this.#asset) return [];
    const { record } = this.#asset;
    this.#asset = null;
    return [{ type: 'malformed', reason: 'asset without an end', text: record.assetId }];
  }

  /** The instant of a line; undefined where what stands there is none. */
  #timeOf(stamp: string): Date | null | undefined {
    const found = timeOf(stamp);
    if (found === null) return this.#now ? new Date(this.#now()) : this.#at;
    if (typeof found !== 'number') return found;
    this.#began ??= this.#now ? this.#now() - found : 0;
    return new Date(this.#began + found);
  }

  #items(fields: readonly string[], text: string): ShdrRecord[] {
    const at = this.#at;
    const [first = ''] = fields;
    // Without a model, what a line is shows in the line.
    const found = this.#formOf(first.trim()) ? null : (conditionOf(fields, at) ?? messageOf(fields, at));
    if (found) return [found];
    const records: ShdrRecord[] = [];
    const malformed = (reason: string) => records.push({ type: 'malformed', reason, text });
    for (let place = 0; place < fields.length; place += 2) {
      const item = (fields[place] ?? '').trim();
      const value = fields[place + 1];
      const rest = fields.slice(place);
      if (item === '' && !value) continue;
      if (value === undefined) malformed('item without a value');
      else if (item === '') malformed('value without an item');
      else {
        // UNAVAILABLE stands alone, whatever the item is.
        const form = isUnavailable(value) && rest.length === 2 ? 'VALUE' : (this.#formOf(item) ?? 'VALUE');
        if (form === 'VALUE') {
          records.push({ type: 'observation', at, item, value });
          continue;
        }
        if (form === 'TIME_SERIES') {
          records.push({ type: 'observation', at, item, value: rest.slice(1, 4).join(' ') });
          place += 2;
          continue;
        }
        // What these say goes on to the end of the line.
        if (form === 'MESSAGE') records.push(asMessage(rest, at));
        else records.push(asCondition(rest, at) ?? { type: 'malformed', reason: 'unknown level', text });
        break;
      }
    }
    return records;
  }

  #beginAsset(word: string, fields: readonly string[], text: string): ShdrRecord[] {
    const action = /^@([A-Z_]+)@$/.exec(word)?.[1];
    if (!action) return [{ type: 'malformed', reason: 'unknown asset command', text }];
    const all = action === 'REMOVE_ALL_ASSETS';
    const record: ShdrAsset = {
      type: 'asset',
      at: this.#at,
      action,
      assetId: all ? '' : (fields[1] ?? ''),
      assetType: (all ? fields[1] : fields[2]) ?? '',
      body: '',
    };
    const body = fields.slice(3).join('|');
    if (!body.startsWith(multiline)) return [{ ...record, body }];
    this.#asset = { record, end: body.trim(), lines: [], length: 0 };
    return [];
  }

  #continueAsset(text: string): ShdrRecord[] {
    const asset = this.#asset;
    if (!asset) return [];
    if (text.trim() !== asset.end) {
      asset.lines.push(text);
      asset.length += text.length + 1;
      if (asset.length <= this.#longestAsset) return [];
      this.#asset = null;
      return [{ type: 'malformed', reason: 'asset without an end', text: asset.record.assetId }];
    }
    this.#asset = null;
    return [{ ...asset.record, body: asset.lines.join('\n') }];
  }
}

/** Cuts at `|`, except within a field in double quotes, where `\|` stands for it. */
function splitFields(line: string): string[] {
  const fields: string[] = [];
  let from = 0;
  while (from <= line.length) {
    const quoted = line[from] === '"' ? /^"((?:[^|\\]|\\.)*)"(?=\||$)/.exec(line.slice(from)) : null;
    if (quoted) {
      fields.push((quoted[1] ?? '').replaceAll('\\|', '|'));
      from += quoted[0].length + 1;
      continue;
    }
    const next = line.indexOf('|', from);
    fields.push(next === -1 ? line.slice(from) : line.slice(from, next));
    from = next === -1 ? line.length + 1 : next + 1;
  }
  return fields;
}

/**
 * The instant of a timestamp; null for none, undefined for what is no timestamp, a number of ms for one that is
 * relative to the adapter's beginning. `…Z@1.5` has a duration, which is not kept; one without a zone is UTC.
 */
function timeOf(stamp: string): Date | number | null | undefined {
  const [text = ''] = stamp.trim().split('@');
  if (text === '') return null;
  if (/^\d{1,15}(\.\d+)?$/.test(text)) return Number(text);
  if (!/^\d{4}-\d\d-\d\dT/.test(text)) return undefined;
  const at = new Date(/(Z|[+-]\d\d:?\d\d)$/i.test(text) ? text : `${text}Z`);
  return Number.isNaN(at.getTime()) ? undefined : at;
}

function command(text: string): ShdrCommand {
  const [, name = '', value = ''] = /^\*\s*([^:\s]*)\s*:?\s*(.*)$/.exec(text) ?? [];
  return { type: 'command', name, value: value.trim() };
}

// Without the device's model a condition is known by its level and its number of fields.
function conditionOf(fields: readonly string[], at: Date | null): ShdrCondition | null {
  if (fields.length < 5) return null;
  const level = (fields[1] ?? '').trim().toUpperCase();
  const nothingElse = fields.slice(2).every((field) => field.trim() === '');
  const known = raised.has(level) && (nothingElse || fields.length <= 6);
  return known || (level === 'UNAVAILABLE' && nothingElse) ? asCondition(fields, at) : null;
}

function asCondition(fields: readonly string[], at: Date | null): ShdrCondition | null {
  const [item = '', word = '', nativeCode = '', nativeSeverity = '', qualifier = '', ...text] = fields;
  const level = word.trim().toUpperCase();
  if (!raised.has(level) && level !== 'UNAVAILABLE') return null;
  return {
    type: 'condition',
    at,
    item: item.trim(),
    level: level as ShdrLevel,
    nativeCode,
    nativeSeverity,
    qualifier,
    text: text.join('|'),
  };
}

// Without the model a message is known by its three fields, of which the last says something.
function messageOf(fields: readonly string[], at: Date | null): ShdrMessage | null {
  return fields.length === 3 && fields[2] ? asMessage(fields, at) : null;
}

function asMessage([item = '', nativeCode = '', ...text]: readonly string[], at: Date | null): ShdrMessage {
  return { type: 'message', at, item: item.trim(), nativeCode, text: text.join('|') };
}

/**
 * What a record observes; null for what observes nothing (commands of the protocol, what could not be read, and what
 * stands before any line with a time). Assets are observations of items that are named as their SHDR commands are.
 */
export function observationOf(record: ShdrRecord): Observation | null {
  if (record.type === 'command' || record.type === 'malformed' || !record.at) return null;
  const at = record.at.getTime();
  switch (record.type) {
    case 'observation':
      return { at, item: record.item, value: isUnavailable(record.value) ? null : record.value };
    case 'condition': {
      const { item, level, nativeCode, nativeSeverity, qualifier, text } = record;
      const value = [level, nativeCode, nativeSeverity, qualifier, text].join('|');
      return { at, item, value: level === 'UNAVAILABLE' ? null : value };
    }
    case 'message': {
      const value = record.nativeCode === '' ? record.text : `${record.nativeCode}|${record.text}`;
      return { at, item: record.item, value: isUnavailable(record.text) ? null : value };
    }
    case 'asset': {
      const said = [record.assetId, record.assetType, record.body];
      return { at, item: `@${record.action}@`, value: said.filter((each) => each !== '').join('|') };
    }
  }
}
