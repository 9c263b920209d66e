import { describe, expect, it } from 'vitest';
import { RefusedError } from '../../src/apart/refused.ts';
import { renderPage } from '../../src/certificates/reading/render.ts';
import type { FoundValue, Instruction, ParsingAnswer } from '../../src/documents/parsing/answer.ts';
import { readSheets } from '../../src/documents/parsing/content.ts';
import { findValues } from '../../src/documents/parsing/find.ts';
import { patternTime } from '../../src/documents/parsing/patterns.ts';
import { ucumOf } from '../../src/documents/parsing/units.ts';
import { Paper } from '../../src/pdf/paper.ts';

type Wanted = Partial<Omit<Instruction, 'id'>> & { name: string };

/** What is found in a content, instruction by instruction; its ids are the names. */
async function find(
  mediaType: string,
  content: string | Uint8Array,
  wanted: readonly (Wanted | string)[],
): Promise<ParsingAnswer & { of: (name: string) => FoundValue | undefined }> {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  const instructions = wanted.map((each) => {
    const {
      name,
      labels = [],
      pattern = null,
      unit = null,
    } = typeof each === 'string' ? { name: each } : each;
    return { id: name, name, labels, pattern, unit };
  });
  const answer = findValues(await readSheets(mediaType, bytes), instructions);
  return { ...answer, of: (name) => answer.found.find(({ instructionId }) => instructionId === name) };
}

const confidence = (found: FoundValue | undefined): number => found?.reading.confidence ?? Number.NaN;

describe('a label in a text', () => {
  it('is found whatever its case, accents and punctuation, and its value behind it', async () => {
    const text = 'Netto-Gewicht: 12,5 kg\nTEMPÉRATURE = 200 °C\nOrder no.     4711';
    const { of } = await find('text/plain', text, ['netto gewicht', 'temperature', 'Order No']);
    expect(of('netto gewicht')).toMatchObject({
      value: '12.5',
      unit: 'kg',
      reading: { text: '12,5 kg', page: null, box: null, place: 'line 1', confidence: 1 },
    });
    expect(of('temperature')).toMatchObject({ value: '200', unit: '°C' });
    expect(of('Order No')).toMatchObject({ value: '4711', unit: null, reading: { place: 'line 3' } });
  });

  it('ends where a word ends', async () => {
    const { of } = await find('text/plain', 'Weights: 5\nOverweight: 6', ['Weight']);
    expect(of('Weight')).toBeUndefined();
  });

  it('of any other text is less sure behind other words, and in a sentence', async () => {
    const text = 'Customer order: 5\nThe colour of it is unknown.\nGrade: 316L';
    const { of } = await find('text/plain', text, ['order', 'colour', 'grade']);
    expect(confidence(of('order'))).toBeLessThan(confidence(of('grade')));
    expect(confidence(of('colour'))).toBeLessThan(0.5);
    expect(of('grade')).toMatchObject({ value: '316L', unit: null });
  });

  it('has its value below it, where nothing is right of it', async () => {
    const { of } = await find('text/plain', 'Inspector     Date\nAda Lovelace  2026-01-05', [
      'Inspector',
      'Date',
    ]);
    expect(of('Inspector')?.value).toBe('Ada Lovelace');
    expect(of('Date')?.value).toBe('2026-01-05');
  });

  it('is no value of another label', async () => {
    const { of } = await find('text/plain', 'Weight:   Length: 30 mm', ['Weight', 'Length']);
    expect(of('Weight')).toBeUndefined();
    expect(of('Length')).toMatchObject({ value: '30', unit: 'mm' });
  });

  it('may be one of several, and its unit may stand in brackets', async () => {
    const { of } = await find('text/plain', 'Masse [kg]: 7,25', [
      { name: 'Weight', labels: ['mass', 'Masse'] },
    ]);
    expect(of('Weight')).toMatchObject({ value: '7.25', unit: 'kg' });
  });

  it('that stands at two values is less sure of the first', async () => {
    const { of } = await find('text/plain', 'Charge: A1\nCharge: A2\nLot: 3\nLot: 3', ['Charge', 'Lot']);
    expect(of('Charge')?.value).toBe('A1');
    expect(confidence(of('Charge'))).toBeLessThan(1);
    expect(confidence(of('Lot'))).toBe(1);
  });
});

