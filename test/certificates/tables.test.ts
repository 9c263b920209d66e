import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { readCertificate } from '../../src/certificates/reading/certificate.ts';
import type { TextPage, Word } from '../../src/certificates/reading/pages.ts';

/** A page of words at places; letters are half as wide as high. */
class Page {
  readonly words: Word[] = [];
  readonly size: number;
  constructor(size = 8) {
    this.size = size;
  }
  width(text: string): number {
    return text.length * this.size * 0.5;
  }
  put(text: string, x: number, y: number, align: 'left' | 'center' | 'right' = 'left', room = 0): void {
    const wide = this.width(text);
    let at = align === 'right' ? x + room - wide : align === 'center' ? x + (room - wide) / 2 : x;
    for (const word of text.split(' ')) {
      this.words.push({
        text: word,
        x: at,
        y,
        width: this.width(word),
        height: this.size,
        fontSize: this.size,
        font: 'f',
        confidence: 1,
      });
      at += this.width(`${word} `);
    }
  }
  done(number = 1): TextPage {
    return { number, width: 842, height: 595, turned: 0, source: 'TEXT_LAYER', words: this.words, links: [] };
  }
}

const symbols = ['C', 'Si', 'Mn', 'P', 'S', 'Cr', 'Ni', 'Mo', 'Cu', 'Al', 'V', 'Ti', 'Nb', 'N', 'B'];
const share = fc.record({
  whole: fc.nat({ max: 25 }),
  decimals: fc.nat({ max: 9999 }),
  digits: fc.integer({ min: 2, max: 4 }),
  below: fc.boolean(),
});

/** A table of chemistry with symbols in any order, any widths and alignment, some cells empty. */
const table = fc.record({
  symbols: fc.shuffledSubarray(symbols, { minLength: 4, maxLength: 12 }),
  widths: fc.array(fc.integer({ min: 34, max: 52 }), { minLength: 12, maxLength: 12 }),
  align: fc.constantFrom('left', 'center', 'right'),
  comma: fc.boolean(),
  heading: fc.constantFrom('Heat No.', 'Schmelze', 'Coulée', 'Colata', 'Wytop', 'Colada', 'Cast No.'),
  rows: fc.array(
    fc.record({
      values: fc.array(share, { minLength: 12, maxLength: 12 }),
      gaps: fc.array(fc.nat({ max: 9 }), { minLength: 12, maxLength: 12 }),
    }),
    { minLength: 1, maxLength: 6 },
  ),
});

