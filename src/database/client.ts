import { PrismaClient } from '../../prisma/generated/client/client.ts';
import type { Database } from './open.ts';

/** A Prisma client on an opened database. It sees every organization: see {@link forOrganization}. */
export function openPrisma(database: Database): PrismaClient {
  return new PrismaClient({
    adapter: database.adapter,
    // On PGlite all transactions share one connection and wait for each other.
    transactionOptions: { maxWait: 10_000, timeout: 15_000 },
  });
}

/** Somebody's code named another organization than the caller's: a defect, never the client's fault. */
export class TenancyError extends Error {
  override readonly name = 'TenancyError';
}

type Arguments = { where?: Record<string, unknown>; data?: unknown; create?: unknown };

/**
 * The client of one organization: every operation is confined to it, whatever its arguments forget.
 * Lists, counts and bulk writes get the organization flat in `where` (under AND, or with findFirst, Prisma no
 * longer batches look-ups); lookups by id and created rows must name it, and naming another one throws.
 */
export function forOrganization(prisma: PrismaClient, organizationId: string) {
  const confine = (value: unknown, what: string): void => {
    if (value !== organizationId) throw new TenancyError(`${what} names another organization.`);
  };
  const checkRows = (data: unknown, what: string): void => {
    for (const row of Array.isArray(data) ? data : [data]) {
      confine((row as { organizationId?: unknown }).organizationId, what);
    }
  };
  return prisma.$extends({
    name: 'organization',
    query: {
      $allModels: {
        $allOperations({ model, operation, args, query }) {
          const given = (args ?? {}) as Arguments;
          const what = `${model}.${operation}`;
          if (model === 'Organization') {
            if (operation === 'findUnique' || operation === 'findUniqueOrThrow' || operation === 'update') {
              confine(given.where?.id, what);
              return query(args);
            }
            if (operation === 'findMany') {
              return query({ ...given, where: { ...given.where, id: organizationId } } as typeof args);
            }
            throw new TenancyError(`${what} is not for an organization's own client.`);
          }
          if ('data' in given && operation.startsWith('create')) {
            checkRows(given.data, what);
            return query(args);
          }
          if ('create' in given) checkRows(given.create, what);
          const where = given.where ?? {};
          for (const [key, value] of Object.entries(where)) {
            if (key === 'organizationId') confine(value, what);
            // A compound key: organizationId_id, organizationId_number …
            else if (key.startsWith('organizationId_')) {
              confine((value as { organizationId?: unknown }).organizationId, what);
              return query(args);
            }
          }
          return query({ ...given, where: { ...where, organizationId } } as typeof args);
        },
      },
    },
  });
}

/** The client of one organization. */
export type OrganizationClient = ReturnType<typeof forOrganization>;

/** A transaction's client, which the command runner hands to services. */
export type Transaction = Omit<
  OrganizationClient,
  '$transaction' | '$extends' | '$connect' | '$disconnect' | '$on'
>;
