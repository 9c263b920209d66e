import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canonicalHash, canonicalJson, sha256 } from '../../src/canonical.ts';
import { timestampRequest } from '../../src/timestamps/authority.ts';
import { BundleError, type BundleFile, prepareBundle } from '../../src/timestamps/bundle.ts';
import { leafHash, merkleRoot } from '../../src/timestamps/merkle.ts';
import { readAnswer } from '../../src/timestamps/token.ts';
import { entriesOf, packed, rebuilt } from '../support/bundles.ts';
import { type Identity, type Pki, startPki } from '../support/timestamp-authority.ts';
import { verifyBundle } from '../support/verify-bundle.ts';

const files: BundleFile[] = [
  { name: 'cases/C-1.txt', about: 'Case C-1', content: Buffer.from('Seen: a crack. Größe 3 mm.') },
  { name: 'cases/leer.bin', about: 'An empty file', content: Buffer.alloc(0) },
];
const given = { subject: { report: 'R-1' }, createdAt: new Date('2026-03-01T12:00:00Z'), files };

let pki: Pki;
let root: Identity;
let folder: string;
let stamped: Buffer;
let plain: Buffer;

beforeAll(async () => {
  pki = await startPki();
  root = await pki.root();
  folder = await mkdtemp(join(tmpdir(), 'bundles-'));
  stamped = await bundleBy(await pki.issue(root, { kind: 'ec', name: 'Stamps' }));
  plain = await buffer((await prepareBundle({ ...given, timestamped: false })).pack(null));
});
afterAll(async () => {
  await pki.close();
  await rm(folder, { recursive: true, force: true });
});

async function bundleBy(signer: Identity, options = {}): Promise<Buffer> {
  const prepared = await prepareBundle({ ...given, timestamped: true });
  const authority = await pki.authority(signer, options);
  const { token } = readAnswer(await authority.answer(timestampRequest(prepared.sha256).der));
  return buffer(prepared.pack(token));
}

/** What the script says of a bundle, started as a person would. */
async function script(bundle: Buffer, ...parameters: string[]): Promise<{ status: number; said: string }> {
  const path = join(folder, 'bundle.zip');
  await writeFile(path, bundle);
  return new Promise((resolve) => {
    execFile(process.execPath, ['scripts/verify-bundle.mjs', path, ...parameters], (error, stdout, stderr) =>
      resolve({ status: error ? Number(error.code) : 0, said: stdout + stderr }),
    );
  });
}

const outcome = (bundle: Buffer): string => {
  try {
    verifyBundle(bundle);
    return 'intact';
  } catch (error) {
    return (error as Error).message;
  }
};

