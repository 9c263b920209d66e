import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { openSecrets, SealBrokenError, secretsOf } from '../../src/secrets.ts';

const folder = mkdtempSync(join(tmpdir(), 'heatmark-secret-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('secrets', () => {
  const secrets = secretsOf('0123456789abcdef0123456789abcdef');

  it('opens what it sealed, and seals the same text differently each time', () => {
    const sealed = secrets.seal('ours', 'pässword');
    expect(secrets.open('ours', sealed)).toBe('pässword');
    expect(secrets.seal('ours', 'pässword')).not.toEqual(sealed);
    expect(Buffer.from(sealed).toString('latin1')).not.toContain('ssword');
  });

  it('opens nothing for another organization, with another secret, or that was changed', () => {
    const sealed = secrets.seal('ours', 'password');
    expect(() => secrets.open('theirs', sealed)).toThrow(SealBrokenError);
    expect(() => secretsOf('another secret of 32 characters!').open('ours', sealed)).toThrow(SealBrokenError);
    for (let place = 0; place < sealed.length; place++) {
      const changed = sealed.slice();
      changed[place] = (changed[place] ?? 0) ^ 1;
      expect(() => secrets.open('ours', changed)).toThrow(SealBrokenError);
    }
    expect(() => secrets.open('ours', sealed.slice(0, 20))).toThrow(SealBrokenError);
  });

  it('knows its own signatures, each for one purpose', () => {
    const signature = secrets.sign('file', 'a text');
    expect(secrets.verify('file', 'a text', signature)).toBe(true);
    expect(secrets.verify('other', 'a text', signature)).toBe(false);
    expect(secrets.verify('file', 'another text', signature)).toBe(false);
    expect(secrets.verify('file', 'a text', `${signature}A`)).toBe(false);
    expect(secrets.verify('file', 'a text', '')).toBe(false);
  });

  it('comes from a file that is made once and only its owner reads, unless it is configured', () => {
    const config = readConfig({ HEATMARK_DATA: folder });
    const sealed = openSecrets(config).seal('ours', 'password');
    expect(openSecrets(config).open('ours', sealed)).toBe('password');
    expect(statSync(join(folder, 'secret.key')).mode & 0o777).toBe(0o600);
    const configured = readConfig({ HEATMARK_DATA: folder, HEATMARK_SECRET: 'x'.repeat(32) });
    expect(() => openSecrets(configured).open('ours', sealed)).toThrow(SealBrokenError);
  });
});
