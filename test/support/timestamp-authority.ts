/**
 * Time-stamping authorities of this machine, made and run by openssl: their certificates are real, and so are their
 * answers. Those with certificates that openssl would not stamp with sign by `openssl cms`.
 */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What an answer may be replaced by. */
export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** Never answers. */
  readonly silent?: boolean;
}

export type KeyKind = 'rsa' | 'ec';

/** A certificate with its key, as files. */
export interface Identity {
  readonly certificate: string;
  readonly key: string;
  /** The certificate as PEM. */
  readonly pem: string;
}

export interface CertificateOptions {
  readonly name?: string;
  readonly kind?: KeyKind;
  /** The value of extendedKeyUsage; null for none. */
  readonly purpose?: string | null;
  readonly usage?: string | null;
  readonly basicConstraints?: string;
  readonly validFrom?: Date;
  readonly validUntil?: Date;
  /** Further lines of the extension section. */
  readonly extensions?: readonly string[];
  readonly bits?: number;
  /** Hexadecimal; a random one unless given. */
  readonly serial?: string;
  readonly digest?: string;
}

export interface AuthorityOptions {
  /** The hash of the certificate in the token; sha1 makes the first version of the attribute. */
  readonly binding?: 'sha1' | 'sha256' | 'sha384' | 'sha512';
  readonly digest?: 'sha256' | 'sha384' | 'sha512' | 'sha1';
  /** Puts the certificates above the signer's into the token. */
  readonly chain?: readonly Identity[];
  readonly accuracy?: string;
  /** Names the authority in the statement. */
  readonly named?: boolean;
}

/** A folder with certificate authorities. */
export interface Pki {
  readonly folder: string;
  /** A self-signed one. */
  root(options?: CertificateOptions): Promise<Identity>;
  issue(issuer: Identity, options?: CertificateOptions): Promise<Identity>;
  /** One that stamps with `openssl ts`. */
  authority(signer: Identity, options?: AuthorityOptions): Promise<LocalAuthority>;
  /** Signs a statement (TSTInfo in DER) as a token with `openssl cms`, which does not look at the certificate. */
  sign(statement: Uint8Array, signer: Identity, options?: readonly string[]): Promise<Buffer>;
  close(): Promise<void>;
}

export interface LocalAuthority {
  /** The answer (TimeStampResp) to a request (TimeStampReq), both in DER. */
  answer(request: Uint8Array): Promise<Buffer>;
  /** Serves it at a URL of 127.0.0.1 until the folder is closed. */
  serve(): Promise<ServedAuthority>;
}

export interface ServedAuthority {
  readonly url: string;
  /** What was asked, and how. */
  readonly requests: readonly { readonly contentType: string | undefined; readonly body: Buffer }[];
  /** Replaces answers from now on; undefined for the authority's own. */
  reply: ((request: Buffer) => Reply | Promise<Reply>) | undefined;
}

const policy = '1.3.6.1.4.1.55555.1.1';
const day = 86_400_000;

/** `20260131120000Z`, as openssl reads dates. */
const stampOf = (date: Date): string => date.toISOString().replace(/[-:T]|\.\d+/g, '');

