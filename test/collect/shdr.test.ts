import { describe, expect, it } from 'vitest';
import { Lines, longestLine } from '../../collect/lines.ts';
import { observationOf, type ShdrForm, ShdrParser, type ShdrRecord } from '../../collect/shdr.ts';

function parse(...lines: string[]): ShdrRecord[] {
  const parser = new ShdrParser();
  return [...lines.flatMap((line) => parser.push(line)), ...parser.end()];
}

const at = new Date('2026-03-01T08:00:00.123Z');

describe('an SHDR line', () => {
  it('gives an observation for each pair of item and value, all at its time', () => {
    expect(parse('2026-03-01T08:00:00.123Z|Xload|12.5|Yload|-3|mode|AUTOMATIC')).toEqual([
      { type: 'observation', at, item: 'Xload', value: '12.5' },
      { type: 'observation', at, item: 'Yload', value: '-3' },
      { type: 'observation', at, item: 'mode', value: 'AUTOMATIC' },
    ]);
  });

  it('keeps empty values and UNAVAILABLE as they stand', () => {
    expect(parse('2026-03-01T08:00:00.123Z|program||Xload|UNAVAILABLE')).toEqual([
      { type: 'observation', at, item: 'program', value: '' },
      { type: 'observation', at, item: 'Xload', value: 'UNAVAILABLE' },
    ]);
  });

  it.each([
    ['finer than a millisecond', '2026-03-01T08:00:00.1239876Z'],
    ['with a duration', '2026-03-01T08:00:00.123Z@1.5'],
    ['without a zone, which is UTC', '2026-03-01T08:00:00.123'],
    ['with an offset', '2026-03-01T09:00:00.123+01:00'],
  ])('has a time %s', (_, stamp) => {
    expect(parse(`${stamp}|Xload|1`)).toEqual([{ type: 'observation', at, item: 'Xload', value: '1' }]);
  });

  it('without a timestamp has the time of the line before', () => {
    const times = parse('|a|1', '2026-03-01T08:00:00.123Z|a|2', '|a|3', '2026-03-01T08:00:00.123Z|a|4');
    expect(times.map((record) => ('at' in record ? record.at : undefined))).toEqual([null, at, at, at]);
  });

  it('takes a bar within double quotes for part of the value', () => {
    expect(parse('2026-03-01T08:00:00.123Z|note|"left \\| right"|a|1')).toEqual([
      { type: 'observation', at, item: 'note', value: 'left | right' },
      { type: 'observation', at, item: 'a', value: '1' },
    ]);
  });

  it('may end in a bar, in a carriage return, or be empty', () => {
    expect(parse('2026-03-01T08:00:00.123Z|a|1|\r', '', '   ')).toEqual([
      { type: 'observation', at, item: 'a', value: '1' },
    ]);
  });
});

describe('a condition', () => {
  it('has level, code, severity, qualifier and text', () => {
    expect(parse('2026-03-01T08:00:00.123Z|coolant|FAULT|C-17|500|LOW|Level too low')).toEqual([
      {
        type: 'condition',
        at,
        item: 'coolant',
        level: 'FAULT',
        nativeCode: 'C-17',
        nativeSeverity: '500',
        qualifier: 'LOW',
        text: 'Level too low',
      },
    ]);
  });

  it.each(['NORMAL', 'UNAVAILABLE', 'normal'])('may say %s and nothing else', (level) => {
    expect(parse(`2026-03-01T08:00:00.123Z|coolant|${level}||||`)).toMatchObject([
      { type: 'condition', item: 'coolant', level: level.toUpperCase(), nativeCode: '', text: '' },
    ]);
  });

  it('is not mistaken for items of which one is UNAVAILABLE', () => {
    const records = parse('2026-03-01T08:00:00.123Z|Xload|UNAVAILABLE|Yload|2|Zload|3');
    expect(records.map((record) => record.type)).toEqual(['observation', 'observation', 'observation']);
  });
});

describe('a message', () => {
  it('has a code and a text', () => {
    expect(parse('2026-03-01T08:00:00.123Z|operator|M-3|Change the filter')).toEqual([
      { type: 'message', at, item: 'operator', nativeCode: 'M-3', text: 'Change the filter' },
    ]);
  });
});

