import type { IncomingMessage, Server } from 'node:http';
import { renderGraphiQL } from '@graphql-yoga/render-graphiql';
import { type DocumentNode, type GraphQLError, visit } from 'graphql';
import { createYoga, type Plugin } from 'graphql-yoga';
import type { PrismaClient } from '../prisma/generated/client/client.ts';
// The one import from schema/ in src/: this is where the finished schema is put to work.
import { schema } from '../schema/index.ts';
import { receiptHousekeeping } from './commands/receipts.ts';
import type { Config } from './config.ts';
import { RequestContext } from './context.ts';
import { openPrisma } from './database/client.ts';
import { isUnavailable } from './database/errors.ts';
import type { Database } from './database/open.ts';
import { AccessDeniedError, MalformedInputError } from './errors.ts';
import { type Bus, memoryBus, redisBus } from './events/bus.ts';
import { EventLog, type LogLimits } from './events/log.ts';
import { createFilesEndpoint } from './files/endpoint.ts';
import { Files } from './files/files.ts';
import { fileHousekeeping } from './files/housekeeping.ts';
import { openFileStorage } from './files/open-storage.ts';
import type { FileStorage } from './files/storage.ts';
import { createDisplay } from './http/display.ts';
import { BadUserInput, Forbidden, maskError, Unauthenticated, Unavailable } from './http/errors.ts';
import { createHealth } from './http/health.ts';
import { maskForSocket } from './http/masking.ts';
import { createMetrics, createMetricsEndpoint } from './http/metrics.ts';
import { type HardeningOptions, hardening, yogaOptions } from './http/plugins.ts';
import { RateLimit } from './http/rate.ts';
import { createHttpServer } from './http/server.ts';
import { type Caller, may } from './identity/caller.ts';
import { authenticate, bearerToken } from './identity/tokens.ts';
import { type JobLimits, JobProcessing } from './jobs/processing.ts';
import type { Logger } from './logger.ts';
import { type CaptureLimits, CaptureProcessing } from './machines/capture.processing.ts';
import { commandDeadlines } from './machines/machine-command.deadlines.ts';
import { readingHousekeeping } from './monitoring/reading.housekeeping.ts';
import type { Outlet } from './realtime/fan-out.ts';
import { useLiveSubscriptions } from './realtime/live.ts';
import { Sessions } from './realtime/sessions.ts';
import { createSockets, type Enveloped, type SocketLimits } from './realtime/sockets.ts';
import type { Runtime } from './runtime.ts';
import { openSecrets } from './secrets.ts';
import { openAuthority } from './timestamps/configured.ts';
import { WebhookDispatcher, type WebhookLimits } from './webhooks/dispatcher.ts';
import { type Resolve, Targets } from './webhooks/target.ts';

export interface AppOptions {
  config: Config;
  log: Logger;
  /** Opened and migrated. It stays open: two applications may share one. */
  database: Database;
  /** Shared by applications of one process; made from the configuration unless given. */
  bus?: Bus;
  /** The clock; the process's own unless given. */
  now?: () => Date;
  limits?: HardeningOptions['limits'];
  follower?: Partial<LogLimits>;
  sockets?: Partial<SocketLimits>;
  /** Where contents of files lie; what the configuration names unless given. */
  storage?: FileStorage;
  /** How long a peer that sends or takes a file may stand still; a minute unless given. */
  fileStallMs?: number;
  webhooks?: Partial<WebhookLimits>;
  captures?: Partial<CaptureLimits>;
  jobs?: Partial<JobLimits>;
  /** Where the built display lies; where the build puts it unless given. */
  displayFolder?: string;
  /** Finds the addresses of the hosts that webhooks name; the system's own resolver unless given. */
  resolve?: Resolve;
}

export interface App {
  readonly runtime: Runtime;
  readonly server: Server;
  readonly prisma: PrismaClient;
  /** Listens; answers the URL of the server, without a path. */
  listen(): Promise<string>;
  /** Answers what is running, tells the sockets, and lets go. The database stays open. */
  stop(timeoutMs?: number): Promise<void>;
}

/** What Yoga's context holds before ours is made of it. */
interface InitialContext {
  caller?: Caller | null;
  requestId?: string;
  signal?: AbortSignal;
  outlet?: Outlet;
  /** Yoga's, of a request over HTTP. */
  req?: IncomingMessage;
}