describe('a number', () => {
  const one = async (text: string, unit: string | null = null) =>
    (await find('text/plain', `Value: ${text}`, [{ name: 'Value', unit }])).of('Value');

  it('is written with a point and without groups where it has a unit; else it stays as it stands', async () => {
    expect(await one('1.234,5 MPa')).toMatchObject({ value: '1234.5', unit: 'MPa' });
    expect(await one("12'500", 'kg')).toMatchObject({ value: '12500', unit: 'kg' });
    expect(await one('0,150')).toMatchObject({ value: '0.150', unit: null });
    expect(await one('12 345 678')).toMatchObject({ value: '12 345 678', unit: null });
    expect(await one('< 0,005 %')).toMatchObject({ value: '< 0,005', unit: '%' });
    expect(await one('00123')).toMatchObject({ value: '00123', unit: null });
  });

  it('that can be read in two ways stays, and is less sure', async () => {
    const found = await one('1,234 kg');
    expect(found).toMatchObject({ value: '1,234', unit: 'kg' });
    expect(confidence(found)).toBeLessThan(1);
  });

  it('keeps the spelling of the unit that was expected, and another unit as it stands', async () => {
    expect(await one('20 °C', 'Cel')).toMatchObject({ value: '20', unit: 'Cel' });
    expect(await one('20', 'Cel')).toMatchObject({ value: '20', unit: 'Cel' });
    expect(await one('12 µm', 'um')).toMatchObject({ value: '12', unit: 'um' });
    expect(await one('500 g', 'kg')).toMatchObject({ value: '500', unit: 'g' });
    expect(confidence(await one('none', 'kg'))).toBeLessThan(confidence(await one('none')));
  });

  it('has the UCUM code of its unit where that can be told', async () => {
    expect(await Promise.all(['°C', 'N/mm²', 'µm', 'HRC', 'kg'].map(ucumOf))).toEqual([
      'Cel',
      'N/mm2',
      'um',
      'HRC',
      'kg',
    ]);
  });
});

describe('a pattern', () => {
  it('chooses among what stands at the label, and its first group is the value', async () => {
    const text = 'Heat: see below\nHeat: No. H-4711 of 2026';
    const { of } = await find('text/plain', text, [{ name: 'Heat', pattern: 'No\\. ([A-Z]-\\d+)' }]);
    expect(of('Heat')).toMatchObject({ value: 'H-4711', reading: { place: 'line 2', text: 'H-4711' } });
  });

  it('counts alone where the label is nowhere, less sure', async () => {
    const wanted = { name: 'Standard', pattern: 'EN \\d{5}' };
    const alone = (await find('text/plain', 'According to\nEN 10204 of the year', [wanted])).of('Standard');
    expect(alone).toMatchObject({ value: 'EN 10204', reading: { place: 'line 2' } });
    const labelled = (await find('text/plain', 'Standard: EN 10204', [wanted])).of('Standard');
    expect(confidence(alone)).toBeLessThan(confidence(labelled));
  });

  it('that matches nowhere finds nothing, whatever stands at the label', async () => {
    const { found } = await find('text/plain', 'Heat: unknown', [{ name: 'Heat', pattern: '\\d{6}' }]);
    expect(found).toEqual([]);
  });

  it('that never ends costs its time, and the others are found', async () => {
    const text = `${'a'.repeat(50)}!\nWeight: 3 kg`;
    const begun = performance.now();
    const { of, reasons } = await find('text/plain', text, [{ name: 'Bad', pattern: '(a+)+$' }, 'Weight']);
    expect(performance.now() - begun).toBeLessThan(2 * patternTime);
    expect(of('Weight')?.value).toBe('3');
    expect(reasons).toEqual([
      { instructionId: 'Bad', reason: expect.stringContaining('took longer than 2 s') },
    ]);
  });
});

describe('a table', () => {
  it('has values below the heads of its columns', async () => {
    const { of } = await find('text/csv', 'Part;Weight;Length\nA1;12,5 kg;30', [
      'Part',
      'Weight',
      { name: 'Length', unit: 'mm' },
    ]);
    expect(of('Part')?.value).toBe('A1');
    expect(of('Weight')).toMatchObject({ value: '12.5', unit: 'kg', reading: { place: 'row 2, column 2' } });
    expect(of('Length')).toMatchObject({ value: '30', unit: 'mm', reading: { place: 'row 2, column 3' } });
  });

  it('has values right of the heads of its lines', async () => {
    const { of } = await find('text/tab-separated-values', 'Name\tAda\nWeight\t12.5\tkg', ['Name', 'Weight']);
    expect(of('Name')?.value).toBe('Ada');
    expect(of('Weight')).toMatchObject({ value: '12.5', unit: 'kg' });
  });

  it('with several values in a column gives the first, less sure', async () => {
    const { of } = await find('text/csv', 'Part,Colour,Size\nA,red,1\nB,blue,2', ['Colour']);
    expect(of('Colour')?.value).toBe('red');
    expect(confidence(of('Colour'))).toBeLessThan(0.9);
  });
});

