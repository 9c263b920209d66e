#!/usr/bin/env node
/**
 * Checks a bundle of evidence, offline. It needs this file and Node 20 from 20.15 on, nothing else: no server, no
 * packages, no network.
 *
 *   node verify-bundle.mjs bundle.zip [--ca anchors.pem] [--sha256 <of manifest.json>]
 *
 * A bundle has exactly one form: from its manifest and its contents the whole archive is built anew, headers and
 * directory included, and compared with the file, byte by byte. So no byte can be changed, added or left out unseen.
 * That alone does not tell who made the bundle, nor when: that is what the timestamp proves (--ca, which asks openssl
 * whether the authority is one that you trust), or the manifest's SHA-256, learned in another way (--sha256).
 *
 * Exit status: 0 all that was asked is right, 1 something is not, 2 it was called wrongly.
 */
import { execFileSync } from 'node:child_process';
import { createHash, verify, X509Certificate } from 'node:crypto';
import { closeSync, fstatSync, mkdtempSync, openSync, readSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { crc32 } from 'node:zlib';

const manifestName = 'manifest.json';
const timestampName = 'manifest.tsr';
const largestManifest = 64 * 1024 * 1024;
const largestTimestamp = 1024 * 1024;
const step = 1024 * 1024;

class Problem extends Error {}

function demand(holds, otherwise) {
  if (!holds) throw new Problem(otherwise);
}

const sha256 = (...parts) => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

/**
 * Checks a bundle and returns what it says: { manifest, manifestBytes, manifestSha256, timestamp }, of which timestamp
 * is null, or { response, genTime, imprint, signer }. Throws an Error that says what is wrong.
 *
 * @param bytes a Buffer, or { size, read(position, length) } for files that are larger than the memory
 */
export function verifyBundle(bytes) {
  const file = Buffer.isBuffer(bytes) ? { size: bytes.length, read: (at, length) => bytes.subarray(at, at + length) } : bytes;
  const expect = (at, expected, what) =>
    demand(at + expected.length <= file.size && expected.equals(file.read(at, expected.length)), `${what} is not as it must be.`);
  const directory = [];
  let at = 0;

  // The two that lie in front have their size in their header, the others in the manifest.
  const small = (name, largest) => {
    demand(at + 30 <= file.size, `The file ends before ${name}.`);
    const size = file.read(at, 30).readUInt32LE(22);
    demand(size <= largest && at + 30 + name.length + size <= file.size, `${name} has no proper size.`);
    const content = Buffer.from(file.read(at + 30 + name.length, size));
    const entry = { name: Buffer.from(name), size, crc: crc32(content), at, streamed: false };
    expect(at, localHeader(entry), `The header of ${name}`);
    directory.push(entry);
    at += 30 + name.length + size;
    return content;
  };

  const manifestBytes = small(manifestName, largestManifest);
  const manifest = readManifest(manifestBytes);
  const timestamp = manifest.timestamped ? readTimestamp(small(timestampName, largestTimestamp), manifestBytes) : null;

  for (const { name, size, sha256: expected } of manifest.files) {
    const entry = { name: Buffer.from(name), size, crc: 0, at, streamed: true };
    const header = localHeader(entry);
    expect(at, header, `The header of ${name}`);
    at += header.length;
    demand(at + size <= file.size, `The file ends within ${name}.`);
    const hash = createHash('sha256');
    for (let read = 0; read < size; read += step) {
      const chunk = file.read(at + read, Math.min(step, size - read));
      hash.update(chunk);
      entry.crc = crc32(chunk, entry.crc);
    }
    demand(hash.digest('hex') === expected, `The content of ${name} is not the one that the manifest names.`);
    at += size;
    expect(at, descriptor(entry), `What follows ${name}`);
    at += 16;
    directory.push(entry);
  }

  const start = at;
  for (const entry of directory) {
    const record = directoryRecord(entry);
    expect(at, record, `The directory’s record of ${entry.name}`);
    at += record.length;
  }
  expect(at, endRecord(directory.length, at - start, start), 'The end of the directory');
  demand(at + 22 === file.size, 'Something stands behind the end of the archive.');
  return { manifest, manifestBytes, manifestSha256: sha256(manifestBytes).toString('hex'), timestamp };
}

// ---- The archive: ZIP, stored, without dates (APPNOTE 6.3, 4.3) -----------------------------------------------------

/** Bit 11: names in UTF-8. Bit 3: the size follows the content. */
const flags = ({ streamed }) => 0x0800 | (streamed ? 0x0008 : 0);
/** The first of January 1980, which is as far back as the format goes. */
const date = 0x0021;

function numbers(...pairs) {
  return Buffer.concat(
    pairs.map(([width, value]) => {
      const part = Buffer.alloc(width);
      part.writeUIntLE(value, 0, width);
      return part;
    }),
  );
}

const localHeader = (entry) => {
  const { name, size, crc, streamed } = entry;
  const known = streamed ? [[4, 0], [4, 0], [4, 0]] : [[4, crc], [4, size], [4, size]];
  return Buffer.concat([
    numbers([4, 0x04034b50], [2, 20], [2, flags(entry)], [2, 0], [2, 0], [2, date], ...known, [2, name.length], [2, 0]),
    name,
  ]);
};

const descriptor = ({ size, crc }) => numbers([4, 0x08074b50], [4, crc], [4, size], [4, size]);

const directoryRecord = (entry) => {
  const { name, size, crc, at } = entry;
  const made = numbers([4, 0x02014b50], [2, 0x033f], [2, 20], [2, flags(entry)], [2, 0], [2, 0], [2, date], [4, crc]);
  const sizes = numbers([4, size], [4, size], [2, name.length], [2, 0], [2, 0], [2, 0], [2, 0]);
  // A plain file that everybody may read.
  return Buffer.concat([made, sizes, numbers([4, 0o100644 * 0x10000], [4, at]), name]);
};

const endRecord = (count, size, start) =>
  numbers([4, 0x06054b50], [2, 0], [2, 0], [2, count], [2, count], [4, size], [4, start], [2, 0]);

// ---- The manifest ---------------------------------------------------------------------------------------------------

/** Canonical JSON (RFC 8785): this is where JSON.stringify and sorted keys come to. */
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value === 'object' && value !== null)
    return `{${Object.keys(value).sort().map((key) => `${canonical(key)}:${canonical(value[key])}`).join(',')}}`;
  if (typeof value === 'string') demand(value.isWellFormed(), 'The manifest holds half a character.');
  return JSON.stringify(value);
}