describe('A table of heats', () => {
  test.prop([table], { numRuns: 150 })(
    'is read right at any widths, orders and alignments',
    ({ symbols: heads, widths, align, comma, heading, rows }) => {
      const page = new Page();
      page.put(heading, 30, 100);
      let x = 120;
      const places = heads.map((symbol, index) => {
        const place = { x, room: (widths[index] ?? 40) - 6 };
        page.put(symbol, x, 100, align, place.room);
        x += widths[index] ?? 40;
        return place;
      });
      const expected: string[] = [];
      for (const [row, { values, gaps }] of rows.entries()) {
        const number = `H${1000 + row}`;
        page.put(number, 30, 114 + row * 12);
        for (const [index, symbol] of heads.entries()) {
          const value = values[index];
          const place = places[index];
          // One cell in ten is a dash: not analysed.
          if (!value || !place) continue;
          const text = `${value.whole}.${String(value.decimals).padStart(4, '0').slice(0, value.digits)}`;
          const operator = value.below && value.whole === 0 ? '<' : '';
          const empty = gaps[index] === 0;
          const printed = empty ? '-' : operator + (comma ? text.replace('.', ',') : text);
          page.put(printed, place.x, 114 + row * 12, align, place.room);
          if (!empty) expected.push(`${number} ${symbol} ${operator}${text}`);
        }
      }
      const { heats } = readCertificate([page.done()]);
      const read = heats.flatMap((heat) =>
        heat.elements.map(
          ({ symbol, operator, value }) => `${heat.number?.value} ${symbol} ${operator ?? ''}${value}`,
        ),
      );
      expect(read.sort()).toEqual(expected.sort());
    },
  );

  test.prop(
    [
      fc.shuffledSubarray(symbols, { minLength: 4 }),
      fc.array(share, { minLength: 15, maxLength: 15 }),
      fc.integer({ min: 60, max: 200 }),
    ],
    { numRuns: 60 },
  )('turned on its side is read right too', (heads, values, distance) => {
    const page = new Page();
    page.put('Heat No.: K4711', 40, 60);
    page.put('Chemical composition %', 40, 90);
    const expected = heads.map((symbol, index) => {
      const value = values[index];
      const text = `${value?.whole}.${String(value?.decimals).padStart(4, '0')}`;
      page.put(symbol, 40, 104 + index * 12);
      page.put(text, 40 + distance, 104 + index * 12);
      return `${symbol} ${text}`;
    });
    const { heats } = readCertificate([page.done()]);
    expect(heats.map((heat) => heat.number?.value)).toEqual(['K4711']);
    expect(heats[0]?.elements.map(({ symbol, value }) => `${symbol} ${value}`).sort()).toEqual(
      expected.sort(),
    );
  });

  test.prop(
    [
      fc.array(
        fc.record({
          text: fc.string({ minLength: 1, maxLength: 12 }),
          x: fc.integer({ min: 0, max: 800 }),
          y: fc.integer({ min: 0, max: 580 }),
        }),
        { maxLength: 60 },
      ),
    ],
    { numRuns: 100 },
  )('of no sense at all breaks nothing', (words) => {
    const page = new Page();
    for (const { text, x, y } of words) page.put(text.trim() || '?', x, y);
    expect(() => readCertificate([page.done()])).not.toThrow();
  });

  it('continues on the next page without its headings', () => {
    const first = new Page();
    const second = new Page();
    for (const [index, head] of ['Heat', 'C', 'Mn', 'P'].entries()) first.put(head, 30 + index * 60, 500);
    for (const [index, text] of ['A1', '0.11', '1.21', '0.011'].entries())
      first.put(text, 30 + index * 60, 512);
    for (const [index, text] of ['A2', '0.12', '1.22', '0.012'].entries())
      second.put(text, 30 + index * 60, 40);
    const { heats } = readCertificate([first.done(1), second.done(2)]);
    expect(
      heats.map((heat) => [heat.number?.value, heat.number?.page, heat.elements.map(({ value }) => value)]),
    ).toEqual([
      ['A1', 1, ['0.11', '1.21', '0.011']],
      ['A2', 2, ['0.12', '1.22', '0.012']],
    ]);
  });

  it('gives nothing to a heat where two stand above and none with the values', () => {
    const page = new Page();
    page.put('Heat No.: 4711, 4712', 30, 50);
    for (const [index, head] of ['C', 'Mn', 'P'].entries()) page.put(head, 30 + index * 60, 100);
    for (const [index, text] of ['0.11', '1.21', '0.011'].entries()) page.put(text, 30 + index * 60, 112);
    const { heats, warnings } = readCertificate([page.done()]);
    expect(heats.map((heat) => [heat.number?.value ?? null, heat.elements.length])).toEqual([
      ['4711', 0],
      ['4712', 0],
      [null, 3],
    ]);
    expect(warnings.map(({ message }) => message)).toContain(
      'Some values could not be given to a heat: say which heat they belong to.',
    );
  });

  it('finds the heat of a test by the piece that another table lists', () => {
    const page = new Page();
    const row = (texts: string[], y: number) => {
      for (const [index, text] of texts.entries()) page.put(text, 30 + index * 90, y);
    };
    row(['Coil No.', 'Heat No.', 'Weight kg'], 60);
    row(['B77-1', '40711', '9800'], 72);
    row(['B77-2', '40712', '9750'], 84);
    row(['Coil No.', 'Rp0.2 MPa', 'Rm MPa'], 130);
    row(['B77-2', '311', '455'], 142);
    row(['B77-1', '305', '449'], 154);
    const { heats } = readCertificate([page.done()]);
    const values = heats.map((heat) => [
      heat.number?.value,
      heat.properties.map(({ value, specimen }) => `${value} ${specimen}`),
    ]);
    expect(values.sort()).toEqual([
      ['40711', ['305 B77-1', '449 B77-1']],
      ['40712', ['311 B77-2', '455 B77-2']],
    ]);
  });

  it('reads temperatures, directions and single values of impact tests', () => {
    const page = new Page();
    const row = (texts: string[], y: number) => {
      for (const [index, text] of texts.entries()) if (text) page.put(text, 30 + index * 70, y);
    };
    page.put('Heat: 88', 30, 40);
    row(['Dir.', 'Temp. °C', 'KV1', 'KV2', 'KV3', 'Avg.'], 80);
    row(['L', '-46', '45', '51', '48', '48'], 92);
    row(['T', '-46', '38', '41', '35', '38'], 104);
    const { heats } = readCertificate([page.done()]);
    expect(
      heats[0]?.properties.map(({ kind, value, individualValues, temperature, direction }) => ({
        kind,
        value,
        individualValues,
        temperature: temperature?.value,
        direction,
      })),
    ).toEqual([
      {
        kind: 'IMPACT_ENERGY',
        value: '48',
        individualValues: ['45', '51', '48'],
        temperature: '-46',
        direction: 'LONGITUDINAL',
      },
      {
        kind: 'IMPACT_ENERGY',
        value: '38',
        individualValues: ['38', '41', '35'],
        temperature: '-46',
        direction: 'TRANSVERSE',
      },
    ]);
  });
});
