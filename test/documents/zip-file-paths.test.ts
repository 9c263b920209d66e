import { describe, expect, it } from 'vitest';
import { Paths, partOf } from '../../src/documents/zip-file.paths.ts';

describe('a part of a path', () => {
  it.each([
    ['drawing.pdf', 'drawing.pdf'],
    ['../../etc/passwd', '__.._etc_passwd'],
    ['..', '_'],
    ['.hidden', '_hidden'],
    ['C:\\Users\\x', 'C__Users_x'],
    ['line\nbreak\u0000.txt', 'line_break_.txt'],
    ['gnp.\u202ehidden', 'gnp._hidden'],
    ['ends with dots...', 'ends with dots'],
    ['  ', '_'],
    ['CON', '_CON'],
    ['lpt1.txt', '_lpt1.txt'],
    ['u\u0308ber.pdf', '\u00fcber.pdf'],
  ])('%j is %j', (name, part) => {
    expect(partOf(name)).toBe(part);
  });

  it('is at most 120 characters long, and keeps its extension', () => {
    const part = partOf(`${'x'.repeat(300)}.pdf`);
    expect([part.length, part.slice(-4)]).toEqual([120, '.pdf']);
  });

  it('fits into the names of file systems that count bytes, without half a letter', () => {
    const part = partOf(`${'検'.repeat(200)}.pdf`);
    expect(Buffer.byteLength(part)).toBeLessThanOrEqual(240);
    expect(part).toMatch(/^検+\.pdf$/);
  });
});

describe('paths', () => {
  it('are given once, also where only the case differs, and where the root has a name of its own', () => {
    const paths = new Paths(['manifest.json']);
    const given = [
      paths.give(null, 'Plan', 'scan.pdf'),
      paths.give(null, 'plan.PDF', 'other.pdf'),
      paths.give(null, 'Plan', 'scan.pdf'),
      paths.give(null, 'manifest', 'data.json'),
      paths.give('Bracket/2', 'Plan', 'scan.pdf'),
      paths.give(null, 'Note', 'note'),
    ];
    expect(given).toEqual([
      'Plan.pdf',
      'plan (2).PDF',
      'Plan (3).pdf',
      'manifest (2).json',
      'Bracket_2/Plan.pdf',
      'Note',
    ]);
    expect(new Set(given.map((path) => path.toLowerCase())).size).toBe(given.length);
  });

  it('of names that are alike for longer than a path may be are told apart', () => {
    const paths = new Paths();
    const given = Array.from({ length: 12 }, (_, place) =>
      paths.give(null, 'x'.repeat(200) + place, 'a.pdf'),
    );
    expect(new Set(given).size).toBe(12);
    expect(given.at(-1)).toMatch(/^x+ \(12\)\.pdf$/);
    expect(Math.max(...given.map((path) => path.length))).toBe(120);
  });

  it('have the extension of the file, unless they have one', () => {
    const paths = new Paths();
    const given = ['Plan 1.5', 'Rev.A', 'letter.docx', 'archive.7z'].map((name, place) =>
      paths.give(null, name, ['a.pdf', 'a.pdf', 'a.pdf', 'a.7z'][place] ?? ''),
    );
    expect(given).toEqual(['Plan 1.5.pdf', 'Rev.A.pdf', 'letter.docx', 'archive.7z']);
  });

  it('are never those of a folder, nor folders those of a file', () => {
    const paths = new Paths(['manifest.json']);
    const given = [
      paths.give(null, 'Bracket', 'note'),
      paths.give('bracket', 'Plan', 'a.pdf'),
      paths.give('bracket', 'Plan', 'a.pdf'),
      paths.give('manifest.json', 'Plan', 'a.pdf'),
      paths.give(null, 'Bracket (2)', 'note'),
    ];
    expect(given).toEqual([
      'Bracket',
      'bracket (2)/Plan.pdf',
      'bracket (2)/Plan (2).pdf',
      'manifest (2).json/Plan.pdf',
      'Bracket (2) (2)',
    ]);
  });
});