/** Puts an application together. Nothing runs until `listen`. */
export function createApp(options: AppOptions): App {
  const { config, log, database } = options;
  const now = options.now ?? (() => new Date());
  const prisma = openPrisma(database);
  const bus = options.bus ?? (config.redisUrl ? redisBus(config.redisUrl, log) : memoryBus());
  const events = new EventLog(database, bus, log, options.follower);
  const secrets = openSecrets(config);
  const targets = new Targets(config.webhookAllowedHosts, options.resolve);
  const files = new Files({
    runtime: () => runtime,
    storage: options.storage ?? openFileStorage(config),
    publicUrl: config.publicUrl ?? null,
    maxUploadBytes: config.maxUploadBytes,
  });
  const authority = openAuthority(config);
  const publicLookups = new RateLimit(config.publicReportsPerMinute);
  const runtime: Runtime = {
    database,
    prisma,
    bus,
    events,
    log,
    secrets,
    files,
    authority,
    publicLookups,
    targets,
    now,
  };
  const metrics = createMetrics();
  const sessions = new Sessions(database, log);
  const signIn = (token: string) => authenticate(database, token, now());

  const yoga = createYoga<object, object>({
    ...yogaOptions(config),
    // GraphiQL with its scripts inside: a plant's network reaches no content delivery network.
    ...(config.graphiql ? { renderGraphiQL } : {}),
    schema,
    plugins: [
      ...hardening({
        log,
        mapError,
        metrics,
        mayIntrospect,
        limits: options.limits,
        importFields: ['ingestReadings', 'attachCertificate'],
      }),
      useCaller(signIn),
      useRequestContext(runtime),
      useLiveSubscriptions({
        metrics,
        sessions,
        mask: (result, requestId) => maskForSocket(result, requestId, log, { mapError }),
      }),
    ],
  });
  const sockets = createSockets({
    config,
    log,
    metrics,
    sessions,
    authenticate: signIn,
    enveloped: (context) => yoga.getEnveloped(context) as unknown as Enveloped,
    mask: (error, requestId) => maskError(error, requestId, log, { mapError }),
    limits: {
      perProcess: config.maxSockets,
      perToken: config.maxSocketsPerToken,
      ...options.sockets,
    },
  });
  const http = createHttpServer({
    yoga: (request, response, context) => yoga(request, response, context),
    health: createHealth({
      checks: { database: () => database.query('SELECT 1') },
      onFailure: (check, cause) => log.warn({ err: cause, check }, 'not ready'),
    }),
    metrics: createMetricsEndpoint(metrics),
    files: createFilesEndpoint({
      runtime,
      allowedOrigins: config.allowedOrigins,
      stallMs: options.fileStallMs,
    }),
    display: createDisplay(options.displayFolder),
    upgrade: sockets.upgrade,
    graphiql: config.graphiql,
    log,
  });
  const chores = [
    receiptHousekeeping(runtime),
    readingHousekeeping(runtime, config.readingRetentionDays),
    fileHousekeeping(runtime),
    commandDeadlines(runtime),
  ];
  const captures = new CaptureProcessing(runtime, options.captures);
  const jobs = new JobProcessing(runtime, options.jobs);
  const webhooks = new WebhookDispatcher(runtime, options.webhooks);
  return {
    runtime,
    prisma,
    server: http.server,
    listen: async () => {
      const { url } = await http.listen(config.port, config.host);
      for (const each of chores) each.start();
      webhooks.start();
      captures.start();
      jobs.start();
      return url;
    },
    stop: async (timeoutMs = 15_000) => {
      const draining = http.drain(timeoutMs);
      await Promise.all([draining, sockets.drain(), webhooks.stop()]);
      sessions.stop();
      await Promise.all([captures.stop(), jobs.stop()]);
      await Promise.all(chores.map((each) => each.stop()));
      await events.close();
      if (!options.bus) await bus.close();
      await prisma.$disconnect();
    },
  };
}

const mayIntrospect = (context: object): boolean => {
  const caller = (context as InitialContext).caller;
  return caller !== null && caller !== undefined && may(caller, 'read');
};

/** Domain failures that are no member of a result union, as the client reads them. */
function mapError(cause: unknown): GraphQLError | undefined {
  if (cause instanceof MalformedInputError) return new BadUserInput(cause.message);
  if (cause instanceof AccessDeniedError) return new Forbidden(cause.message);
  if (isUnavailable(cause))
    return new Unavailable('The database is not available now. Try again in a moment.');
  return undefined;
}

/** Finds out who asks, before anything is parsed: what may be introspected depends on it. */
function useCaller(signIn: (token: string) => Promise<Caller | null>): Plugin {
  return {
    async onRequestParse({ request, serverContext }) {
      const header = request.headers.get('authorization');
      if (header === null) {
        Object.assign(serverContext, { caller: null });
        return;
      }
      const token = bearerToken(header);
      const caller = token ? await signIn(token) : null;
      if (!caller) throw new Unauthenticated('The token is unknown, expired or revoked.');
      Object.assign(serverContext, { caller });
    },
  };
}

const askingForCursor = new WeakMap<DocumentNode, boolean>();

/** Whether a document selects `eventCursor`. */
function asksForCursor(document: DocumentNode): boolean {
  const known = askingForCursor.get(document);
  if (known !== undefined) return known;
  let asks = false;
  visit(document, {
    Field: ({ name }) => {
      if (name.value === 'eventCursor') asks = true;
    },
  });
  askingForCursor.set(document, asks);
  return asks;
}

/** Gives resolvers our context, on every transport. */
function useRequestContext(runtime: Runtime): Plugin {
  const contextOf = ({ caller, requestId, signal, outlet, req }: InitialContext) =>
    new RequestContext({
      runtime,
      caller: caller ?? null,
      requestId: requestId ?? '',
      signal: signal ?? null,
      outlet: outlet ?? null,
      address: req?.socket.remoteAddress ?? '',
    });
  return {
    onExecute({ executeFn, setExecuteFn }) {
      // Assigning to the arguments has no effect here: the pipeline has captured its context already.
      setExecuteFn(async (args) => {
        const contextValue = contextOf(args.contextValue as InitialContext);
        // The fields of a query are read side by side: a cursor that is read first is older than all of them.
        if (contextValue.caller && asksForCursor(args.document)) await contextValue.headAtStart();
        return executeFn({ ...args, contextValue });
      });
    },
    onSubscribe({ args }) {
      args.contextValue = contextOf(args.contextValue as InitialContext) as never;
    },
  };
}