describe('a bundle', () => {
  it('has the same bytes whenever and wherever it is made of the same', async () => {
    const again = await buffer((await prepareBundle({ ...given, timestamped: false })).pack(null));
    expect(again.equals(plain)).toBe(true);
  });

  it('says what is in it, in canonical JSON, with a root over the files', async () => {
    const { manifest, manifestBytes, manifestSha256 } = verifyBundle(stamped);
    expect(manifest).toMatchObject({
      format: 'heatmark-bundle',
      version: 1,
      subject: { report: 'R-1' },
      createdAt: '2026-03-01T12:00:00.000Z',
      timestamped: true,
    });
    expect(manifest.files.map(({ name }) => name)).toEqual([
      'README.txt',
      'verify-bundle.mjs',
      'cases/C-1.txt',
      'cases/leer.bin',
    ]);
    expect(manifest.files[2]).toEqual({
      name: 'cases/C-1.txt',
      about: 'Case C-1',
      size: 28,
      sha256: sha256('Seen: a crack. Größe 3 mm.'),
    });
    expect(canonicalHash(JSON.parse(manifestBytes.toString('utf8')))).toBe(manifestSha256);
  });

  it('is an archive that others unpack', async () => {
    const path = join(folder, 'other.zip');
    await writeFile(path, stamped);
    const program =
      'import sys,zipfile; z=zipfile.ZipFile(sys.argv[1]); print(z.testzip(), z.namelist()); print(z.read("cases/C-1.txt").decode())';
    const said = await new Promise<string>((resolve, reject) => {
      execFile(
        'python3',
        ['-c', program, path],
        { env: { ...process.env, PYTHONUTF8: '1' } },
        (error, out) => (error ? reject(error) : resolve(out)),
      );
    });
    expect(said).toContain(
      "None ['manifest.json', 'manifest.tsr', 'README.txt', 'verify-bundle.mjs', 'cases/C-1.txt'",
    );
    expect(said).toContain('Seen: a crack. Größe 3 mm.');
  });

  it('is checked by the script alone, which says what it did not check', async () => {
    const anchors = join(folder, 'anchors.pem');
    await writeFile(anchors, root.pem);
    const { manifestSha256 } = verifyBundle(stamped);
    const without = await script(stamped);
    expect(without).toMatchObject({ status: 0, said: expect.stringContaining('NOT CHECKED') });
    expect(without.said).toContain(`SHA-256 of the manifest: ${manifestSha256}`);
    const trusted = await script(stamped, '--ca', anchors, '--sha256', manifestSha256);
    expect(trusted).toMatchObject({ status: 0, said: expect.stringContaining('vouch for') });
    expect(trusted.said).toMatch(/Timestamped at \d{4}-.* by O=Heatmark tests, CN=Stamps\./);
    expect(await script(plain)).toMatchObject({
      status: 0,
      said: expect.stringContaining('Not timestamped'),
    });
  });

  it('is refused by the script where its authority is not trusted, or its manifest is another', async () => {
    const others = join(folder, 'others.pem');
    await writeFile(others, (await pki.root()).pem);
    const refused = { status: 1, said: expect.stringMatching(/^NOT VALID: /) };
    expect(await script(stamped, '--ca', others)).toMatchObject(refused);
    expect(await script(plain, '--ca', others)).toMatchObject(refused);
    expect(await script(stamped, '--ca', join(folder, 'missing.pem'))).toMatchObject(refused);
    expect(await script(stamped, '--sha256', '0'.repeat(64))).toMatchObject(refused);
    expect(await script(Buffer.alloc(0))).toMatchObject(refused);
    expect(await script(stamped, '--what')).toMatchObject({ status: 2 });
  });

  it.each([
    ['rsa', { binding: 'sha1', digest: 'sha512' }],
    ['rsa', { binding: 'sha512', digest: 'sha256' }],
    ['ec', { binding: 'sha256', digest: 'sha384' }],
  ] as const)('may be stamped with a key of %s, %j', async (kind, options) => {
    const bundle = await bundleBy(await pki.issue(root, { kind }), options);
    expect(outcome(bundle)).toBe('intact');
    expect(verifyBundle(bundle).timestamp?.imprint).toBe(verifyBundle(bundle).manifestSha256);
  });
});

