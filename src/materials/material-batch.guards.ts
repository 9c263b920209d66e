/** What stands against using, mixing and loading material. Other domains (holds, certificates) add guards here. */
import type { Material, Workstation } from '../../prisma/generated/client/client.ts';
import type { CommandContext } from '../commands/context.ts';
import { GuardedAction } from '../commands/guards.ts';
import type { Blocker, SubjectReference } from '../errors.ts';
import type { BatchRow } from './batch.row.ts';
import type { Books } from './books.ts';
import { amount, fromJson, quantityOf } from './mixture.ts';

/** How an object is named in a refusal. */
export const batchSubject = ({ id, name }: Pick<BatchRow, 'id' | 'name'>): SubjectReference => ({
  noun: 'MaterialBatch',
  uuid: id,
  label: name,
});

/** Material that is about to be put where it counts: into a machine, a mixture or a piece. */
export const usingMaterial = new GuardedAction<{ batchIds: readonly string[] }>('useMaterial', {});

/** Unopened containers of a lot that are about to be opened. */
export const openingContainers = new GuardedAction<{ containerIds: readonly string[] }>('openContainers', {});

/** Refuses to mix lots of a material whose lots are kept apart. */
export function lotsApart(
  material: Material,
  batches: readonly BatchRow[],
  lotIds: readonly string[] = [],
): Blocker[] {
  if (material.lotMixing) return [];
  const lots = new Set([...batches.flatMap((row) => [...fromJson(row.mixedLots).keys()]), ...lotIds]);
  if (lots.size <= 1) return [];
  return [
    {
      rule: 'material.lotMixing',
      message: `Lots of ${material.name} are kept apart, and this would mix ${lots.size} of them.`,
      subject: { noun: 'Material', uuid: material.id, label: material.name },
    },
  ];
}

/** Names a batch of which something is in a machine or set aside. */
export const notInMachine = (row: BatchRow): Blocker => ({
  rule: 'batch.notInMachine',
  message: `Part of batch ${row.name} is in a machine or set aside. Unload it first.`,
  subject: batchSubject(row),
});

/** Batches that are about to become one. */
export interface Mixing {
  books: Books;
  /** The material of the result. */
  material: Material;
  /** A batch that goes on existing and gets something; null where a new one is made. */
  into: BatchRow | null;
  sources: readonly BatchRow[];
  /** Lots of containers that are added, with their material. */
  containers: readonly { lotId: string; materialId: string }[];
}

export const mixingMaterial = new GuardedAction<Mixing>('mixMaterial', {
  'material.mixable': async (context, { material, into, sources, containers }) => {
    const others = new Set(
      [...(into ? [into] : []), ...sources, ...containers]
        .map((each) => each.materialId)
        .filter((id) => id !== material.id),
    );
    if (others.size === 0) return [];
    const { tx, organizationId } = context;
    const partners = await tx.materialBlendPartner.findMany({
      where: { organizationId, materialId: material.id, partnerId: { in: [...others] } },
      select: { partnerId: true },
    });
    const allowed = new Set(partners.map((each) => each.partnerId));
    const strangers = await tx.material.findMany({
      where: { organizationId, id: { in: [...others].filter((id) => !allowed.has(id)) } },
      select: { id: true, name: true },
      orderBy: { name: 'asc' },
    });
    return strangers.map(({ id, name }) => ({
      rule: 'material.mixable',
      message: `${name} may not be blended into ${material.name}. Make them blend partners, or use the same material.`,
      subject: { noun: 'Material', uuid: id, label: name },
    }));
  },
  'material.lotMixing': (_context, { material, into, sources, containers }) =>
    lotsApart(
      material,
      [...(into ? [into] : []), ...sources],
      containers.map((each) => each.lotId),
    ),
  'batch.notInMachine': (_context, { books, into, sources }) =>
    [...(into ? [into] : []), ...sources]
      .filter((row) => quantityOf(books.contents(row.id).reserved) > 0n)
      .map(notInMachine),
});

/** A batch that is about to go into a machine. */
export interface Loading {
  books: Books;
  batch: BatchRow;
  workstation: Workstation;
  /** What is in the machine already. */
  loaded: Pick<BatchRow, 'id' | 'name'> | null;
  /** Why powder that was not sieved is loaded all the same. */
  overrideReason: string | null;
}

