import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { mutationText, uuidOf } from '../api/support.ts';
import { useApp } from '../support/app.ts';
import { attach, makeCertificate, makeCertifiedShop } from '../support/certificates.ts';
import type { Client } from '../support/client.ts';
import { makeOrder, makeRun } from '../support/factories.ts';

const app = useApp();

/** A run that ships a piece, which has the one certificate that the step demands. */
async function shipping(client: Client) {
  const shop = await makeCertifiedShop(client, { ship: [{ type: 'PROCESS' }] });
  const { pieces } = await makeOrder(client, shop, { quantity: 1 });
  const pieceIds = pieces.map(({ id }) => id);
  await makeRun(client, shop.printerId, pieceIds, 'COMPLETE');
  const run = await makeRun(client, shop.dockId, pieceIds, 'IN_PROGRESS');
  const certificateId = await makeCertificate(client);
  await attach(client, certificateId, shop.stepIds[1], pieceIds);
  return { runId: run.id, certificate: uuidOf(certificateId), piece: uuidOf(pieceIds[0] ?? '') };
}

/** Somebody else who changes the database in a transaction of their own. */
async function stranger(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: app().databaseUrl });
  await client.connect();
  await client.query('BEGIN');
  return client;
}

/** Whether somebody waits for a row that this connection has locked. */
async function isWaitedFor(holder: pg.Client): Promise<boolean> {
  const { rows } = await holder.query<{ waiting: boolean }>(
    'SELECT EXISTS (SELECT 1 FROM pg_stat_activity WHERE pg_backend_pid() = ANY(pg_blocking_pids(pid))) AS waiting',
  );
  return rows[0]?.waiting ?? false;
}

describe('completing a run waits for who takes a certificate away, and is refused then', () => {
  it.each([
    {
      how: 'supersedes it',
      lock: 'SELECT id FROM "Certificate" WHERE id = $1 FOR UPDATE',
      subject: 'certificate' as const,
      change: `INSERT INTO "Certificate" ("organizationId", id, type, name, sha256, "supersedesId", "createdAt", "updatedAt")
        SELECT "organizationId", gen_random_uuid(), type, 'Corrected', sha256, id, "createdAt", "updatedAt"
        FROM "Certificate" WHERE id = $1`,
    },
    {
      how: 'takes it off the piece',
      lock: 'SELECT id FROM "Piece" WHERE id = $1 FOR UPDATE',
      subject: 'piece' as const,
      change: `UPDATE "CertificateAttachment" SET "voidedAt" = now(), "voidReason" = 'Wrong furnace' WHERE "pieceId" = $1`,
    },
  ])('who $how', async ({ lock, subject, change }) => {
    const { ours } = await app().organizations();
    const { runId, ...subjects } = await shipping(ours.client);
    const holder = await stranger();
    try {
      await holder.query(lock, [subjects[subject]]);
      const text = mutationText('completeRun', '__typename', '... on BlockedError { blockedBy { rule } }');
      const completing = ours.client.sendText(text, { input: { runId, otherwise: 'SUCCESS' } });
      await expect.poll(() => isWaitedFor(holder), { timeout: 10_000 }).toBe(true);
      await holder.query(change, [subjects[subject]]);
      await holder.query('COMMIT');
      expect((await completing).data().completeRun).toEqual({
        __typename: 'BlockedError',
        blockedBy: [{ rule: 'certificate.required' }],
      });
    } finally {
      await holder.end();
    }
  });
});
