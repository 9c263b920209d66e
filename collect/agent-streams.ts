import { type Observation, plausible } from './observation.ts';
import { attributeOf, childrenOf, documentOf, type Element, elementsOf, textOf } from './xml.ts';

/** Where an agent is: its numbers begin anew with another instance, and it keeps those from `first` to `last`. */
export interface AgentHeader {
  readonly instanceId: string;
  readonly first: number;
  readonly next: number;
}

export interface AgentStreams {
  readonly header: AgentHeader;
  /** In the order of their numbers. */
  readonly observations: readonly (Observation & { readonly sequence: number })[];
}

/** The agent refuses: its error code (OUT_OF_RANGE, NO_DEVICE …) and what it says. */
export class AgentError extends Error {
  override readonly name = 'AgentError';
  readonly code: string;
  constructor(code: string, message: string) {
    super(`${code}: ${message}`);
    this.code = code;
  }
}

/**
 * Reads an MTConnectStreams document.
 * @throws AgentError where it is an MTConnectError document, Error where it is neither
 */
export function parseStreams(text: string, now: number): AgentStreams {
  if (/<(\w+:)?MTConnectError[\s>]/.test(text.slice(0, 2_000))) throw errorOf(text);
  const document = documentOf(text, 'MTConnectStreams');
  const [header] = childrenOf(document, 'Header');
  const number = (name: string) => Number(header ? attributeOf(header, name) : null);
  const instanceId = header ? attributeOf(header, 'instanceId') : null;
  const next = number('nextSequence');
  if (instanceId === null || !Number.isSafeInteger(next) || next < 1) {
    throw new Error('The header of the streams has no instanceId or nextSequence.');
  }
  const observations = childrenOf(document, 'Streams')
    .flatMap((streams) => childrenOf(streams, 'DeviceStream'))
    .flatMap((device) => childrenOf(device, 'ComponentStream'))
    .flatMap((component) => elementsOf(component))
    .flatMap(([kind, group]) =>
      elementsOf(group).flatMap(([name, element]) => observationOf(kind, name, element, now)),
    )
    .sort((a, b) => a.sequence - b.sequence);
  return { header: { instanceId, first: number('firstSequence'), next }, observations };
}

function errorOf(text: string): AgentError {
  const document = documentOf(text, 'MTConnectError');
  const all = [document, ...childrenOf(document, 'Errors')].flatMap((each) => elementsOf(each));
  for (const [, error] of all) {
    const code = attributeOf(error, 'errorCode');
    if (code !== null) {
      const message = childrenOf(error, 'ErrorMessage').map(textOf).join(' ');
      return new AgentError(code, (message || textOf(error)).trim());
    }
  }
  return new AgentError('UNKNOWN', 'no reason is given.');
}

function observationOf(
  kind: string,
  name: string,
  element: Element,
  now: number,
): (Observation & { sequence: number })[] {
  const item = attributeOf(element, 'dataItemId');
  const sequence = Number(attributeOf(element, 'sequence'));
  if (item === null || !Number.isSafeInteger(sequence) || sequence < 1) return [];
  const stamp = Date.parse(attributeOf(element, 'timestamp') ?? '');
  const at = Number.isNaN(stamp) ? now : plausible(stamp, now);
  return [{ sequence, at, item, value: kind === 'Condition' ? conditionOf(name, element) : saidBy(element) }];
}

function conditionOf(name: string, element: Element): string | null {
  const level = name.toUpperCase();
  if (level === 'UNAVAILABLE') return null;
  const [code, severity, qualifier] = ['nativeCode', 'nativeSeverity', 'qualifier'].map((each) =>
    attributeOf(element, each),
  );
  // The id of a condition that is active tells two with the same code apart.
  return [level, code ?? attributeOf(element, 'conditionId'), severity, qualifier, textOf(element).trim()]
    .map((each) => each ?? '')
    .join('|');
}

function saidBy(element: Element): string | null {
  const entries = childrenOf(element, 'Entry');
  const text = entries.length > 0 ? entries.map(entryOf).join(' ') : textOf(element).trim();
  if (text.toUpperCase() === 'UNAVAILABLE') return null;
  const assetType = attributeOf(element, 'assetType');
  const code = attributeOf(element, 'nativeCode') ?? assetType;
  if (code) return assetType ? `${text}|${code}` : `${code}|${text}`;
  const samples = attributeOf(element, 'sampleCount');
  return samples === null ? text : `${samples} ${attributeOf(element, 'sampleRate') ?? ''} ${text}`;
}

/** An entry of a data set, `key=value`; of a table, `key={cell=value …}`; one that was taken out, `key`. */
function entryOf(entry: Element): string {
  const key = attributeOf(entry, 'key') ?? '';
  if (attributeOf(entry, 'removed') === 'true') return key;
  const cells = childrenOf(entry, 'Cell');
  const value = textOf(entry).trim();
  if (cells.length > 0) return `${key}={${cells.map(entryOf).join(' ')}}`;
  return /\s/.test(value) ? `${key}="${value}"` : `${key}=${value}`;
}
