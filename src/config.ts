import { z } from 'zod';

/** How the process runs; decides what a developer sees and a stranger does not (GraphiQL). */
export type Mode = 'development' | 'test' | 'production';

export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';

/** Everything the environment decides, read once and never changed. */
export interface Config {
  /** Address to listen on. The default is the loopback: reaching further is a decision. */
  readonly host: string;
  /** Port to listen on; 0 takes a free one. */
  readonly port: number;
  /** Where the embedded database lives, and the files where there is no bucket. */
  readonly dataDirectory: string;
  /** For how many days single readings are kept. */
  readonly readingRetentionDays: number;
  /** The first administrator's token; without it none is seeded. */
  readonly adminToken: string | undefined;
  /** The master secret that passwords are sealed and links signed with; without it a file in the data directory. */
  readonly secret: string | undefined;
  readonly logLevel: LogLevel;
  /** PostgreSQL; without it the embedded PGlite. */
  readonly databaseUrl: string | undefined;
  /** Redis, for wake-ups between processes; without it they stay in the process. */
  readonly redisUrl: string | undefined;
  readonly mode: Mode;
  /** GraphiQL is served in development only. */
  readonly graphiql: boolean;
  /** WebSockets that this process holds, and those of them that one token may have. */
  readonly maxSockets: number;
  readonly maxSocketsPerToken: number;
  /** Hosts that webhooks may be sent to although they are not public, `host` or `host:port`; none by default. */
  readonly webhookAllowedHosts: readonly string[];
  /** Web origins that may call from a browser; none by default. */
  readonly allowedOrigins: readonly string[];
  /** The URL that clients reach the server by, without a slash at its end; without it links have none. */
  readonly publicUrl: string | undefined;
  /** The bytes that an uploaded file may have. */
  readonly maxUploadBytes: number;
  /** Who timestamps inspections (RFC 3161), and the PEM file of whom to trust in it; without it nobody does. */
  readonly timestampAuthority: { readonly url: string; readonly anchorsFile: string } | undefined;
  /** How many public reports may be looked up in a minute from one address, by this process. */
  readonly publicReportsPerMinute: number;
  /** The bucket that files are kept in; without it they lie in the data directory. */
  readonly s3: S3Config | undefined;
}

