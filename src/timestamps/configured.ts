import { readFileSync } from 'node:fs';
import { type Config, ConfigError } from '../config.ts';
import type { TimestampAuthority } from './authority.ts';
import { readAnchors } from './certificates.ts';

/**
 * The authority that the environment names, with its anchors read; null where it names none.
 *
 * @throws ConfigError where the anchors cannot be read: a server that trusts nobody would fail every timestamp
 */
export function openAuthority({
  timestampAuthority: named,
}: Pick<Config, 'timestampAuthority'>): TimestampAuthority | null {
  if (!named) return null;
  try {
    return { url: named.url, anchors: readAnchors(readFileSync(named.anchorsFile, 'utf8')) };
  } catch (error) {
    throw new ConfigError([
      `HEATMARK_TIMESTAMP_ANCHORS must be the path of a PEM file with certificates: ${(error as Error).message}`,
    ]);
  }
}