function readManifest(bytes) {
  let manifest;
  let text;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    manifest = JSON.parse(text);
  } catch {
    throw new Problem('The manifest is no JSON.');
  }
  demand(canonical(manifest) === text, 'The manifest is not in its canonical form.');
  hasKeys(manifest, ['createdAt', 'files', 'format', 'merkle', 'subject', 'timestamped', 'version'], 'The manifest');
  demand(manifest.format === 'heatmark-bundle' && manifest.version === 1, 'The manifest is of an unknown format.');
  demand(typeof manifest.timestamped === 'boolean', 'The manifest does not say whether it is timestamped.');
  demand(Array.isArray(manifest.files), 'The manifest has no list of files.');
  const names = new Set([manifestName, timestampName]);
  for (const file of manifest.files) {
    hasKeys(file, ['about', 'name', 'sha256', 'size'], 'A file of the manifest');
    demand(isSafeName(file.name), 'A file of the manifest has a name that is not allowed.');
    // Where the case of letters does not count, one would hide the other.
    const folded = file.name.normalize('NFC').toLowerCase();
    demand(!names.has(folded), `The manifest names ${file.name} twice.`);
    names.add(folded);
    demand(Number.isSafeInteger(file.size) && file.size >= 0, `The manifest has no proper size of ${file.name}.`);
    demand(/^[0-9a-f]{64}$/.test(file.sha256), `The manifest has no proper SHA-256 of ${file.name}.`);
    demand(typeof file.about === 'string', `The manifest does not say what ${file.name} is.`);
  }
  hasKeys(manifest.merkle, ['algorithm', 'root'], 'The Merkle tree of the manifest');
  demand(manifest.merkle.algorithm === 'RFC 9162, SHA-256', 'The Merkle tree of the manifest is of an unknown kind.');
  demand(manifest.merkle.root === rootOf(manifest.files), 'The Merkle root of the manifest is not that of its files.');
  return manifest;
}

function hasKeys(value, keys, what) {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  demand(isObject && Object.keys(value).sort().join() === keys.join(), `${what} has not the fields that it must have.`);
}

