import { beforeAll, describe, expect, it } from 'vitest';
import { forOrganization, type OrganizationClient, TenancyError } from '../../src/database/client.ts';
import { decodeId, newId } from '../../src/ids.ts';
import { unique, useApp } from '../support/app.ts';
import { type FilledOrganization, twoFilled } from './everything.ts';

const app = useApp();
let ours: FilledOrganization;
let theirs: FilledOrganization;
let client: OrganizationClient;
beforeAll(async () => {
  ({ ours, theirs } = await twoFilled(app()));
  client = forOrganization(app().app.prisma, ours.organizationId);
});

const uuidOf = (id: string): string => decodeId(id)?.uuid ?? '';
const keyOf = ({ organizationId, ids }: FilledOrganization) => ({
  organizationId_id: { organizationId, id: uuidOf(ids.Location) },
});
const rowFor = ({ organizationId }: FilledOrganization) => ({
  organizationId,
  id: newId(),
  name: unique('Row'),
  createdAt: new Date(),
  updatedAt: new Date(),
});
const namesOfTheirs = async (): Promise<string[]> => {
  const { organizationId } = theirs;
  const rows = await app().app.prisma.location.findMany({ where: { organizationId } });
  return rows.map((row) => row.name);
};
const undefinedId = undefined as unknown as string;

describe('an undefined value', () => {
  it('in a where throws, where it would answer with the rows of everybody', async () => {
    const { prisma } = app().app;
    const where = { organizationId: undefinedId };
    await expect(prisma.location.findMany({ where })).rejects.toThrow('undefined');
    await expect(prisma.location.count({ where })).rejects.toThrow('undefined');
    await expect(prisma.location.updateMany({ where, data: { name: 'Everybody' } })).rejects.toThrow(
      'undefined',
    );
    await expect(prisma.location.deleteMany({ where })).rejects.toThrow('undefined');
  });

  it("in a where of an organization's client throws too", async () => {
    await expect(client.location.findMany({ where: { name: undefinedId } })).rejects.toThrow('undefined');
    await expect(client.location.findMany({ where: { organizationId: undefinedId } })).rejects.toThrow(
      TenancyError,
    );
    const where = { organizationId_id: { organizationId: undefinedId, id: uuidOf(theirs.ids.Location) } };
    await expect(client.location.findUnique({ where })).rejects.toThrow(TenancyError);
  });
});

