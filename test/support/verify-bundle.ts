/** The script that checks bundles, with types: it is plain JavaScript, as it has to run anywhere. */
export interface BundleManifest {
  readonly format: string;
  readonly version: number;
  readonly subject: unknown;
  readonly createdAt: string;
  readonly timestamped: boolean;
  readonly files: readonly { name: string; about: string; size: number; sha256: string }[];
  readonly merkle: { algorithm: string; root: string };
}

export interface VerifiedBundle {
  readonly manifest: BundleManifest;
  readonly manifestBytes: Buffer;
  readonly manifestSha256: string;
  readonly timestamp: { response: Buffer; genTime: Date; imprint: string; signer: string } | null;
}

const script = new URL('../../scripts/verify-bundle.mjs', import.meta.url).href;
const loaded = (await import(script)) as { verifyBundle: (bytes: Buffer) => VerifiedBundle };

/** What the script finds in a bundle. Throws an Error that says what is wrong. */
export const verifyBundle = loaded.verifyBundle;
