import { describe, expect, test } from 'vitest';
import { ConfigError, readConfig } from '../../src/config.ts';
import { createLogger, requestLogger } from '../../src/logger.ts';

describe('the configuration', () => {
  test('has defaults that reach nobody and need nothing', () => {
    expect(readConfig({})).toEqual({
      host: '127.0.0.1',
      maxUploadBytes: 5 * 1024 ** 3,
      port: 4000,
      readingRetentionDays: 400,
      dataDirectory: '.heatmark',
      adminToken: undefined,
      logLevel: 'info',
      databaseUrl: undefined,
      redisUrl: undefined,
      mode: 'development',
      graphiql: true,
      maxSockets: 2_000,
      maxSocketsPerToken: 20,
      webhookAllowedHosts: [],
      allowedOrigins: [],
      publicReportsPerMinute: 60,
    });
  });

  test('reads what is set', () => {
    const config = readConfig({
      HOST: '0.0.0.0',
      PORT: '0',
      NODE_ENV: 'production',
      DATABASE_URL: 'postgres://u:p@db/heatmark',
      REDIS_URL: 'rediss://cache:6380',
      HEATMARK_ADMIN_TOKEN: 't'.repeat(20),
      HEATMARK_WEBHOOK_ALLOWED_HOSTS: 'erp.plant.example, 10.0.0.7:8080 ,[::1]',
      HEATMARK_ALLOWED_ORIGINS: ' https://a.example , http://localhost:5173,',
      LOG_LEVEL: 'silent',
    });
    expect(config).toMatchObject({
      host: '0.0.0.0',
      port: 0,
      mode: 'production',
      graphiql: false,
      logLevel: 'silent',
    });
    expect(config.webhookAllowedHosts).toEqual(['erp.plant.example', '10.0.0.7:8080', '[::1]']);
    expect(config.allowedOrigins).toEqual(['https://a.example', 'http://localhost:5173']);
  });

  test('takes an empty variable for an absent one', () => {
    expect(readConfig({ PORT: '', DATABASE_URL: '  ' })).toMatchObject({
      port: 4000,
      databaseUrl: undefined,
    });
  });

  const wrong = {
    PORT: '65536',
    HEATMARK_ADMIN_TOKEN: 'short-secret',
    LOG_LEVEL: 'loud',
    DATABASE_URL: 'mysql://root:hunter2@db',
    REDIS_URL: 'hunter2',
    NODE_ENV: 'prod',
    HEATMARK_ALLOWED_ORIGINS: 'https://a.example/path',
  };

  test('names every wrong value at once and prints none of them', () => {
    let error: unknown;
    try {
      readConfig(wrong);
    } catch (cause) {
      error = cause;
    }
    if (!(error instanceof ConfigError)) throw new Error('it passed');
    expect(error.problems.map((problem) => problem.split(' ')[0]).sort()).toEqual(Object.keys(wrong).sort());
    expect(error.message).not.toMatch(/hunter2|short-secret|mysql/);
  });

  test.each([
    ['PORT', 'abc'],
    ['PORT', '-1'],
    ['PORT', '4000.5'],
    ['HEATMARK_WEBHOOK_ALLOWED_HOSTS', 'http://erp.plant.example'],
    ['HEATMARK_WEBHOOK_ALLOWED_HOSTS', '*'],
    ['HEATMARK_ALLOWED_ORIGINS', '*'],
    ['HEATMARK_ALLOWED_ORIGINS', 'https://a.example/'],
    ['HEATMARK_ALLOWED_ORIGINS', 'ftp://a.example'],
    ['DATABASE_URL', 'postgres:'],
  ])('refuses %s=%s', (name, value) => {
    expect(() => readConfig({ [name]: value })).toThrow(name);
  });

  const bucket = {
    HEATMARK_S3_ENDPOINT: 'https://storage.example.com/',
    HEATMARK_S3_BUCKET: 'plant-files',
    HEATMARK_S3_ACCESS_KEY_ID: 'AKID',
    HEATMARK_S3_SECRET_ACCESS_KEY: 'hunter2',
  };

  test('knows a bucket', () => {
    expect(readConfig(bucket).s3).toEqual({
      endpoint: 'https://storage.example.com',
      region: 'us-east-1',
      bucket: 'plant-files',
      accessKeyId: 'AKID',
      secretAccessKey: 'hunter2',
    });
  });

  test.each(Object.keys(bucket))('refuses half a bucket, naming what is missing: %s', (name) => {
    expect(() => readConfig({ ...bucket, [name]: '' })).toThrow(
      new RegExp(`valid:\\n {2}- ${name} must be[^\\n]*$`),
    );
  });

  test.each([
    ['HEATMARK_PUBLIC_URL', 'plant.example.com'],
    ['HEATMARK_PUBLIC_URL', 'https://plant.example.com/?a=1'],
    ['HEATMARK_MAX_UPLOAD_BYTES', '0'],
    ['HEATMARK_MAX_UPLOAD_BYTES', '5 GB'],
  ])('refuses %s=%s', (name, value) => {
    expect(() => readConfig({ [name]: value })).toThrow(name);
  });

  test('cannot be changed', () => {
    const config = readConfig({ HEATMARK_ALLOWED_ORIGINS: 'https://a.example' });
    expect(Object.isFrozen(config)).toBe(true);
    expect(Object.isFrozen(config.allowedOrigins)).toBe(true);
  });
});

describe('the log', () => {
  const capture = () => {
    const lines: string[] = [];
    return {
      lines,
      log: createLogger({ level: 'info', destination: { write: (line) => void lines.push(line) } }),
    };
  };

  test('carries the request id', () => {
    const { lines, log } = capture();
    requestLogger(log, 'request-1').info('hello');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ requestId: 'request-1', msg: 'hello' });
  });

  test('keeps no secret, at the top or deeper, nor in an error', () => {
    const { lines, log } = capture();
    log.info({
      authorization: 'Bearer hunter2',
      headers: { authorization: 'Bearer hunter2', cookie: 'hunter2' },
      request: { headers: { authorization: 'Bearer hunter2' } },
      config: { adminToken: 'hunter2', databaseUrl: 'postgres://u:hunter2@db' },
      input: { password: 'hunter2', secret: 'hunter2', token: 'hunter2' },
    });
    const cause = new Error('no route to redis://:hunter2@cache');
    log.error({ err: new Error('cannot reach postgres://u:hunter2@db/x with Bearer hunter2', { cause }) });
    log.error({
      err: Object.assign(new Error('x'), { meta: { url: 'postgres://u:hunter2@db' }, token: 'hunter2' }),
    });
    expect(lines).toHaveLength(3);
    for (const line of lines) expect(line).not.toContain('hunter2');
    expect(lines[1]).toContain('cannot reach postgres://[redacted]@db/x');
  });
});