describe("an organization's client", () => {
  it.each([
    ['findUnique', () => client.location.findUnique({ where: keyOf(theirs) })],
    ['findUniqueOrThrow', () => client.location.findUniqueOrThrow({ where: keyOf(theirs) })],
    ['update', () => client.location.update({ where: keyOf(theirs), data: { name: 'Ours now' } })],
    ['delete', () => client.location.delete({ where: keyOf(theirs) })],
    ['create', () => client.location.create({ data: rowFor(theirs) })],
    ['createMany', () => client.location.createMany({ data: [rowFor(ours), rowFor(theirs)] })],
    ['createManyAndReturn', () => client.location.createManyAndReturn({ data: [rowFor(theirs)] })],
    [
      'upsert of a foreign row',
      () =>
        client.location.upsert({ where: keyOf(theirs), create: rowFor(ours), update: { name: 'Ours now' } }),
    ],
    [
      'upsert that creates a foreign row',
      () => client.location.upsert({ where: keyOf(ours), create: rowFor(theirs), update: {} }),
    ],
    ['findMany', () => client.location.findMany({ where: { organizationId: theirs.organizationId } })],
    ['findFirst', () => client.location.findFirst({ where: { organizationId: theirs.organizationId } })],
    ['count', () => client.location.count({ where: { organizationId: theirs.organizationId } })],
    [
      'findMany of several',
      () => client.location.findMany({ where: { organizationId: { in: [theirs.organizationId] } } }),
    ],
    [
      'the organization itself',
      () => client.organization.findUnique({ where: { id: theirs.organizationId } }),
    ],
    ['a new organization', () => client.organization.create({ data: rowFor(theirs) as never })],
    ['all organizations', () => client.organization.deleteMany({})],
  ])('refuses a foreign id in %s', async (_what, act) => {
    const before = await namesOfTheirs();
    await expect(act()).rejects.toThrow(TenancyError);
    expect(await namesOfTheirs()).toEqual(before);
  });

  it.each([
    ['findMany', () => client.location.findMany()],
    [
      'findMany with OR',
      () => client.location.findMany({ where: { OR: [{ organizationId: theirs.organizationId }, {}] } }),
    ],
    [
      'findMany with NOT',
      () => client.location.findMany({ where: { NOT: { organizationId: ours.organizationId } } }),
    ],
    ['findFirst', async () => [await client.location.findFirst({ orderBy: { createdAt: 'desc' } })]],
    ['updateManyAndReturn', () => client.location.updateManyAndReturn({ where: {}, data: { phone: '1' } })],
    ['findMany of the organization', () => client.organization.findMany()],
    [
      'findMany from a foreign cursor',
      () => client.location.findMany({ cursor: keyOf(theirs), orderBy: { name: 'asc' } }),
    ],
  ])('confines %s', async (_what, act) => {
    const rows = (await act()).flatMap((row) => (row ? [row] : []));
    const organizations = rows.map((row) => ('organizationId' in row ? row.organizationId : row.id));
    expect([...new Set(organizations)].filter((id) => id !== ours.organizationId)).toEqual([]);
  });

  it('confines look-ups by a key that is unique everywhere', async () => {
    const [token] = await app().app.prisma.apiToken.findMany({ where: { id: theirs.tokenId } });
    expect(await client.apiToken.findUnique({ where: { hash: token?.hash ?? '' } })).toBeNull();
  });

  it('confines count, aggregate and groupBy', async () => {
    const { organizationId } = ours;
    const expected = await app().app.prisma.piece.count({ where: { organizationId } });
    expect(await client.piece.count()).toBe(expected);
    expect((await client.piece.aggregate({ _count: { _all: true } }))._count._all).toBe(expected);
    const groups = await client.piece.groupBy({ by: ['organizationId'], _count: { _all: true } });
    expect(groups).toEqual([{ organizationId, _count: { _all: expected } }]);
  });

  it('confines updateMany and deleteMany', async () => {
    const before = await namesOfTheirs();
    await client.location.create({ data: rowFor(ours) });
    await client.location.updateMany({ data: { phone: '2' } });
    await client.location.deleteMany({ where: { name: { startsWith: 'Row' } } });
    expect(await namesOfTheirs()).toEqual(before);
    expect(
      await app().app.prisma.location.count({ where: { phone: '2', organizationId: theirs.organizationId } }),
    ).toBe(0);
  });

  it('lets no relation be connected across', async () => {
    const user = {
      organizationId_id: { organizationId: theirs.organizationId, id: uuidOf(theirs.ids.User) },
    };
    const act = client.location.update({ where: keyOf(ours), data: { contact: { connect: user } } });
    await expect(act).rejects.toThrow();
    const row = await client.location.findUniqueOrThrow({ where: keyOf(ours) });
    expect(row).toMatchObject({ organizationId: ours.organizationId, contactId: null });
  });

  it('lets no row be moved across', async () => {
    const data = { organizationId: theirs.organizationId };
    await expect(client.location.updateMany({ where: {}, data })).rejects.toThrow(
      'organizationId of Location never changes',
    );
  });

  it('confines a transaction', async () => {
    await client.$transaction(async (tx) => {
      const rows = await tx.location.findMany();
      expect(rows.every((row) => row.organizationId === ours.organizationId)).toBe(true);
      await expect(tx.location.findUnique({ where: keyOf(theirs) })).rejects.toThrow(TenancyError);
    });
  });
});