describe('JSON', () => {
  it('has values at their keys at any depth, as they are written, with their path', async () => {
    const text = JSON.stringify({
      order: { number: 'PO-7' },
      parts: [{ netWeight: 12.5, wall_thickness_mm: 3 }],
      results: [{ name: 'Hardness', value: 200, unit: 'HV' }],
    }).replace('12.5', '12.50');
    const { of } = await find('application/json', text, [
      { name: 'Net weight', unit: 'kg' },
      'Wall thickness',
      'Hardness',
      'Order number',
    ]);
    expect(of('Net weight')).toMatchObject({
      value: '12.50',
      unit: 'kg',
      reading: { place: '$.parts[0].netWeight' },
    });
    expect(of('Wall thickness')).toMatchObject({ value: '3', unit: 'mm' });
    expect(of('Hardness')).toMatchObject({ value: '200', unit: 'HV', reading: { place: '$.results[0]' } });
    expect(of('Order number')?.value).toBe('PO-7');
  });

  it('that is none is refused', async () => {
    await expect(find('application/json', '{"a":', ['a'])).rejects.toThrow(RefusedError);
  });
});

/** A page with facts and a table. */
async function paper(): Promise<Uint8Array> {
  const page = new Paper({ title: 'Delivery note', author: 'Foundry', at: new Date('2026-01-05T08:00:00Z') });
  page.text('Delivery number:   D-2026-17');
  page.table(
    [{ title: 'Position' }, { title: 'Net weight' }, { title: 'Batch' }],
    [['1', '12,5 kg', 'B-0815']],
  );
  return page.finish();
}

const wantedOfPaper = ['Delivery number', 'Net weight', { name: 'Batch', pattern: 'B-\\d{4}' }];

describe('a page', () => {
  it('of a PDF tells where each value stands', async () => {
    const { of } = await find('application/pdf', await paper(), wantedOfPaper);
    expect(of('Delivery number')).toMatchObject({ value: 'D-2026-17', reading: { page: 1, place: null } });
    expect(of('Net weight')).toMatchObject({ value: '12.5', unit: 'kg', reading: { page: 1 } });
    expect(of('Batch')?.value).toBe('B-0815');
    const [number, weight] = [of('Delivery number')?.reading.box, of('Net weight')?.reading.box];
    // The number is in the line above the table, the weight in its second column.
    expect(number && weight && number.y < weight.y && weight.x > 200 && weight.width < 60).toBe(true);
  });

  it('in a picture is recognized, less surely, and lies at the same place', async () => {
    const pdf = await paper();
    const printed = await find('application/pdf', pdf, wantedOfPaper);
    const picture = await renderPage(pdf, 1, 1_654);
    const { of } = await find('image/png', picture, wantedOfPaper);
    expect(of('Delivery number')?.value).toBe('D-2026-17');
    expect(of('Net weight')).toMatchObject({ value: '12.5', unit: 'kg', reading: { page: 1 } });
    expect(confidence(of('Net weight'))).toBeLessThan(confidence(printed.of('Net weight')));
    // The picture tells no resolution: its points are its pixels.
    const perPoint = 1_654 / 595.28;
    const [seen, stood] = [of('Net weight')?.reading.box, printed.of('Net weight')?.reading.box];
    expect((seen?.x ?? 0) / perPoint).toBeCloseTo(stood?.x ?? Number.NaN, -1);
    expect((seen?.y ?? 0) / perPoint).toBeCloseTo(stood?.y ?? Number.NaN, -1);
  }, 120_000);

  it('that is damaged, and what is no document at all, are refused with words for a person', async () => {
    await expect(find('application/pdf', '%PDF-1.7 nothing else', ['a'])).rejects.toThrow(/damaged/);
    await expect(find('image/png', 'no picture', ['a'])).rejects.toThrow(/cannot be read/);
    await expect(find('video/mp4', 'film', ['a'])).rejects.toThrow(
      'Documents of the kind video/mp4 are not read.',
    );
  });
});
