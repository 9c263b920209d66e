import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { Examination } from '../../../src/files/examination.ts';

const header = Buffer.from('89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489', 'hex');
const png = Buffer.concat([header, Buffer.from('0000000d49444154', 'hex'), Buffer.alloc(40, 0xa5)]);
// With a colour profile that is longer than what is looked at.
const longPng = Buffer.concat([header, Buffer.from('0002000069434350', 'hex'), Buffer.alloc(0x20000, 0xa5)]);
const zip = Buffer.concat([Buffer.from('504b0304140000000800', 'hex'), Buffer.alloc(200, 0xa5)]);
const pdf = Buffer.from('%PDF-1.7\n%âãÏÓ\n1 0 obj\n<<>>\nendobj\n', 'latin1');
const elf = Buffer.concat([Buffer.from('7f454c4602010100', 'hex'), Buffer.alloc(100)]);
const pe = Buffer.alloc(256);
pe.write('MZ');
pe.writeUInt32LE(0x80, 0x3c);
pe.write('PE\0\0', 0x80);
const machO = Buffer.concat([Buffer.from('cffaedfe0700000103000000', 'hex'), Buffer.alloc(100)]);
const universal = Buffer.concat([Buffer.from('cafebabe00000002', 'hex'), Buffer.alloc(100)]);
// In two halves: a scanner would take this test for the file.
const eicar = `X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-${'STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'}`;
const binary = Buffer.from('0001020300ff00fe', 'hex');

/** What an examination says of a content that comes in pieces of that size. */
async function found(
  content: Buffer | string,
  announced: { name?: string; mediaType?: string | null } = {},
  step = 7,
): Promise<string> {
  const examination = new Examination(
    { name: 'file', mediaType: null, size: null, sha256: null, ...announced },
    Number.MAX_SAFE_INTEGER,
  );
  const bytes = Buffer.from(content);
  async function* chunks() {
    for (let at = 0; at < bytes.length; at += step) yield bytes.subarray(at, at + step);
  }
  try {
    for await (const _chunk of examination.through(chunks())) {
      // Only what is found is wanted.
    }
    return examination.found.mediaType;
  } catch (error) {
    return `refused: ${(error as Error).message}`;
  }
}

describe('what a content is', () => {
  it.each<[string, Buffer | string, { name?: string; mediaType?: string }, string]>([
    ['a signature', png, {}, 'image/png'],
    ['a signature of a large picture', longPng, {}, 'image/png'],
    [
      'a signature, announced as something unspecific',
      png,
      { mediaType: 'application/octet-stream' },
      'image/png',
    ],
    ['a document of letters and more', pdf, {}, 'application/pdf'],
    ['an archive', gzipSync('x'), {}, 'application/gzip'],
    ['a container, announced as what it holds', zip, { mediaType: 'model/3mf' }, 'model/3mf'],
    [
      'a container, announced as a format of a vendor',
      zip,
      { mediaType: 'application/vnd.acme.job' },
      'application/vnd.acme.job',
    ],
    ['no signature', binary, {}, 'application/octet-stream'],
    ['no signature, announced', binary, { mediaType: 'model/stl' }, 'model/stl'],
    ['plain text', 'hello\n', {}, 'text/plain'],
    ['text by the ending of its name', 'a;b\n1;2\n', { name: 'log.CSV' }, 'text/csv'],
    ['text as announced', 'a;b\n1;2\n', { mediaType: 'text/csv' }, 'text/csv'],
    ['JSON', '{"a": [1]}', {}, 'application/json'],
    ['what only looks like JSON', '{a}', {}, 'text/plain'],
    ['XML', '<?xml version="1.0"?><a/>', {}, 'application/xml'],
    [
      'a drawing',
      '<svg xmlns="http://www.w3.org/2000/svg"/>',
      { mediaType: 'image/svg+xml' },
      'image/svg+xml',
    ],
    ['a page', '<!DOCTYPE html><p>hello', {}, 'text/html'],
    ['letters of several bytes', 'Prüfzeugnis ✓ 20 µm', {}, 'text/plain'],
    [
      'text of an older machine',
      Buffer.from('Temp °C;Höhe µm\n', 'latin1'),
      { mediaType: 'text/csv' },
      'text/csv',
    ],
    [
      'text of two bytes a letter',
      Buffer.from('\uFEFFa;b', 'utf16le'),
      { mediaType: 'text/csv' },
      'text/csv',
    ],
    ['text that begins like a program', 'MZ;1;2\n3;4;5\n', { mediaType: 'text/csv' }, 'text/csv'],
    ['nothing', '', { mediaType: 'text/plain' }, 'text/plain'],
  ])('is found: %s', async (_what, content, announced, mediaType) => {
    expect(await found(content, announced)).toBe(mediaType);
    expect(await found(content, announced, 100_000)).toBe(mediaType);
  });

  it.each<[string, Buffer | string, { mediaType?: string }, RegExp]>([
    [
      'a picture that is called text',
      png,
      { mediaType: 'text/csv' },
      /announced as text\/csv, but it is image\/png/,
    ],
    ['a picture that is called another', png, { mediaType: 'image/jpeg' }, /but it is image\/png/],
    ['an archive that is called a picture', zip, { mediaType: 'image/png' }, /but it is application\/zip/],
    ['text that is called a picture', 'hello', { mediaType: 'image/png' }, /but it is text/],
    ['text that is called a document', 'hello', { mediaType: 'application/pdf' }, /but it is text/],
    ['bytes that are called text', binary, { mediaType: 'text/plain' }, /but it is not text/],
    ['bytes that are called a document', binary, { mediaType: 'application/pdf' }, /does not begin as one/],
    ['text that is called JSON', 'hello', { mediaType: 'application/json' }, /but it is not JSON/],
    ['text that is called XML', 'hello', { mediaType: 'application/xml' }, /but it is not XML/],
    ['nothing that is called a picture', '', { mediaType: 'image/png' }, /announced as image\/png/],
    ['a program of Linux', elf, {}, /a program/],
    ['a program of Windows', pe, { mediaType: 'application/octet-stream' }, /a program/],
    ['a program of macOS', machO, {}, /a program/],
    ['a program for two processors', universal, {}, /a program/],
    ['what stands for a virus', eicar, { mediaType: 'text/plain' }, /EICAR/],
  ])('is refused: %s', async (_what, content, announced, reason) => {
    expect(await found(content, announced)).toMatch(/^refused: /);
    expect(await found(content, announced)).toMatch(reason);
    expect(await found(content, announced, 100_000)).toMatch(reason);
  });

  it('is judged by all of it: text that turns into bytes is none', async () => {
    const late = Buffer.concat([Buffer.alloc(200_000, 'text\n'), binary]);
    expect(await found(late, { mediaType: 'text/plain' }, 65_536)).toMatch(/not text/);
    expect(await found(late, {}, 65_536)).toBe('application/octet-stream');
  });
});
