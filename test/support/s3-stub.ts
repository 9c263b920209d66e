import { createHash, createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A bucket in memory that speaks as much of S3 as storages need, and believes no request with a wrong signature. */
export interface S3Stub {
  /** Without the bucket. */
  readonly endpoint: string;
  readonly bucket: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly objects: Map<string, { content: Buffer; modifiedAt: Date }>;
  readonly uploads: Map<string, { key: string; parts: Map<number, Buffer>; startedAt: Date }>;
  /** `PUT part`, `POST complete` …, in order. */
  readonly acts: string[];
  /** Asked before every act: an answer to give instead of doing it. */
  failing: ((act: string) => { status: number; body: string } | null) | null;
  stop(): Promise<void>;
}

export async function startS3Stub(): Promise<S3Stub> {
  const server = createServer((request, response) => {
    void respond(stub, request, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const stub: S3Stub = {
    endpoint: `http://127.0.0.1:${port}`,
    bucket: 'plant-files',
    region: 'eu-central-1',
    accessKeyId: 'AKIDTEST',
    secretAccessKey: 'a secret key of the tests',
    objects: new Map(),
    uploads: new Map(),
    acts: [],
    failing: null,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return stub;
}

async function respond(stub: S3Stub, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  const xml = (status: number, text: string, headers: Record<string, string> = {}): void => {
    response.writeHead(status, { 'content-type': 'application/xml', ...headers }).end(text);
  };
  if (!isSigned(stub, request, body)) {
    return xml(403, '<Error><Code>SignatureDoesNotMatch</Code></Error>');
  }
  const url = new URL(request.url ?? '', stub.endpoint);
  const [, bucket, ...rest] = url.pathname.split('/');
  const key = decodeURIComponent(rest.join('/'));
  const query = url.searchParams;
  const act = `${request.method} ${actOf(request.method ?? '', key, query)}`;
  stub.acts.push(act);
  if (bucket !== stub.bucket) return xml(404, '<Error><Code>NoSuchBucket</Code></Error>');
  const failure = stub.failing?.(act);
  if (failure) return xml(failure.status, failure.body);

  switch (act) {
    case 'PUT object':
      stub.objects.set(key, { content: body, modifiedAt: new Date() });
      return xml(200, '', { etag: etagOf(body) });
    case 'POST upload': {
      const id = randomUUID();
      stub.uploads.set(id, { key, parts: new Map(), startedAt: new Date() });
      return xml(
        200,
        `<InitiateMultipartUploadResult><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`,
      );
    }
    case 'PUT part': {
      const upload = stub.uploads.get(query.get('uploadId') ?? '');
      if (!upload) return xml(404, '<Error><Code>NoSuchUpload</Code></Error>');
      upload.parts.set(Number(query.get('partNumber')), body);
      return xml(200, '', { etag: etagOf(body) });
    }
    case 'POST complete': {
      const id = query.get('uploadId') ?? '';
      const upload = stub.uploads.get(id);
      if (!upload) return xml(404, '<Error><Code>NoSuchUpload</Code></Error>');
      const parts = [...upload.parts].sort(([a], [b]) => a - b).map(([, part]) => part);
      const tooSmall = parts.slice(0, -1).some((part) => part.length < 5 * 1024 * 1024);
      if (tooSmall) return xml(400, '<Error><Code>EntityTooSmall</Code></Error>');
      const content = Buffer.concat(parts);
      stub.objects.set(key, { content, modifiedAt: new Date() });
      stub.uploads.delete(id);
      const result = `<Key>${key}</Key><ETag>${etagOf(content).replaceAll('"', '&quot;')}</ETag>`;
      return xml(200, `<CompleteMultipartUploadResult>${result}</CompleteMultipartUploadResult>`);
    }
    case 'DELETE upload':
      stub.uploads.delete(query.get('uploadId') ?? '');
      return xml(204, '');
    case 'DELETE object':
      stub.objects.delete(key);
      return xml(204, '');
    case 'GET uploads': {
      const uploads = [...stub.uploads].map(
        ([id, { key: name, startedAt }]) =>
          `<Upload><Key>${name}</Key><UploadId>${id}</UploadId><Initiated>${startedAt.toISOString()}</Initiated></Upload>`,
      );
      return xml(200, `<ListMultipartUploadsResult>${uploads.join('')}</ListMultipartUploadsResult>`);
    }
    case 'GET objects': {
      const prefix = query.get('prefix') ?? '';
      const after = query.get('continuation-token') ?? '';
      const names = [...stub.objects.keys()].filter((name) => name.startsWith(prefix) && name > after).sort();
      const page = names.slice(0, 2);
      const contents = page.map((name) => {
        const at = stub.objects.get(name)?.modifiedAt.toISOString();
        return `<Contents><Key>${name}</Key><LastModified>${at}</LastModified></Contents>`;
      });
      const more = names.length > page.length;
      const next = more ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>` : '';
      return xml(
        200,
        `<ListBucketResult><IsTruncated>${more}</IsTruncated>${next}${contents.join('')}</ListBucketResult>`,
      );
    }
    case 'GET object': {
      const found = stub.objects.get(key);
      if (!found) return xml(404, '<Error><Code>NoSuchKey</Code></Error>');
      const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
      const content = range
        ? found.content.subarray(Number(range[1]), range[2] ? Number(range[2]) + 1 : undefined)
        : found.content;
      response.writeHead(range ? 206 : 200, { 'content-type': 'application/octet-stream' }).end(content);
      return;
    }
    default:
      return xml(501, `<Error><Code>NotImplemented</Code></Error>`);
  }
}

function actOf(method: string, key: string, query: URLSearchParams): string {
  if (query.has('partNumber')) return 'part';
  if (query.has('uploadId')) return method === 'POST' ? 'complete' : 'upload';
  if (query.has('uploads')) return method === 'POST' ? 'upload' : 'uploads';
  return key === '' ? 'objects' : 'object';
}

const etagOf = (content: Buffer): string => `"${createHash('md5').update(content).digest('hex')}"`;
const sha256 = (content: string | Buffer): string => createHash('sha256').update(content).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/** Whether a request carries the signature (AWS Signature Version 4) that its own content asks for. */
function isSigned(stub: S3Stub, { method, url = '', headers }: IncomingMessage, body: Buffer): boolean {
  const given =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})$/.exec(
      headers.authorization ?? '',
    );
  if (!given) return false;
  const [, keyId, day = '', region = '', signedHeaders = '', signature = ''] = given;
  const names = signedHeaders.split(';');
  const stamp = String(headers['x-amz-date'] ?? '');
  const payload = String(headers['x-amz-content-sha256'] ?? '');
  const complete = ['host', 'x-amz-date', 'x-amz-content-sha256'].every((name) => names.includes(name));
  const isNow = Math.abs(Date.now() - instantOf(stamp)) < 15 * 60_000 && stamp.startsWith(day);
  const isPayload = payload === 'UNSIGNED-PAYLOAD' || payload === sha256(body);
  if (keyId !== stub.accessKeyId || region !== stub.region || !complete || !isNow || !isPayload) return false;

  const [path = '', rawQuery = ''] = url.split('?', 2);
  const query = rawQuery
    .split('&')
    .filter((part) => part !== '')
    .map((part) => (part.includes('=') ? part : `${part}=`))
    .sort()
    .join('&');
  const canonicalHeaders = names.map((name) => `${name}:${String(headers[name] ?? '').trim()}\n`).join('');
  const canonical = [method, path, query, canonicalHeaders, signedHeaders, payload].join('\n');
  const scope = `${day}/${region}/s3/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', stamp, scope, sha256(canonical)].join('\n');
  const key = hmac(hmac(hmac(hmac(`AWS4${stub.secretAccessKey}`, day), region), 's3'), 'aws4_request');
  return timingSafeEqual(hmac(key, toSign), Buffer.from(signature, 'hex'));
}

const instantOf = (stamp: string): number =>
  Date.parse(stamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
