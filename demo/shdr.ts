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

/** Whether a value says that there is none. */
export const isUnavailable = (value: string): boolean => value.trim().toUpperCase() === 'UNAVAILABLE';

/**
 * Reads a recording line by line. A line without a timestamp has the time of the line before it: an agent would take
 * the time of arrival, which a recording does not have.
 */
export class ShdrParser {
  #at: Date | null = null;
  #asset: { record: ShdrAsset; end: string; lines: string[] } | null = null;

  /** What the line says: nothing for an empty line or one within an asset, one record for each item otherwise. */
  push(line: string): ShdrRecord[] {
    const text = line.replace(/\r$/, '');
    if (this.#asset) return this.#continueAsset(text);
    if (text.trim() === '') return [];
    if (text.startsWith('*')) return [command(text)];
    const [stamp = '', ...fields] = splitFields(text);
    if (fields.length === 0) return [{ type: 'malformed', reason: 'no fields', text }];
    const at = timeOf(stamp);
    if (at === undefined) return [{ type: 'malformed', reason: 'no timestamp', text }];
    this.#at = at ?? this.#at;
    const [item = ''] = fields;
    if (item.startsWith('@')) return this.#beginAsset(item, fields, text);
    return this.#items(fields, text);
  }

  /** What is left when the recording ends. */
  end(): ShdrRecord[] {
    if (!this.#asset) return [];
    const { record } = this.#asset;
    this.#asset = null;
    return [{ type: 'malformed', reason: 'asset without an end', text: record.assetId }];
  }

  #items(fields: readonly string[], text: string): ShdrRecord[] {
    const at = this.#at;
    const found = conditionOf(fields, at) ?? messageOf(fields, at);
    if (found) return [found];
    const records: ShdrRecord[] = [];
    for (let place = 0; place < fields.length; place += 2) {
      const item = (fields[place] ?? '').trim();
      const value = fields[place + 1];
      if (item === '' && !value) continue;
      if (value === undefined) records.push({ type: 'malformed', reason: 'item without a value', text });
      else if (item === '') records.push({ type: 'malformed', reason: 'value without an item', text });
      else records.push({ type: 'observation', at, item, value });
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
    this.#asset = { record, end: body.trim(), lines: [] };
    return [];
  }

  #continueAsset(text: string): ShdrRecord[] {
    const asset = this.#asset;
    if (!asset) return [];
    if (text.trim() !== asset.end) {
      asset.lines.push(text);
      return [];
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
 * The instant of a timestamp; null for none, undefined for what is no timestamp. `…Z@1.5` has a duration, which is
 * not kept; one without a zone is UTC; a plain number is a time in ms from the adapter's own beginning.
 */
function timeOf(stamp: string): Date | null | undefined {
  const [text = ''] = stamp.trim().split('@');
  if (text === '') return null;
  if (/^\d+(\.\d+)?$/.test(text)) return new Date(Number(text));
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
  const [item = '', word = '', nativeCode = '', nativeSeverity = '', qualifier = '', ...text] = fields;
  if (fields.length < 5) return null;
  const level = word.trim().toUpperCase();
  const nothingElse = fields.slice(2).every((field) => field.trim() === '');
  const known = raised.has(level) && (nothingElse || fields.length <= 6);
  if (!known && !(level === 'UNAVAILABLE' && nothingElse)) return null;
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

function messageOf(fields: readonly string[], at: Date | null): ShdrMessage | null {
  const [item = '', nativeCode = '', text = ''] = fields;
  if (fields.length !== 3 || text === '') return null;
  return { type: 'message', at, item: item.trim(), nativeCode, text };
}