export const loadingBatch = new GuardedAction<Loading>('loadBatch', {
  'workstation.inUse': (_context, { workstation }) =>
    workstation.archivedAt
      ? [
          {
            rule: 'workstation.inUse',
            message: `Workstation ${workstation.name} is archived.`,
            subject: { noun: 'Workstation', uuid: workstation.id, label: workstation.name },
          },
        ]
      : [],
  'workstation.takesMaterial': async (context, { workstation, batch }) => {
    const { tx, organizationId } = context;
    const allowed = await tx.workstationTypeMaterial.findMany({
      where: { organizationId, workstationTypeId: workstation.workstationTypeId },
      include: { material: { select: { name: true } } },
      orderBy: { materialId: 'asc' },
    });
    if (allowed.length === 0 || allowed.some((each) => each.materialId === batch.materialId)) return [];
    const names = allowed.slice(0, 5).map((each) => each.material.name);
    return [
      {
        rule: 'workstation.takesMaterial',
        message: `Workstation ${workstation.name} takes ${names.join(', ')}${allowed.length > 5 ? ' …' : ''}, and batch ${batch.name} is none of them.`,
        subject: { noun: 'Workstation', uuid: workstation.id, label: workstation.name },
      },
    ];
  },
  'batch.inOneMachine': (_context, { batch, workstation }) =>
    batch.workstationId && batch.workstationId !== workstation.id
      ? [
          {
            rule: 'batch.inOneMachine',
            message: `Batch ${batch.name} is loaded in another machine. Split off what goes into this one.`,
            subject: batchSubject(batch),
          },
        ]
      : [],
  'batch.notExpired': (_context, { books, batch }) =>
    batch.expiresAt && batch.expiresAt <= books.occurredAt
      ? [
          {
            rule: 'batch.notExpired',
            message: `Batch ${batch.name} expired on ${batch.expiresAt.toISOString().slice(0, 10)}.`,
            subject: batchSubject(batch),
          },
        ]
      : [],
  'batch.belowUsageLimit': (_context, { batch }) =>
    batch.usageCyclesLimit !== null && batch.usageCycles >= batch.usageCyclesLimit
      ? [
          {
            rule: 'batch.belowUsageLimit',
            message: `Part of batch ${batch.name} was in ${batch.usageCycles} builds, and ${batch.usageCyclesLimit} is the limit.`,
            subject: batchSubject(batch),
          },
        ]
      : [],
  'batch.sieved': (_context, { batch, overrideReason }) =>
    batch.quality === 'UNSIEVED' && !overrideReason
      ? [
          {
            rule: 'batch.sieved',
            message: `Batch ${batch.name} was not sieved since it was in a build. Sieve it, or say in overrideReason why it may be used.`,
            subject: batchSubject(batch),
          },
        ]
      : [],
});

/** Refuses where the machine holds another batch. */
export function machineIsFree(
  loaded: Pick<BatchRow, 'id' | 'name'> | null,
  batch: BatchRow,
  workstation: Workstation,
): Blocker[] {
  return loaded && loaded.id !== batch.id
    ? [
        {
          rule: 'workstation.empty',
          message: `Workstation ${workstation.name} holds batch ${loaded.name}. Unload it, or top it off.`,
          subject: { noun: 'MaterialBatch', uuid: loaded.id, label: loaded.name },
        },
      ]
    : [];
}

/** Refuses to take more than is at hand. */
export function enough(books: Books, batchId: string, wanted: bigint, part: 'BATCH' | 'LOADED'): Blocker[] {
  const contents = books.contents(batchId);
  const there = quantityOf(part === 'BATCH' ? contents.available : contents.reserved);
  if (wanted <= there) return [];
  const row = books.batch(batchId);
  return [
    {
      rule: part === 'BATCH' ? 'batch.enoughAtHand' : 'batch.enoughLoaded',
      message: `Batch ${row.name} has ${amount(there).toFixed()} ${part === 'BATCH' ? 'at hand' : 'in the machine'}, and ${amount(wanted).toFixed()} is asked for (in core units).`,
      subject: batchSubject(row),
    },
  ];
}

/** The material of some batches, which must be there. */
export async function materialOf(context: CommandContext, id: string): Promise<Material> {
  return context.tx.material.findUniqueOrThrow({ where: context.key(id) });
}