describe('an asset', () => {
  it('is read over several lines until its token comes again', () => {
    const records = parse(
      '2026-03-01T08:00:00.123Z|@ASSET@|T.1|CuttingTool|--multiline--XYZ',
      '<CuttingTool assetId="T.1">',
      '2026-03-01T08:00:00Z|not|an item',
      '</CuttingTool>',
      '--multiline--XYZ',
      '2026-03-01T08:00:00.123Z|a|1',
    );
    expect(records).toMatchObject([
      {
        type: 'asset',
        action: 'ASSET',
        assetId: 'T.1',
        assetType: 'CuttingTool',
        body: '<CuttingTool assetId="T.1">\n2026-03-01T08:00:00Z|not|an item\n</CuttingTool>',
      },
      { type: 'observation', item: 'a' },
    ]);
  });

  it('may stand in one line, or be removed', () => {
    expect(
      parse(
        '2026-03-01T08:00:00.123Z|@ASSET@|T.2|File|<File/>',
        '2026-03-01T08:00:00.123Z|@REMOVE_ASSET@|T.2',
        '2026-03-01T08:00:00.123Z|@REMOVE_ALL_ASSETS@|CuttingTool',
      ),
    ).toMatchObject([
      { action: 'ASSET', assetId: 'T.2', body: '<File/>' },
      { action: 'REMOVE_ASSET', assetId: 'T.2' },
      { action: 'REMOVE_ALL_ASSETS', assetId: '', assetType: 'CuttingTool' },
    ]);
  });

  it('without an end is told at the end of the recording', () => {
    expect(parse('2026-03-01T08:00:00.123Z|@ASSET@|T.1|File|--multiline--A', '<File>')).toEqual([
      { type: 'malformed', reason: 'asset without an end', text: 'T.1' },
    ]);
  });
});

describe('other lines', () => {
  it.each([
    ['* shdrVersion: 2.0', 'shdrVersion', '2.0'],
    ['*adapterVersion:UNAVAILABLE', 'adapterVersion', 'UNAVAILABLE'],
    ['* PONG 10000', 'PONG', '10000'],
  ])('"%s" is a command of the protocol', (line, name, value) => {
    expect(parse(line)).toEqual([{ type: 'command', name, value }]);
  });

  it.each([
    ['hello', 'no fields'],
    ['hello|a|1', 'no timestamp'],
    ['2026-13-45T08:00:00Z|a|1', 'no timestamp'],
    ['2026-03-01T08:00:00Z|a', 'item without a value'],
    ['2026-03-01T08:00:00Z||1', 'value without an item'],
    ['2026-03-01T08:00:00Z|@NONSENSE', 'unknown asset command'],
  ])('"%s" is malformed: %s', (text, reason) => {
    expect(parse(text)).toEqual([{ type: 'malformed', reason, text }]);
  });
});

describe('what the model knows of an item', () => {
  const forms: Record<string, ShdrForm> = {
    Xload: 'VALUE',
    coolant: 'CONDITION',
    note: 'MESSAGE',
    vibration: 'TIME_SERIES',
  };
  const known = (line: string, formOf = (item: string) => forms[item]) =>
    new ShdrParser({ formOf }).push(line);

  it('decides over what the line looks like', () => {
    expect(known('2026-03-01T08:00:00.123Z|Xload|UNAVAILABLE||||')).toEqual([
      { type: 'observation', at, item: 'Xload', value: 'UNAVAILABLE' },
    ]);
  });

  it('lets a condition stand behind other items, with bars in its text', () => {
    expect(known('2026-03-01T08:00:00.123Z|Xload|1|coolant|WARNING|7|||a | b')).toMatchObject([
      { type: 'observation', item: 'Xload', value: '1' },
      { type: 'condition', level: 'WARNING', nativeCode: '7', text: 'a | b' },
    ]);
  });

  it('lets messages and time series take their fields', () => {
    expect(
      known('2026-03-01T08:00:00.123Z|vibration|3|100|1 2 3|Xload|4|note|M1|Change | now'),
    ).toMatchObject([
      { item: 'vibration', value: '3 100 1 2 3' },
      { item: 'Xload', value: '4' },
      { type: 'message', nativeCode: 'M1', text: 'Change | now' },
    ]);
  });

  it('does not take another word for a level', () => {
    expect(known('2026-03-01T08:00:00Z|coolant|BROKEN||||')).toMatchObject([
      { type: 'malformed', reason: 'unknown level' },
    ]);
  });
});

