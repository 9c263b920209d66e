import type { Logger } from 'pino';
import type { PrismaClient } from '../prisma/generated/client/client.ts';
import type { Database } from './database/open.ts';
import type { Bus } from './events/bus.ts';
import type { EventLog } from './events/log.ts';
import type { Files } from './files/files.ts';
import type { RateLimit } from './http/rate.ts';
import type { Secrets } from './secrets.ts';
import type { TimestampAuthority } from './timestamps/authority.ts';
import type { Targets } from './webhooks/target.ts';

/** What an application has one of. Given to services as an argument; nothing is global. */
export interface Runtime {
  readonly database: Database;
  /** The client that sees every organization: for start-up, authentication and the command runner only. */
  readonly prisma: PrismaClient;
  readonly bus: Bus;
  readonly events: EventLog;
  readonly log: Logger;
  readonly secrets: Secrets;
  /** Where webhooks may be sent. */
  readonly targets: Targets;
  readonly files: Files;
  /** Who timestamps what has to be proven; null where none is configured. */
  readonly authority: TimestampAuthority | null;
  /** Holds back those who look up many public reports. */
  readonly publicLookups: RateLimit;
  /** The clock of this process. What orders events is the database's position, never this. */
  now(): Date;
}
