import type { Database } from '../../src/database/open.ts';

/** Counts the statements that reach the database, through Prisma and beside it. */
export interface DatabaseCalls {
  readonly database: Database;
  /** The statements that `work` made, in their order. */
  during<T>(work: () => Promise<T>): Promise<{ value: T; statements: string[] }>;
}

// What comes by the clock (notes of use, housekeeping), and what only one of the two databases is told.
const uncounted =
  /UPDATE .*"ApiToken"|"CommandReceipt" WHERE "createdAt"|AS work\s+FROM "Webhook"|DELETE FROM "WebhookDelivery"|UPDATE "Capture" c SET|UPDATE "Job" j SET|FROM "MachineCommand"\s+WHERE status IN|^(BEGIN|COMMIT|SET)\b/;

/** A database that notes every statement of an operation. For cost tests: the same number at 1 and at 20 rows. */
export function countingCalls(database: Database): DatabaseCalls {
  let statements: string[] | null = null;
  const note = (sql: string): void => {
    if (!uncounted.test(sql)) statements?.push(sql);
  };
  const adapter: Database['adapter'] = {
    ...database.adapter,
    provider: database.adapter.provider,
    adapterName: database.adapter.adapterName,
    connect: async () => watched(await database.adapter.connect(), note),
  };
  return {
    database: {
      kind: database.kind,
      adapter,
      query: (sql, parameters) => {
        note(sql);
        return database.query(sql, parameters);
      },
      script: (sql) => database.script(sql),
      connectForMigration: () => database.connectForMigration(),
      close: () => database.close(),
    },
    async during(work) {
      statements = [];
      try {
        return { value: await work(), statements };
      } finally {
        statements = null;
      }
    },
  };
}

/** A connection, or a transaction of it, whose statements are noted. */
function watched<T extends object>(connection: T, note: (sql: string) => void): T {
  return new Proxy(connection, {
    get(target, name) {
      const member = Reflect.get(target, name) as unknown;
      if (typeof member !== 'function') return member;
      const method = member.bind(target) as (...given: unknown[]) => unknown;
      if (name === 'queryRaw' || name === 'executeRaw') {
        return (query: { sql: string }) => {
          note(query.sql);
          return method(query);
        };
      }
      if (name === 'startTransaction') {
        return async (...given: unknown[]) => watched((await method(...given)) as object, note);
      }
      return method;
    },
  });
}