describe('lines that are read as they come', () => {
  const parser = () => {
    let now = Date.parse('2026-03-01T08:00:00Z');
    return new ShdrParser({ now: () => (now += 1_000) });
  };
  const timesOf = (records: ShdrRecord[]) =>
    records.map((record) => ('at' in record ? record.at?.toISOString() : undefined));

  it('have their time of arrival where they have none', () => {
    const live = parser();
    expect(timesOf([...live.push('|a|1'), ...live.push('|a|2')])).toEqual([
      '2026-03-01T08:00:01.000Z',
      '2026-03-01T08:00:02.000Z',
    ]);
  });

  it('with relative times are counted from the first arrival', () => {
    const live = parser();
    expect(timesOf([...live.push('5000|a|1'), ...live.push('5250.5|a|2')])).toEqual([
      '2026-03-01T08:00:01.000Z',
      '2026-03-01T08:00:01.250Z',
    ]);
  });
});

describe('what a record observes', () => {
  it.each([
    ['2026-03-01T08:00:00Z|a|unavailable', null],
    ['2026-03-01T08:00:00Z|a|', ''],
    ['2026-03-01T08:00:00Z|a|0', '0'],
    ['2026-03-01T08:00:00Z|c|FAULT|7|3|HIGH|Hot', 'FAULT|7|3|HIGH|Hot'],
    ['2026-03-01T08:00:00Z|c|UNAVAILABLE||||', null],
    ['2026-03-01T08:00:00Z|m|M1|Change', 'M1|Change'],
    ['2026-03-01T08:00:00Z|@REMOVE_ASSET@|T.1', 'T.1'],
  ])('%s: %s', (line, value) => {
    expect(parse(line).map((record) => observationOf(record)?.value)).toEqual([value]);
  });

  it('is nothing for a command, and for what no time is known of', () => {
    expect(parse('* PONG 1', '|a|1', 'nonsense').map(observationOf)).toEqual([null, null, null]);
  });
});

describe('what is hostile', () => {
  it('does not grow without end: an asset that never ends is dropped', () => {
    const parser = new ShdrParser({ longestAsset: 1_000 });
    const found = [...parser.push('2026-03-01T08:00:00Z|@ASSET@|T|File|--multiline--A')];
    for (let line = 0; line < 20; line++) found.push(...parser.push('x'.repeat(100)));
    expect(found).toContainEqual({ type: 'malformed', reason: 'asset without an end', text: 'T' });
    expect(parser.push('2026-03-01T08:00:00.123Z|a|1')).toMatchObject([{ item: 'a' }]);
  });

  it.each([
    '|'.repeat(10_000),
    '2026-03-01T08:00:00Z|',
    '2026-03-01T08:00:00Z||||||',
    '99999999999999999999|a|1',
    '2026-03-01T08:00:00Z|"|"|"',
    '\u0000\u0001|\u0000|x',
    '2026-03-01T08:00:00Z|@@|x',
    '2026-03-01T08:00:00Z|__proto__|1',
  ])('%j is read without an exception', (line) => {
    expect(() => parse(line).map(observationOf)).not.toThrow();
  });
});

describe('lines', () => {
  const cut = (sizes: number, text: string, lines = new Lines()): string[] => {
    const bytes = Buffer.from(text);
    const found: string[] = [];
    for (let from = 0; from < bytes.length; from += sizes)
      found.push(...lines.push(bytes.subarray(from, from + sizes)));
    return [...found, ...lines.end()];
  };

  it.each([1, 2, 3, 7, 1_000])('are the same in chunks of %d bytes', (size) => {
    expect(cut(size, 'Prüfung|größer\r\n\n日本|1\nlast')).toEqual(['Prüfung|größer', '', '日本|1', 'last']);
  });

  it('that are too long are dropped and counted, and the next is whole', () => {
    const lines = new Lines(10);
    expect(cut(4, `ok\n${'x'.repeat(50)}\nfine\n`, lines)).toEqual(['ok', 'fine']);
    expect(lines.dropped).toBe(1);
    const huge = new Lines();
    for (let sent = 0; sent < 3 * longestLine; sent += 65_536) huge.push(Buffer.alloc(65_536, 'x'));
    expect(huge.push(Buffer.from('\nnext\n'))).toEqual(['next']);
    expect(huge.dropped).toBe(1);
  });
});
