import { describe, expect, it } from 'vitest';
import { graphql } from '../../../client/generated/gql.ts';
import { useApp } from '../../support/app.ts';
import { act, create, logOf, uuidOf } from '../support.ts';

const app = useApp();
const secret = ' correct horse battery staple ';

const See = graphql(`
  query SecretsSee {
    machines { nodes { id username hasPassword } }
    machineServices { nodes { id hasApplicationToken hasUserToken } }
    events(first: 100, after: "START") {
      nodes { kind changes { field before after } }
    }
  }
`);

/** Everything that is stored as text of an organization's rows, with bytes as they are. */
async function stored(tables: readonly string[]): Promise<string> {
  const rows = await Promise.all(
    tables.map((table) => app().database.query<{ row: string }>(`SELECT t::text AS row FROM "${table}" t`)),
  );
  return rows
    .flat()
    .map(({ row }) => row)
    .join('\n');
}

describe('a password', () => {
  it('is kept sealed, told of, and never told: not in answers, events, receipts or columns', async () => {
    const { ours } = await app().organizations();
    const input = { name: 'EOS', username: 'eos', password: secret, clientMutationId: 'once' };
    const machineId = await create(ours.client, 'Machine', input);
    const tokens = { applicationToken: `${secret}a`, userToken: `${secret}u` };
    await create(ours.client, 'MachineService', { name: 'P3D', url: 'https://p3d.example.com', ...tokens });

    const seen = await ours.client.query(See, {});
    expect(seen.machines.nodes).toEqual([{ id: machineId, username: 'eos', hasPassword: true }]);
    expect(seen.machineServices.nodes).toMatchObject([{ hasApplicationToken: true, hasUserToken: true }]);
    const changes = seen.events.nodes.flatMap((event) => event.changes);
    expect(changes).toContainEqual({ field: 'hasPassword', before: null, after: true });
    expect(JSON.stringify(seen)).not.toContain('battery');

    const log = await logOf(app(), ours);
    expect(
      JSON.stringify(log, (_key, value) => (typeof value === 'bigint' ? String(value) : value)),
    ).not.toMatch(/battery|sealed/);
    const hex = Buffer.from('battery').toString('hex');
    const text = await stored(['Machine', 'MachineService', 'Event', 'CommandReceipt', 'EventDraft']);
    expect(text).toContain('EOS');
    expect(text).not.toContain('battery');
    expect(text).not.toContain(hex);

    const row = await app().app.prisma.machine.findUniqueOrThrow({
      where: { organizationId_id: { organizationId: ours.organizationId, id: uuidOf(machineId) } },
    });
    const opened = app().app.runtime.secrets.open(
      ours.organizationId,
      row.sealedPassword ?? new Uint8Array(),
    );
    expect(opened).toBe(secret);
  });

  it('is forgotten by null, and stays where an update leaves it out', async () => {
    const { ours } = await app().organizations();
    const machineId = await create(ours.client, 'Machine', { name: 'EOS', password: secret });
    const has = 'machine { hasPassword }';
    const renamed = { machineId, name: 'EOS 2' };
    expect(await act(ours.client, 'updateMachine', renamed, has)).toMatchObject({
      machine: { hasPassword: true },
    });
    const cleared = { machineId, password: null };
    expect(await act(ours.client, 'updateMachine', cleared, has)).toMatchObject({
      machine: { hasPassword: false },
    });
  });

  it('of a URL is refused, so that it is not shown with it', async () => {
    const { ours } = await app().organizations();
    const input = { name: 'P3D', url: 'https://user:battery@p3d.example.com' };
    const refused = create(ours.client, 'MachineService', input);
    await expect(refused).rejects.toThrow(/without a password/);
    await expect(refused).rejects.not.toThrow(/battery/);
  });
});
