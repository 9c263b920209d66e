import { type DestinationStream, type Logger, pino, stdSerializers } from 'pino';
import type { LogLevel } from './config.ts';

export type { Logger } from 'pino';

// Keys that hold a secret wherever they stand. A log is read by more people than the database is.
const secretKeys = [
  'authorization',
  'Authorization',
  'cookie',
  'token',
  'tokens',
  'accessToken',
  'refreshToken',
  'adminToken',
  'password',
  'secret',
  'secrets',
  'apiKey',
  'signingKey',
  'databaseUrl',
  'redisUrl',
  'connectionString',
  'DATABASE_URL',
  'REDIS_URL',
  'HEATMARK_ADMIN_TOKEN',
];

// Redaction works on paths, and a wildcard is one level: a secret three objects deep is still found.
const secretPaths = secretKeys.flatMap((key) => [key, `*.${key}`, `*.*.${key}`, `*.*.*.${key}`]);

// Drivers quote their connection string in messages; only its credentials are secret. All patterns stop at a
// quote, as they run over whole lines of JSON and must not join two of its strings.
const credentialsInUrl = /([a-z][a-z0-9+.-]*:\/\/)[^\s/@"\\]+@/gi;
const bearer = /\b(bearer)\s+[\w.~+/=-]+/gi;
// Links to files are used without a token.
const signature = /([?&]signature=)[\w-]+/gi;

/** The text without credentials of URLs, signatures of links and bearer tokens. */
export function withoutSecrets(text: string): string {
  return text
    .replace(credentialsInUrl, '$1[redacted]@')
    .replace(bearer, '$1 [redacted]')
    .replace(signature, '$1[redacted]');
}

/**
 * The process's logger: JSON lines, secrets redacted by key, and in any text by shape.
 * @param options.destination where lines go; standard output unless told (tests pass a stream).
 */
export function createLogger(options: { level: LogLevel; destination?: DestinationStream }): Logger {
  const settings = {
    level: options.level,
    base: { service: 'heatmark' },
    redact: { paths: secretPaths, censor: '[redacted]' },
    serializers: { err: stdSerializers.errWithCause, error: stdSerializers.errWithCause },
    // On the finished line: a message may be an error's, which no serializer sees.
    hooks: { streamWrite: withoutSecrets },
  };
  return options.destination ? pino(settings, options.destination) : pino(settings);
}

/** A logger whose every line carries the id of the request that it is about. */
export function requestLogger(log: Logger, requestId: string): Logger {
  return log.child({ requestId });
}
