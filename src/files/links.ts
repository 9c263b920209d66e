import { decodeId, encodeId } from '../ids.ts';
import type { Secrets } from '../secrets.ts';

/** What a link allows: one way, of one file of one organization, for some time. */
export interface FileLink {
  readonly organizationId: string;
  readonly fileId: string;
  readonly method: 'GET' | 'PUT';
  readonly until: Date;
  /** Whether a browser may show it, rather than save it. */
  readonly inline: boolean;
}

/** The path of every link. */
export const filesPath = '/files/';

/** What the signature of a link covers: everything that it allows. */
const signedText = ({ organizationId, fileId, method, until, inline }: FileLink): string =>
  [method, organizationId, fileId, seconds(until), inline ? 'inline' : 'attachment'].join('\n');

const seconds = (instant: Date): number => Math.floor(instant.getTime() / 1_000);

const purpose = 'file link';

/**
 * A link that whoever has it can use, without a token.
 * @param base the URL that clients reach this server by; null for a link without, to be resolved against the URL of
 *   the GraphQL endpoint
 */
export function writeLink(secrets: Secrets, base: string | null, link: FileLink): string {
  const query = new URLSearchParams({
    organization: encodeId('Organization', link.organizationId),
    until: String(seconds(link.until)),
    ...(link.inline ? { inline: '1' } : {}),
    signature: secrets.sign(purpose, signedText(link)),
  });
  return `${base ?? ''}${filesPath}${encodeId('File', link.fileId)}?${query}`;
}

/** The link of a request, or null where it is not ours, was changed, is for another method or has expired. */
export function readLink(
  secrets: Secrets,
  method: 'GET' | 'PUT',
  target: string,
  now: Date,
): FileLink | null {
  const [path = '', query = ''] = target.split('?', 2);
  const parameters = new URLSearchParams(query);
  const file = decodeId(path.slice(filesPath.length));
  const organization = decodeId(parameters.get('organization') ?? '');
  const until = parameters.get('until') ?? '';
  if (file?.noun !== 'File' || organization?.noun !== 'Organization' || !/^\d{1,11}$/.test(until))
    return null;
  const link: FileLink = {
    organizationId: organization.uuid,
    fileId: file.uuid,
    method,
    until: new Date(Number(until) * 1_000),
    inline: parameters.get('inline') === '1',
  };
  const ours = secrets.verify(purpose, signedText(link), parameters.get('signature') ?? '');
  return ours && link.until > now ? link : null;
}