/** A bucket of an S3-compatible object storage. */
export interface S3Config {
  /** The URL of the storage, without the bucket. */
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/**
 * The environment is wrong. `problems` names every wrong variable, so that one start shows them all; the
 * values themselves are never in it, as some are secrets and errors end up in logs.
 */
export class ConfigError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`The environment is not valid:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

const urlWith =
  (...protocols: string[]) =>
  (value: string): boolean => {
    const url = URL.parse(value);
    return url !== null && protocols.includes(url.protocol) && url.hostname !== '';
  };

// An origin has no path: "https://a.example/" would never equal what a browser sends.
function isOrigin(value: string): boolean {
  const url = URL.parse(value);
  return url !== null && (url.protocol === 'http:' || url.protocol === 'https:') && url.origin === value;
}

// What is appended to it begins with a slash.
const withoutSlash = (url: string): string => url.replace(/\/+$/, '');

const withoutQuery = (value: string): boolean => !/[?#]/.test(value);

const gibibyte = 1024 ** 3;

const list = z.string().transform((text) =>
  text
    .split(',')
    .map((member) => member.trim())
    .filter((member) => member !== ''),
);

const count = z
  .string()
  .regex(/^[1-9]\d{0,6}$/)
  .transform(Number);

const hostAndPort = /^(\[[0-9a-f:.]+\]|[a-z0-9]([a-z0-9.-]*[a-z0-9])?)(:\d{1,5})?$/i;

const environment = z.object({
  HOST: z.string().default('127.0.0.1'),
  PORT: z
    .string()
    .regex(/^\d{1,5}$/)
    .transform(Number)
    .refine((port) => port <= 65_535)
    .default(4000),
  HEATMARK_DATA: z.string().default('.heatmark'),
  HEATMARK_READING_RETENTION_DAYS: z
    .string()
    .regex(/^\d{1,5}$/)
    .transform(Number)
    .refine((days) => days >= 1 && days <= 36_500)
    .default(400),
  HEATMARK_ADMIN_TOKEN: z.string().min(20).optional(),
  HEATMARK_SECRET: z.string().min(32).optional(),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  DATABASE_URL: z.string().refine(urlWith('postgres:', 'postgresql:')).optional(),
  REDIS_URL: z.string().refine(urlWith('redis:', 'rediss:')).optional(),
  NODE_ENV: z.enum(['development', 'test', 'production']).default('development'),
  HEATMARK_MAX_SOCKETS: count.default(2_000),
  HEATMARK_MAX_SOCKETS_PER_TOKEN: count.default(20),
  HEATMARK_WEBHOOK_ALLOWED_HOSTS: list
    .refine((hosts) => hosts.every((host) => hostAndPort.test(host)))
    .default([]),
  HEATMARK_ALLOWED_ORIGINS: list.refine((origins) => origins.every(isOrigin)).default([]),
  HEATMARK_PUBLIC_URL: z
    .string()
    .refine(urlWith('http:', 'https:'))
    .refine(withoutQuery)
    .transform(withoutSlash)
    .optional(),
  HEATMARK_MAX_UPLOAD_BYTES: z
    .string()
    .regex(/^[1-9]\d{0,14}$/)
    .transform(Number)
    .default(5 * gibibyte),
  HEATMARK_TIMESTAMP_URL: z.string().refine(urlWith('http:', 'https:')).optional(),
  HEATMARK_TIMESTAMP_ANCHORS: z.string().optional(),
  HEATMARK_PUBLIC_REPORTS_PER_MINUTE: count.default(60),
  HEATMARK_S3_ENDPOINT: z
    .string()
    .refine(urlWith('http:', 'https:'))
    .refine(withoutQuery)
    .transform(withoutSlash)
    .optional(),
  HEATMARK_S3_REGION: z.string().default('us-east-1'),
  HEATMARK_S3_BUCKET: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/)
    .optional(),
  HEATMARK_S3_ACCESS_KEY_ID: z.string().optional(),
  HEATMARK_S3_SECRET_ACCESS_KEY: z.string().optional(),
});

const bothOrNone = ' (both of URL and anchors are needed, or none)';
const together = ' (all four of endpoint, bucket, key and secret are needed, or none)';

const expected: Record<keyof z.infer<typeof environment>, string> = {
  HOST: 'an address to listen on',
  PORT: 'a whole number from 0 to 65535 (0 takes a free port)',
  HEATMARK_DATA: 'a directory',
  HEATMARK_READING_RETENTION_DAYS: 'a whole number of days from 1 to 36500',
  HEATMARK_ADMIN_TOKEN: 'at least 20 characters',
  HEATMARK_SECRET: 'at least 32 characters, the same for all processes of one database',
  LOG_LEVEL: 'one of fatal, error, warn, info, debug, trace, silent',
  DATABASE_URL: 'a URL that begins with postgres:// or postgresql://',
  REDIS_URL: 'a URL that begins with redis:// or rediss://',
  NODE_ENV: 'one of development, test, production',
  HEATMARK_MAX_SOCKETS: 'a whole number from 1 to 9999999',
  HEATMARK_MAX_SOCKETS_PER_TOKEN: 'a whole number from 1 to 9999999',
  HEATMARK_WEBHOOK_ALLOWED_HOSTS:
    'a comma-separated list of hosts such as erp.plant.example or 10.0.0.7:8080',
  HEATMARK_ALLOWED_ORIGINS:
    'a comma-separated list of web origins such as https://display.example.com, without path',
  HEATMARK_PUBLIC_URL: 'the http or https URL that clients reach the server by, without a query',
  HEATMARK_MAX_UPLOAD_BYTES: 'a whole number of bytes, at least 1',
  HEATMARK_TIMESTAMP_URL: `the http or https URL of a time-stamping authority (RFC 3161)${bothOrNone}`,
  HEATMARK_TIMESTAMP_ANCHORS: `the path of a PEM file with the certificates to trust in timestamps${bothOrNone}`,
  HEATMARK_PUBLIC_REPORTS_PER_MINUTE: 'a whole number from 1 to 9999999',
  HEATMARK_S3_ENDPOINT: `the http or https URL of the object storage, without the bucket${together}`,
  HEATMARK_S3_REGION: 'the region of the bucket',
  HEATMARK_S3_BUCKET: `the name of a bucket${together}`,
  HEATMARK_S3_ACCESS_KEY_ID: `the id of an access key${together}`,
  HEATMARK_S3_SECRET_ACCESS_KEY: `the secret of the access key${together}`,
};

const bucketVariables = [
  'HEATMARK_S3_ENDPOINT',
  'HEATMARK_S3_BUCKET',
  'HEATMARK_S3_ACCESS_KEY_ID',
  'HEATMARK_S3_SECRET_ACCESS_KEY',
] as const;

/** The bucket, where all of it is said. */
function bucketOf(values: z.infer<typeof environment>): S3Config | undefined {
  const {
    HEATMARK_S3_ENDPOINT: endpoint,
    HEATMARK_S3_REGION: region,
    HEATMARK_S3_BUCKET: bucket,
    HEATMARK_S3_ACCESS_KEY_ID: accessKeyId,
    HEATMARK_S3_SECRET_ACCESS_KEY: secretAccessKey,
  } = values;
  if (!endpoint || !bucket || !accessKeyId || !secretAccessKey) return undefined;
  return Object.freeze({ endpoint, region, bucket, accessKeyId, secretAccessKey });
}

/**
 * Reads the environment. A variable that is empty counts as absent: compose files pass unset ones as ''.
 * @throws ConfigError naming every wrong variable.
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const names = Object.keys(expected) as (keyof typeof expected)[];
  const given = Object.fromEntries(
    names.flatMap((name) => {
      const value = env[name]?.trim();
      return value === undefined || value === '' ? [] : [[name, value]];
    }),
  );
  const parsed = environment.safeParse(given);
  if (!parsed.success) {
    const wrong = new Set(parsed.error.issues.map((issue) => issue.path[0]));
    throw new ConfigError(
      names.filter((name) => wrong.has(name)).map((name) => `${name} must be ${expected[name]}`),
    );
  }
  const values = parsed.data;
  const missing = bucketVariables.filter((name) => values[name] === undefined);
  if (missing.length > 0 && missing.length < bucketVariables.length) {
    throw new ConfigError(missing.map((name) => `${name} must be ${expected[name]}`));
  }
  const { HEATMARK_TIMESTAMP_URL: url, HEATMARK_TIMESTAMP_ANCHORS: anchorsFile } = values;
  if ((url === undefined) !== (anchorsFile === undefined)) {
    const name = url === undefined ? 'HEATMARK_TIMESTAMP_URL' : 'HEATMARK_TIMESTAMP_ANCHORS';
    throw new ConfigError([`${name} must be ${expected[name]}`]);
  }
  return Object.freeze({
    host: values.HOST,
    port: values.PORT,
    dataDirectory: values.HEATMARK_DATA,
    readingRetentionDays: values.HEATMARK_READING_RETENTION_DAYS,
    adminToken: values.HEATMARK_ADMIN_TOKEN,
    secret: values.HEATMARK_SECRET,
    logLevel: values.LOG_LEVEL,
    databaseUrl: values.DATABASE_URL,
    redisUrl: values.REDIS_URL,
    mode: values.NODE_ENV,
    graphiql: values.NODE_ENV === 'development',
    maxSockets: values.HEATMARK_MAX_SOCKETS,
    maxSocketsPerToken: values.HEATMARK_MAX_SOCKETS_PER_TOKEN,
    webhookAllowedHosts: Object.freeze([...values.HEATMARK_WEBHOOK_ALLOWED_HOSTS]),
    allowedOrigins: Object.freeze([...values.HEATMARK_ALLOWED_ORIGINS]),
    publicUrl: values.HEATMARK_PUBLIC_URL,
    maxUploadBytes: values.HEATMARK_MAX_UPLOAD_BYTES,
    timestampAuthority: url && anchorsFile ? Object.freeze({ url, anchorsFile }) : undefined,
    publicReportsPerMinute: values.HEATMARK_PUBLIC_REPORTS_PER_MINUTE,
    s3: bucketOf(values),
  });
}