/** A relative path without anything that an unpacking program could take for a way out. */
function isSafeName(name) {
  return (
    typeof name === 'string' &&
    Buffer.byteLength(name) <= 255 &&
    name.normalize('NFC') === name &&
    !/[\\:*?"<>|\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(name) &&
    name.split('/').every((part) => part !== '' && !/^[. ]|[. ]$/.test(part))
  );
}

/** The root over the files (RFC 9162, 2.1.1): leaves are the canonical entries of the manifest. */
function rootOf(files) {
  let level = files.map((file) => sha256(Buffer.of(0), canonical(file)));
  while (level.length > 1) {
    const above = [];
    for (let place = 0; place < level.length; place += 2)
      above.push(place + 1 < level.length ? sha256(Buffer.of(1), level[place], level[place + 1]) : level[place]);
    level = above;
  }
  return (level[0] ?? sha256()).toString('hex');
}

// ---- The timestamp (RFC 3161): its form, imprint and signature; whom to trust is asked of openssl -------------------

/** The values in DER that follow each other: [{ tag, content, whole }]. */
function values(bytes) {
  const found = [];
  for (let at = 0; at < bytes.length; ) {
    const first = bytes[at + 1] ?? 0x80;
    const octets = first < 0x80 ? 0 : first & 0x7f;
    demand(first < 0x80 || (octets >= 1 && octets <= 4), 'The timestamp is malformed.');
    const start = at + 2 + octets;
    demand(start <= bytes.length, 'The timestamp is malformed.');
    const length = octets === 0 ? first : bytes.readUIntBE(at + 2, octets);
    demand(octets === 0 || (length >= 0x80 && length >= 256 ** (octets - 1)), 'The timestamp is malformed.');
    demand(start + length <= bytes.length, 'The timestamp is malformed.');
    found.push({ tag: bytes[at], content: bytes.subarray(start, start + length), whole: bytes.subarray(at, start + length) });
    at = start + length;
  }
  return found;
}

/** The one value that the bytes are, of that tag; its members where it has any. */
function only(bytes, tag) {
  const [value, ...more] = values(bytes);
  demand(value?.tag === tag && more.length === 0, 'The timestamp is malformed.');
  return value.content;
}

const isOid = (value, hex) => value?.tag === 0x06 && value.content.toString('hex') === hex;
const oid = {
  signedData: '2a864886f70d010702',
  statement: '2a864886f70d0109100104',
  sha: { '608648016503040201': 'sha256', '608648016503040202': 'sha384', '608648016503040203': 'sha512' },
  messageDigest: '2a864886f70d010904',
  signingCertificate: '2a864886f70d010910020c',
  signingCertificateV2: '2a864886f70d010910022f',
};
/** The hash that an AlgorithmIdentifier names, for node:crypto. */
const hashNamed = (algorithm) => {
  const name = oid.sha[values(algorithm ?? Buffer.alloc(0))[0]?.content.toString('hex') ?? ''];
  demand(name, 'The timestamp uses a hash that is not accepted.');
  return name;
};

function readTimestamp(response, manifestBytes) {
  const [status, token, ...more] = values(only(response, 0x30));
  // What the format allows besides, texts and failures, a bundle has not.
  demand(status?.whole.toString('hex') === '3003020100' && token && more.length === 0, 'The timestamp was not granted.');
  const [kind, wrapped] = values(only(token.whole, 0x30));
  demand(isOid(kind, oid.signedData) && wrapped?.tag === 0xa0, 'The timestamp is not signed.');
  const parts = values(only(wrapped.content, 0x30));
  const [contentKind, octets] = values(parts[2]?.content ?? Buffer.alloc(0));
  demand(isOid(contentKind, oid.statement) && octets?.tag === 0xa0, 'What is signed is no timestamp.');
  const statement = only(octets.content, 0x04);
  const [, , imprint, , time] = values(only(statement, 0x30));
  const [algorithm, hashed] = values(imprint?.content ?? Buffer.alloc(0));
  const hash = createHash(hashNamed(algorithm?.content)).update(manifestBytes).digest();
  demand(hashed?.content.equals(hash), 'The timestamp is not of this manifest.');
  const at = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.\d+)?Z$/.exec(time?.tag === 0x18 ? time.content.toString('latin1') : '');
  demand(at, 'The timestamp has no time.');
  const [year, month, day, hour, minute, second] = at.slice(1).map(Number);
  const genTime = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  const certificates = parts.find(({ tag }) => tag === 0xa0);
  const signers = parts.at(-1);
  const signer = checkSigner(signers?.content, statement, values(certificates?.content ?? Buffer.alloc(0)));
  return { response, genTime, imprint: hash.toString('hex'), signer };
}

