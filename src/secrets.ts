import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from './config.ts';

/**
 * What is kept secret of an installation: values that clients gave and that never come back out (passwords of
 * machines, signing keys of webhooks), and the signatures of links. Everything derives from one master secret.
 */
export interface Secrets {
  /** Seals a text for the database (AES-256-GCM, bound to its organization). */
  seal(organizationId: string, text: string): Uint8Array<ArrayBuffer>;
  /**
   * What was sealed.
   * Throws {@link SealBrokenError} where it was sealed for another organization, with another master secret, or changed.
   */
  open(organizationId: string, sealed: Uint8Array): string;
  /** A signature of a text, base64url: what a link carries, so that nobody else can make one. */
  sign(purpose: string, text: string): string;
  /** Whether a signature is ours, compared in constant time. */
  verify(purpose: string, text: string, signature: string): boolean;
}

/** What was sealed cannot be opened: another master secret, or somebody changed it. */
export class SealBrokenError extends Error {
  constructor() {
    super('A sealed value cannot be opened. Was HEATMARK_SECRET changed?');
    this.name = 'SealBrokenError';
  }
}

const nonceBytes = 12;
const tagBytes = 16;

const derive = (master: Buffer, purpose: string): Buffer =>
  Buffer.from(hkdfSync('sha256', master, Buffer.alloc(0), `heatmark ${purpose}`, 32));

/** The secrets that derive from a master secret of at least 32 characters. */
export function secretsOf(masterSecret: string): Secrets {
  const master = Buffer.from(masterSecret, 'utf8');
  const sealing = derive(master, 'sealing');
  const signing = derive(master, 'signing');
  const sign = (purpose: string, text: string): Buffer =>
    createHmac('sha256', signing).update(`${purpose}\n${text}`).digest();
  return {
    seal(organizationId, text) {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', sealing, nonce);
      cipher.setAAD(Buffer.from(organizationId));
      const content = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Uint8Array.from(Buffer.concat([nonce, cipher.getAuthTag(), content]));
    },
    open(organizationId, sealed) {
      try {
        const bytes = Buffer.from(sealed);
        const decipher = createDecipheriv('aes-256-gcm', sealing, bytes.subarray(0, nonceBytes), {
          authTagLength: tagBytes,
        });
        decipher.setAAD(Buffer.from(organizationId));
        decipher.setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes));
        return (
          decipher.update(bytes.subarray(nonceBytes + tagBytes), undefined, 'utf8') + decipher.final('utf8')
        );
      } catch {
        throw new SealBrokenError();
      }
    },
    sign: (purpose, text) => sign(purpose, text).toString('base64url'),
    verify(purpose, text, signature) {
      const expected = sign(purpose, text);
      const given = Buffer.from(signature, 'base64url');
      return given.length === expected.length && timingSafeEqual(given, expected);
    },
  };
}

/**
 * The secrets of an installation: from `HEATMARK_SECRET`, else from a file in the data directory that is made once.
 * Several processes on one database need the variable, or what one seals the others cannot open.
 */
export function openSecrets(config: Config): Secrets {
  return secretsOf(config.secret ?? secretOfFolder(config.dataDirectory));
}

function secretOfFolder(directory: string): string {
  const path = join(directory, 'secret.key');
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  mkdirSync(directory, { recursive: true });
  try {
    // Never over one that another process has made in this moment.
    writeFileSync(path, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return readFileSync(path, 'utf8').trim();
}