export async function startPki(): Promise<Pki> {
  const folder = await mkdtemp(join(tmpdir(), 'pki-'));
  const closers: (() => Promise<void>)[] = [];
  let count = 0;
  const openssl = (...parameters: string[]) => run('openssl', parameters, { cwd: folder });

  async function issue(issuer: Identity | null, options: CertificateOptions): Promise<Identity> {
    const {
      kind = 'rsa',
      purpose = null,
      usage = null,
      basicConstraints,
      extensions = [],
      bits = 2048,
    } = options;
    const number = ++count;
    const path = (ending: string) => join(folder, `${number}.${ending}`);
    const parameters =
      kind === 'rsa'
        ? ['rsa', '-pkeyopt', `rsa_keygen_bits:${bits}`]
        : ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];
    await openssl('genpkey', '-algorithm', ...parameters, '-out', path('key'));
    // openssl ca gives any dates, but wants a database.
    await mkdir(path('d'));
    await writeFile(path('index'), '');
    if (options.serial) await writeFile(path('serial'), options.serial);
    const lines = [
      '[ca]',
      'default_ca = this',
      '[this]',
      `database = ${path('index')}`,
      `new_certs_dir = ${path('d')}`,
      ...(options.serial ? [`serial = ${path('serial')}`] : ['rand_serial = yes']),
      'policy = any',
      'unique_subject = no',
      '[any]',
      'organizationName = optional',
      'commonName = supplied',
      '[extensions]',
      'subjectKeyIdentifier = hash',
      ...(basicConstraints ? [`basicConstraints = ${basicConstraints}`] : []),
      ...(usage ? [`keyUsage = ${usage}`] : []),
      ...(purpose ? [`extendedKeyUsage = ${purpose}`] : []),
      ...extensions,
      '[req]',
      'distinguished_name = name',
      '[name]',
    ];
    await writeFile(path('cnf'), lines.join('\n'));
    const name = options.name ?? `Test ${number}`;
    await openssl(
      'req',
      '-new',
      '-config',
      path('cnf'),
      '-key',
      path('key'),
      '-subj',
      `/O=Heatmark tests/CN=${name}`,
      '-out',
      path('csr'),
    );
    const signer = issuer
      ? ['-cert', issuer.certificate, '-keyfile', issuer.key]
      : ['-selfsign', '-keyfile', path('key')];
    const { validFrom = new Date(Date.now() - day), validUntil = new Date(Date.now() + 30 * day) } = options;
    await openssl(
      ...[
        'ca',
        '-batch',
        '-notext',
        '-config',
        path('cnf'),
        '-in',
        path('csr'),
        '-out',
        path('crt'),
        ...signer,
      ],
      ...['-extensions', 'extensions', '-md', options.digest ?? 'sha256'],
      ...['-startdate', stampOf(validFrom), '-enddate', stampOf(validUntil)],
    );
    return { certificate: path('crt'), key: path('key'), pem: await readFile(path('crt'), 'utf8') };
  }

  async function authority(signer: Identity, options: AuthorityOptions = {}): Promise<LocalAuthority> {
    const number = ++count;
    const path = (ending: string) => join(folder, `${number}.${ending}`);
    await writeFile(path('chain'), (options.chain ?? []).map(({ pem }) => pem).join(''));
    const lines = [
      '[tsa]',
      'default_tsa = this',
      '[this]',
      `serial = ${path('serial')}`,
      `signer_cert = ${signer.certificate}`,
      `signer_key = ${signer.key}`,
      ...(options.chain ? [`certs = ${path('chain')}`] : []),
      `signer_digest = ${options.digest ?? 'sha256'}`,
      `default_policy = ${policy}`,
      'digests = sha1, sha256, sha384, sha512',
      `accuracy = ${options.accuracy ?? 'secs:1, millisecs:500, microsecs:100'}`,
      'clock_precision_digits = 3',
      `tsa_name = ${options.named ? 'yes' : 'no'}`,
      `ess_cert_id_alg = ${options.binding ?? 'sha256'}`,
    ];
    await writeFile(path('cnf'), lines.join('\n'));
    let previous: Promise<unknown> = Promise.resolve();
    let answers = 0;
    const made: LocalAuthority = {
      answer(request) {
        // One after the other: openssl keeps the serial number in a file.
        const next = previous.then(async () => {
          const [query, reply] = [path(`${++answers}.tsq`), path(`${answers}.tsr`)];
          await writeFile(query, request);
          await openssl('ts', '-reply', '-config', path('cnf'), '-queryfile', query, '-out', reply);
          return readFile(reply);
        });
        previous = next.catch(() => {});
        return next;
      },
      async serve() {
        const served = await serve(made);
        closers.push(served.close);
        return served.authority;
      },
    };
    return made;
  }

  return {
    folder,
    root: (options = {}) =>
      issue(null, {
        basicConstraints: 'critical, CA:true',
        usage: 'critical, keyCertSign, cRLSign',
        ...options,
      }),
    issue: (issuer, options = {}) =>
      issue(issuer, { purpose: 'critical, timeStamping', usage: 'critical, digitalSignature', ...options }),
    authority,
    async sign(statement, signer, options = []) {
      const number = ++count;
      const [content, token] = [join(folder, `${number}.tst`), join(folder, `${number}.tok`)];
      await writeFile(content, statement);
      await openssl(
        ...['cms', '-sign', '-binary', '-nodetach'],
        ...(options.includes('-noattr') ? [] : ['-cades']),
        ...(options.includes('-econtent_type') ? [] : ['-econtent_type', '1.2.840.113549.1.9.16.1.4']),
        ...[
          '-in',
          content,
          '-signer',
          signer.certificate,
          '-inkey',
          signer.key,
          '-outform',
          'DER',
          '-out',
          token,
        ],
        ...(options.includes('-md') ? options : ['-md', 'sha256', ...options]),
      );
      return readFile(token);
    },
    async close() {
      await Promise.all(closers.map((close) => close()));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function serve(
  local: LocalAuthority,
): Promise<{ authority: ServedAuthority; close: () => Promise<void> }> {
  const sockets = new Set<Socket>();
  const requests: { contentType: string | undefined; body: Buffer }[] = [];
  const server = createServer((request, response) => {
    const answer = async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const body = Buffer.concat(chunks);
      requests.push({ contentType: request.headers['content-type'], body });
      const reply = await authority.reply?.(body);
      if (reply?.silent) return;
      const content = reply?.body ?? (reply?.status ? Buffer.alloc(0) : await local.answer(body));
      response.writeHead(reply?.status ?? 200, {
        'content-type': 'application/timestamp-reply',
        ...reply?.headers,
      });
      response.end(content);
    };
    answer().catch(() => response.destroy());
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const authority: ServedAuthority = { url: `http://127.0.0.1:${port}/tsa`, requests, reply: undefined };
  const close = () =>
    new Promise<void>((resolve) => {
      for (const socket of sockets) socket.destroy();
      server.close(() => resolve());
    });
  return { authority, close };
}
