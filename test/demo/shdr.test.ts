import { describe, expect, it } from 'vitest';
import { ShdrParser, type ShdrRecord } from '../../demo/shdr.ts';

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