describe('a change', () => {
  it.each([
    ['stamped', 0x01],
    ['not stamped', 0xff],
  ])(
    'of any byte of a bundle that is %s is found',
    (kind, change) => {
      const bundle = kind === 'stamped' ? stamped : plain;
      const changed = Buffer.from(bundle);
      const unseen: number[] = [];
      for (let at = 0; at < changed.length; at++) {
        changed[at] = (bundle[at] ?? 0) ^ change;
        if (outcome(changed) === 'intact') unseen.push(at);
        changed[at] = bundle[at] ?? 0;
      }
      expect(outcome(changed)).toBe('intact');
      expect(unseen).toEqual([]);
    },
    120_000,
  );

  it('of its length is found, at either end and within', () => {
    for (const length of [0, 1, 29, 30, 100, stamped.length - 1, stamped.length - 22])
      expect(outcome(stamped.subarray(0, length))).not.toBe('intact');
    expect(outcome(Buffer.concat([stamped, Buffer.of(0)]))).toMatch(/behind the end/);
    expect(outcome(Buffer.concat([Buffer.of(0), stamped]))).not.toBe('intact');
    expect(outcome(Buffer.concat([stamped, stamped]))).not.toBe('intact');
    const middle = stamped.length >> 1;
    const parts = [stamped.subarray(0, middle), Buffer.of(0), stamped.subarray(middle)];
    expect(outcome(Buffer.concat(parts))).not.toBe('intact');
  });

  it('that is carried through to the checksums of the archive is found by the manifest', async () => {
    expect(outcome(await rebuilt(stamped, 'cases/C-1.txt', () => {}))).toBe('intact');
    const altered = await rebuilt(stamped, 'cases/C-1.txt', (content) => content.fill('x', 0, 4));
    expect(outcome(altered)).toMatch(/^The content of cases\/C-1\.txt/);
  });

  it('of the manifest that is carried through is found by the timestamp', async () => {
    const altered = await rebuilt(stamped, 'manifest.json', (content) => {
      content.write('R-2', content.indexOf('R-1'));
    });
    expect(outcome(altered)).toBe('The timestamp is not of this manifest.');
    // Where there is none, the manifest's own hash tells.
    const other = await rebuilt(plain, 'manifest.json', (content) => {
      content.write('R-2', content.indexOf('R-1'));
    });
    expect(outcome(other)).toBe('intact');
    expect(verifyBundle(other).manifestSha256).not.toBe(verifyBundle(plain).manifestSha256);
  });

  it('of the timestamp that is carried through leaves what was stamped, when and by whom, or is found', async () => {
    const meaning = ({ timestamp }: ReturnType<typeof verifyBundle>) =>
      timestamp && { genTime: timestamp.genTime, imprint: timestamp.imprint, signer: timestamp.signer };
    const original = meaning(verifyBundle(stamped));
    const length = verifyBundle(stamped).timestamp?.response.length ?? 0;
    expect(length).toBeGreaterThan(900);
    let found = 0;
    for (let at = 0; at < length; at++) {
      const altered = await rebuilt(stamped, 'manifest.tsr', (content) => {
        content[at] = (content[at] ?? 0) ^ 0x01;
      });
      // What the script leaves to openssl: versions and names that stand beside the signature and are not signed.
      if (outcome(altered) === 'intact') expect(meaning(verifyBundle(altered))).toEqual(original);
      else found++;
    }
    expect(found).toBeGreaterThan(length * 0.85);
  });
});

