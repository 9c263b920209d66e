/**
 * Downloads that are made as they are read, such as an archive of many files: what nobody needs twice is not stored. A
 * link to one is signed as that of a file is.
 */
import type { Readable } from 'node:stream';
import { decodeId, encodeId } from '../ids.ts';
import type { Runtime } from '../runtime.ts';
import type { Secrets } from '../secrets.ts';
import { filesPath } from './links.ts';

/** What is sent. */
export interface Download {
  readonly name: string;
  readonly mediaType: string;
  readonly content: Readable;
}

/** What a download is made of. */
export interface DownloadRequest {
  readonly organizationId: string;
  readonly subjectId: string;
  readonly options: Readonly<Record<string, string>>;
}

/** Makes a download, or answers null where there is nothing to make it of. */
export type MakeDownload = (runtime: Runtime, request: DownloadRequest) => Promise<Download | null>;

const makers = new Map<string, MakeDownload>();

/** Declares a kind of download. Its name stands in links. */
export function downloadKind(name: string, make: MakeDownload): string {
  if (makers.has(name)) throw new Error(`There are two kinds of download ${name}.`);
  makers.set(name, make);
  return name;
}

/** The path of every such link. */
export const downloadsPath = `${filesPath}made/`;

const purpose = 'download link';
const own = new Set(['organization', 'until', 'signature']);

interface Link extends DownloadRequest {
  readonly kind: string;
  /** Seconds since 1970. */
  readonly until: number;
}

const signedText = ({ kind, organizationId, subjectId, until, options }: Link): string =>
  JSON.stringify([kind, organizationId, subjectId, until, Object.entries(options).sort()]);

/** A link to a download, for whoever has it. */
export function downloadLink(
  { secrets, files }: Runtime,
  kind: string,
  { organizationId, subjectId, options }: DownloadRequest,
  until: Date,
): string {
  const link: Link = { kind, organizationId, subjectId, options, until: Math.floor(until.getTime() / 1_000) };
  const query = new URLSearchParams({
    organization: encodeId('Organization', organizationId),
    until: String(link.until),
    ...options,
    signature: secrets.sign(purpose, signedText(link)),
  });
  return `${files.publicUrl ?? ''}${downloadsPath}${kind}/${subjectId}?${query}`;
}

/** What a link asks for, or null where it is not ours, was changed or has expired. */
export function readDownloadLink(
  secrets: Secrets,
  target: string,
  now: Date,
): { make: MakeDownload; request: DownloadRequest } | null {
  const [path = '', query = ''] = target.split('?', 2);
  const [kind = '', subjectId = '', ...rest] = path.slice(downloadsPath.length).split('/');
  const parameters = new URLSearchParams(query);
  const organization = decodeId(parameters.get('organization') ?? '');
  const make = makers.get(kind);
  const until = Number(parameters.get('until'));
  if (!make || rest.length > 0 || organization?.noun !== 'Organization') return null;
  const options = Object.fromEntries([...parameters].filter(([name]) => !own.has(name)));
  const request = { organizationId: organization.uuid, subjectId, options };
  const ours = secrets.verify(
    purpose,
    signedText({ ...request, kind, until }),
    parameters.get('signature') ?? '',
  );
  return ours && until * 1_000 > now.getTime() ? { make, request } : null;
}
