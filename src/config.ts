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
  /** Where the embedded database and the files live. */
  readonly dataDirectory: string;
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
  /** Web origins that may call from a browser; none by default. */
  readonly allowedOrigins: readonly string[];
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

const environment = z.object({
  HOST: z.string().default('127.0.0.1'),
  PORT: z
    .string()
    .regex(/^\d{1,5}$/)
    .transform(Number)
    .refine((port) => port <= 65_535)
    .default(4000),
  HEATMARK_DATA: z.string().default('.heatmark'),
  HEATMARK_ADMIN_TOKEN: z.string().min(20).optional(),
  HEATMARK_SECRET: z.string().min(32).optional(),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  DATABASE_URL: z.string().refine(urlWith('postgres:', 'postgresql:')).optional(),
  REDIS_URL: z.string().refine(urlWith('redis:', 'rediss:')).optional(),
  NODE_ENV: z.enum(['development', 'test', 'production']).default('development'),
  HEATMARK_ALLOWED_ORIGINS: z
    .string()
    .transform((list) =>
      list
        .split(',')
        .map((origin) => origin.trim())
        .filter((origin) => origin !== ''),
    )
    .refine((origins) => origins.every(isOrigin))
    .default([]),
});

const expected: Record<keyof z.infer<typeof environment>, string> = {
  HOST: 'an address to listen on',
  PORT: 'a whole number from 0 to 65535 (0 takes a free port)',
  HEATMARK_DATA: 'a directory',
  HEATMARK_ADMIN_TOKEN: 'at least 20 characters',
  HEATMARK_SECRET: 'at least 32 characters, the same for all processes of one database',
  LOG_LEVEL: 'one of fatal, error, warn, info, debug, trace, silent',
  DATABASE_URL: 'a URL that begins with postgres:// or postgresql://',
  REDIS_URL: 'a URL that begins with redis:// or rediss://',
  NODE_ENV: 'one of development, test, production',
  HEATMARK_ALLOWED_ORIGINS:
    'a comma-separated list of web origins such as https://display.example.com, without path',
};

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
  return Object.freeze({
    host: values.HOST,
    port: values.PORT,
    dataDirectory: values.HEATMARK_DATA,
    adminToken: values.HEATMARK_ADMIN_TOKEN,
    secret: values.HEATMARK_SECRET,
    logLevel: values.LOG_LEVEL,
    databaseUrl: values.DATABASE_URL,
    redisUrl: values.REDIS_URL,
    mode: values.NODE_ENV,
    graphiql: values.NODE_ENV === 'development',
    allowedOrigins: Object.freeze([...values.HEATMARK_ALLOWED_ORIGINS]),
  });
}