describe('an archive that somebody made of other parts', () => {
  const parts = () => entriesOf(plain);
  const manifest = () => JSON.parse(Buffer.from(parts()[0]?.[1] ?? []).toString('utf8'));
  /** With that manifest, in that form, and those files. */
  const forged = (text: string, entries = parts().slice(1)) =>
    packed([['manifest.json', Buffer.from(text)], ...entries], 1).then(outcome);

  it('is accepted where all of it is right', async () => {
    expect(await forged(canonicalJson(manifest()))).toBe('intact');
  });

  it('is refused with a file more, one less, one twice, or in another order', async () => {
    const text = canonicalJson(manifest());
    const [readMe, script, ...rest] = parts().slice(1) as [[string, Uint8Array], ...[string, Uint8Array][]];
    if (!script) throw new Error('There is no script.');
    for (const entries of [
      [readMe, script, ...rest, ['hidden.txt', Buffer.from('x')]],
      [readMe, script, rest[0]],
      [readMe, script, ...rest, readMe],
      [script, readMe, ...rest],
    ] as [string, Uint8Array][][])
      expect(await forged(text, entries)).not.toBe('intact');
  });

  it('is refused with a manifest that is not canonical', async () => {
    const text = canonicalJson(manifest());
    for (const other of [
      JSON.stringify(manifest(), null, 1),
      `${text}\n`,
      `\ufeff${text}`,
      text.replace('"version":1', '"version":1.0'),
      text.replace('"version":1', '"version":1,"version":1'),
      text.replace('R-1', '\\u0052-1'),
      'null',
      '{',
    ])
      expect(await forged(other)).not.toBe('intact');
  });

  it('is refused with a manifest that has other fields, another root, or another version', async () => {
    const whole = manifest();
    for (const other of [
      { ...whole, more: 1 },
      { ...whole, version: 2 },
      { ...whole, timestamped: true },
      { ...whole, merkle: { ...whole.merkle, root: '0'.repeat(64) } },
      { ...whole, files: whole.files.slice(1) },
      { ...whole, files: [...whole.files].reverse() },
      { ...whole, files: whole.files.map((file: object) => ({ ...file, more: 1 })) },
    ])
      expect(await forged(canonicalJson(other))).not.toBe('intact');
  });

  it.each([
    '../x',
    '/x',
    'a/../../x',
    'a\\x',
    'C:x',
    'a//x',
    'x/',
    '.x',
    'x.',
    'a\u0000x',
    'a\u202ex',
    'README.TXT',
    'Manifest.json',
  ])('is refused, and cannot be made by us, with a file of the name %j', async (name) => {
    const entry = { name, about: '', size: 0, sha256: sha256('') };
    const whole = manifest();
    const all = [...whole.files, entry];
    const root = merkleRoot(all.map((each: object) => leafHash(Buffer.from(canonicalJson(each))))).toString(
      'hex',
    );
    const text = canonicalJson({ ...whole, files: all, merkle: { ...whole.merkle, root } });
    expect(await forged(text)).toMatch(/name/);
    const file = { name, about: '', content: Buffer.alloc(0) };
    await expect(prepareBundle({ ...given, files: [file], timestamped: false })).rejects.toBeInstanceOf(
      BundleError,
    );
  });
});

describe('making a bundle', () => {
  const one = (file: BundleFile) => prepareBundle({ ...given, files: [file], timestamped: false });

  it('is refused where a content is not the one that was expected', async () => {
    const content = Buffer.from('kept');
    await expect(one({ name: 'a', about: '', content, sha256: sha256('kept') })).resolves.toBeDefined();
    await expect(one({ name: 'a', about: '', content, sha256: sha256('other') })).rejects.toThrow(
      /is not the one/,
    );
  });

  it('fails where a content changes while it is packed, so that no one takes it for whole', async () => {
    let reads = 0;
    const content = async function* () {
      yield Buffer.from(reads++ === 0 ? 'once' : 'then');
    };
    const prepared = await one({ name: 'a', about: '', content });
    await expect(buffer(prepared.pack(null))).rejects.toThrow(/has changed/);
  });

  it('fails where a content is longer or shorter while it is packed, or cannot be read', async () => {
    for (const second of ['longer', 'x', null]) {
      let reads = 0;
      const content = async function* () {
        if (reads++ === 0) yield Buffer.from('once');
        else if (second === null) throw new Error('gone');
        else yield Buffer.from(second);
      };
      const prepared = await one({ name: 'a', about: '', content });
      await expect(buffer(prepared.pack(null))).rejects.toThrow(/has changed|gone/);
    }
  });

  it('reads what it packs in pieces, as they are taken', async () => {
    let read = 0;
    const piece = Buffer.alloc(64 * 1024, 'x');
    const content = async function* () {
      for (let count = 0; count < 400; count++) {
        read++;
        yield piece;
      }
    };
    const prepared = await one({ name: 'large', about: '', content });
    read = 0;
    const packing = prepared.pack(null);
    await new Promise((resolve) => packing.once('readable', resolve));
    expect(read).toBeLessThan(100);
    packing.destroy();
  });

  it('needs a timestamp exactly where the manifest announces one', async () => {
    const announced = await prepareBundle({ ...given, timestamped: true });
    const none = await prepareBundle({ ...given, timestamped: false });
    expect(() => announced.pack(null)).toThrow(BundleError);
    expect(() => none.pack(Buffer.alloc(1))).toThrow(BundleError);
  });
});
