import { describe, expect, it } from 'vitest';
import { dataOf } from '../../src/certificates/data.ts';
import {
  heatsOfPages,
  merged,
  mostElements,
  mostHeats,
  mostProperties,
  tooMuch,
} from '../../src/certificates/mill-certification.heats.ts';
import { rowsOfData } from '../../src/certificates/mill-certification.read.ts';
import { readCertificate } from '../../src/certificates/reading/certificate.ts';
import type { ReadHeat } from '../../src/certificates/reading/result.ts';
import { readPages } from '../../src/certificates/reading/text.ts';
import { landscapeScales } from '../support/mill-certificates.ts';

const numberOf = ({ number }: ReadHeat) => number?.value;
const pages = async (count: number, perPage?: number) =>
  readPages((await landscapeScales(count, perPage)).bytes);
const heats = async (count: number, perPage?: number) => readCertificate(await pages(count, perPage)).heats;

describe('The heats of a document', () => {
  it('are one for each number: what is told later goes to the first, and nothing that was given changes', async () => {
    const [first, second] = (await heats(2)) as [ReadHeat, ReadHeat];
    const [both, other, ...more] = merged([first, second, { ...second, number: first.number }], numberOf);
    expect(more).toEqual([]);
    expect(other).toEqual(second);
    expect(both?.elements).toEqual([...first.elements, ...second.elements]);
    expect(both?.properties).toEqual([...first.properties, ...second.properties]);
    expect(first.elements).toHaveLength(10);
  });

  it('are told for each page', async () => {
    expect(heatsOfPages(await heats(5, 2))).toEqual([
      [1, ['E30417', 'E30420']],
      [2, ['E30423', 'E30426']],
      [3, ['E30429']],
    ]);
  });

  it('are refused where there are more than a person could correct, heats or properties', async () => {
    const [heat] = (await heats(1)) as [ReadHeat];
    const copies = <Member>(member: Member, count: number) => Array.from({ length: count }, () => member);
    const bare = { ...heat, properties: [] };
    const tested = { ...heat, properties: copies(heat.properties[0], mostProperties) } as ReadHeat;
    expect(tooMuch([...copies(bare, mostHeats - 1), tested], numberOf)).toBeNull();
    expect(tooMuch(copies(bare, mostHeats + 1), numberOf)).toMatch(
      /^The document tells of 1001 heats .* Split it/,
    );
    expect(tooMuch([tested, heat], numberOf)).toMatch(/with 5003 mechanical properties/);
    const crowded = { ...heat, elements: copies(heat.elements[0], mostElements + 1) } as ReadHeat;
    expect(tooMuch([heat, crowded], numberOf)).toMatch(/^Heat E30417 has 201 values .* at most 200/);
    const entered = dataOf({ ...(await readCertificate(await pages(1))), heats: [crowded] });
    expect(() => rowsOfData(entered)).toThrow(/document: cannot be taken: Heat E30417 has 201 values/);
  });
});
