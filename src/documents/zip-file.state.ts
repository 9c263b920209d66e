import { stateTable } from '../commands/states.ts';

/** Whether an archive can be downloaded: derived from when it expires and when it was withdrawn. */
export const ZipFileStatus = { AVAILABLE: 'AVAILABLE', EXPIRED: 'EXPIRED', REVOKED: 'REVOKED' } as const;
export type ZipFileStatus = keyof typeof ZipFileStatus;

export const zipFileStates = stateTable<ZipFileStatus, 'REVOKE_ZIP_FILE'>('ZipFile', {
  REVOKE_ZIP_FILE: { from: ['AVAILABLE'], to: 'REVOKED' },
});

/** The state of an archive at an instant. */
export function zipFileStatus(
  { expiresAt, revokedAt }: { expiresAt: Date; revokedAt: Date | null },
  now: Date,
): ZipFileStatus {
  if (revokedAt) return 'REVOKED';
  return expiresAt > now ? 'AVAILABLE' : 'EXPIRED';
}