/** Checks the signature by the certificate that the signed attributes identify, and returns whose it is. */
function checkSigner(signers, statement, certificates) {
  const [, , digestAlgorithm, attributes, signatureAlgorithm, signature] = values(only(signers ?? Buffer.alloc(0), 0x30));
  demand(attributes?.tag === 0xa0 && signature?.tag === 0x04, 'The timestamp has no signed attributes.');
  const attribute = (...oids) => {
    const found = values(attributes.content).map(({ content }) => values(content)).find(([type]) => oids.some((each) => isOid(type, each)));
    demand(found, 'A signed attribute of the timestamp is missing.');
    return { type: found[0].content.toString('hex'), value: found[1].content };
  };
  const digest = hashNamed(digestAlgorithm?.content);
  const stated = createHash(digest).update(statement).digest();
  demand(only(attribute(oid.messageDigest).value, 0x04).equals(stated), 'The timestamp states something else than what was signed.');
  const binding = attribute(oid.signingCertificateV2, oid.signingCertificate);
  const [identifier] = values(values(only(binding.value, 0x30))[0]?.content ?? Buffer.alloc(0));
  const [first, second] = values(identifier?.content ?? Buffer.alloc(0));
  // The first version of the attribute knows SHA-1 only; in the second SHA-256 is meant where none is named.
  const isFirst = binding.type === oid.signingCertificate;
  const hash = isFirst ? 'sha1' : first?.tag === 0x30 ? hashNamed(first.content) : 'sha256';
  const bound = first?.tag === 0x30 ? second?.content : first?.content;
  const found = certificates.find(({ whole }) => bound && createHash(hash).update(whole).digest().equals(bound));
  demand(found, 'The certificate of the signer is not in the timestamp.');
  const signed = Buffer.from(attributes.whole);
  signed[0] = 0x31;
  let certificate;
  let isSigned = false;
  try {
    certificate = new X509Certificate(found.whole);
    // 1.2.840.113549.1.1.10: RSASSA-PSS, here with a salt of any length.
    const isPss = isOid(values(signatureAlgorithm.content)[0], '2a864886f70d01010a');
    isSigned = verify(digest, signed, { key: certificate.publicKey, ...(isPss && { padding: 6, saltLength: -2 }) }, signature.content);
  } catch {
    throw new Problem('The signature of the timestamp cannot be checked.');
  }
  demand(isSigned, 'The signature of the timestamp is wrong.');
  return certificate.subject.replaceAll('\n', ', ');
}

/** Asks openssl whether an authority that is trusted has stamped the manifest, as of the time of the stamp. */
export function verifyAuthority({ manifestBytes, timestamp }, caFile) {
  demand(timestamp, 'The bundle has no timestamp, so there is no authority to trust.');
  const folder = mkdtempSync(join(tmpdir(), 'bundle-'));
  try {
    writeFileSync(join(folder, 'manifest'), manifestBytes);
    writeFileSync(join(folder, 'response'), timestamp.response);
    const time = String(Math.floor(timestamp.genTime.getTime() / 1000));
    execFileSync(
      'openssl',
      ['ts', '-verify', '-data', join(folder, 'manifest'), '-in', join(folder, 'response'), '-CAfile', caFile, '-attime', time],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
  } catch (error) {
    const said = String(error.stderr ?? error.message).trim().split('\n').at(-1);
    throw new Problem(`openssl does not confirm the timestamp: ${said}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

// ---- The command line -----------------------------------------------------------------------------------------------

function main([path, ...options]) {
  const asked = new Map();
  for (let place = 0; place < options.length; place += 2) asked.set(options[place], options[place + 1]);
  const isKnown = [...asked].every(([key, value]) => ['--ca', '--sha256'].includes(key) && value !== undefined);
  if (!path || path.startsWith('--') || !isKnown) {
    console.error('Usage: node verify-bundle.mjs bundle.zip [--ca anchors.pem] [--sha256 <of manifest.json>]');
    return 2;
  }
  let handle;
  try {
    handle = openSync(path, 'r');
    const read = (position, length) => {
      const buffer = Buffer.alloc(length);
      let done = 0;
      while (done < length) {
        const count = readSync(handle, buffer, done, length - done, position + done);
        if (count === 0) break;
        done += count;
      }
      return buffer.subarray(0, done);
    };
    const result = verifyBundle({ size: fstatSync(handle).size, read });
    const { manifest, manifestSha256, timestamp } = result;
    const expected = asked.get('--sha256');
    demand(!expected || expected.toLowerCase() === manifestSha256, 'The manifest is not the one with that SHA-256.');
    if (asked.has('--ca')) verifyAuthority(result, asked.get('--ca'));
    console.log(`Intact: ${manifest.files.length} files, each as the manifest names it.`);
    console.log(`SHA-256 of the manifest: ${manifestSha256}${expected ? ' (as expected)' : ''}`);
    if (!timestamp) console.log('Not timestamped: nothing here proves when it was made.');
    else {
      console.log(`Timestamped at ${timestamp.genTime.toISOString()} by ${timestamp.signer}.`);
      if (asked.has('--ca')) console.log('The authority is one that your anchors vouch for.');
      else console.log('NOT CHECKED: whether that authority can be trusted. Pass its root certificate with --ca.');
    }
    return 0;
  } catch (error) {
    console.error(`NOT VALID: ${error.message}`);
    return 1;
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}

if (process.argv[1] && fileURLToPath(import.meta.url) === realpathSync(process.argv[1])) process.exitCode = main(process.argv.slice(2));
