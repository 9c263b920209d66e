/** What stands against filling, docking and emptying containers. */
import type {
  Material,
  MaterialContainer,
  MaterialContainerType,
  Workstation,
} from '../../prisma/generated/client/client.ts';
import type { CommandContext } from '../commands/context.ts';
import { GuardedAction } from '../commands/guards.ts';
import { BlockedError, type Blocker, type SubjectReference, TransitionError } from '../errors.ts';
import { fromJson } from './mixture.ts';

/** How a container is named in a refusal. */
export const containerSubject = ({ id, name }: Pick<MaterialContainer, 'id' | 'name'>): SubjectReference => ({
  noun: 'MaterialContainer',
  uuid: id,
  label: name,
});

const blocker = (rule: string, container: MaterialContainer, message: string): Blocker => ({
  rule,
  message,
  subject: containerSubject(container),
});

/** Throws TransitionError for an archived container. */
export function requireKept(container: MaterialContainer, action: string): void {
  if (container.archivedAt) throw new TransitionError('MaterialContainer', 'ARCHIVED', action, []);
}

/** Throws BlockedError where a container holds no batch. */
export function requireFilled(container: MaterialContainer): string {
  if (container.batchId) return container.batchId;
  throw new BlockedError([
    blocker('container.holdsBatch', container, `Container ${container.name} holds no batch.`),
  ]);
}

/** Whether something is in it: of a batch, or unopened as it was delivered. */
export const holdsSomething = (container: MaterialContainer): boolean =>
  container.batchId !== null || container.quantity.gt(0);

/** Names a container that still holds something. */
export const stillHolds = (container: MaterialContainer): Blocker[] =>
  holdsSomething(container)
    ? [
        blocker(
          'container.isEmpty',
          container,
          `Container ${container.name} holds something. Empty it first, or top it off.`,
        ),
      ]
    : [];

/** Names a container that is docked. */
export const stillDocked = (container: MaterialContainer): Blocker[] =>
  container.workstationId
    ? [
        blocker(
          'container.notDocked',
          container,
          `Container ${container.name} is docked at a workstation. Undock it first.`,
        ),
      ]
    : [];

/** A container into which material is about to be filled. */
export interface Filling {
  container: MaterialContainer;
  material: Pick<Material, 'id' | 'name'>;
  /** The lots that the material is of. */
  lots: readonly string[];
}

/** What is filled into a container that holds something already: only what it may hold counts. */
export async function takesMaterial(
  context: CommandContext,
  container: MaterialContainer,
  material: Pick<Material, 'id' | 'name'>,
): Promise<Blocker[]> {
  const { tx, organizationId } = context;
  const allowed = await tx.materialContainerRestriction.findMany({
    where: { organizationId, containerId: container.id },
    include: { material: { select: { name: true } } },
    orderBy: { materialId: 'asc' },
  });
  if (allowed.length === 0 || allowed.some((each) => each.materialId === material.id)) return [];
  const names = allowed.slice(0, 5).map((each) => each.material.name);
  const more = allowed.length > 5 ? ' …' : '';
  return [
    blocker(
      'container.takesMaterial',
      container,
      `Container ${container.name} takes ${names.join(', ')}${more}, not ${material.name}.`,
    ),
  ];
}

export const fillingContainer = new GuardedAction<Filling>('fillContainer', {
  'container.isEmpty': (_context, { container }) => stillHolds(container),
  'container.notDisposable': (_context, { container }) =>
    container.type === 'DISPOSABLE'
      ? [
          blocker(
            'container.notDisposable',
            container,
            `Container ${container.name} is disposable: it is not filled again. Reclassify it to go on using it.`,
          ),
        ]
      : [],
  'container.takesMaterial': (context, { container, material }) =>
    takesMaterial(context, container, material),
  'container.isClean': async (context, { container, material, lots }) => {
    if (container.status !== 'EMPTY' || container.cleanedAt) return [];
    const other = container.materialId !== null && container.materialId !== material.id;
    const residue = other ? [] : await lastLots(context, container);
    // What sticks to its walls would be in a mixture that does not say so.
    if (!other && residue.every((lot) => lots.includes(lot))) return [];
    const held = other ? 'another material' : 'another lot';
    return [
      blocker(
        'container.isClean',
        container,
        `Container ${container.name} held ${held}, and was not cleaned since. Clean it first.`,
      ),
    ];
  },
});

/** The lots that the container held last. */
async function lastLots(context: CommandContext, container: MaterialContainer): Promise<string[]> {
  const { tx, organizationId } = context;
  const [last] = await tx.materialContainerFilling.findMany({
    where: { organizationId, containerId: container.id },
    orderBy: { startedAt: 'desc' },
    take: 1,
    select: { batch: { select: { mixedLots: true } } },
  });
  if (last) return [...fromJson(last.batch.mixedLots).keys()];
  return container.lotId ? [container.lotId] : [];
}

/** A container that is about to be docked. The workstation is locked: it has one place for a type of container. */
export interface Docking {
  container: MaterialContainer;
  workstation: Workstation;
}

const dockable: readonly MaterialContainerType[] = ['PERMANENT', 'DOSE', 'OVERFLOW', 'BUILD', 'CYCLONE'];

export const dockingContainer = new GuardedAction<Docking>('dockContainer', {
  'container.isDockable': (_context, { container }) =>
    dockable.includes(container.type)
      ? []
      : [
          blocker(
            'container.isDockable',
            container,
            `Container ${container.name} is disposable: it fits no workstation.`,
          ),
        ],
  'container.notDocked': (_context, { container }) => stillDocked(container),
  'workstation.hasFreeDock': async ({ tx, organizationId }, { container, workstation }) => {
    const [docked] = await tx.materialContainer.findMany({
      where: {
        organizationId,
        workstationId: workstation.id,
        type: container.type,
        id: { not: container.id },
      },
      take: 1,
    });
    if (!docked) return [];
    const message = `Container ${docked.name} (${docked.type}) is docked at ${workstation.name} already. Undock it first.`;
    return [{ rule: 'workstation.hasFreeDock', message, subject: containerSubject(docked) }];
  },
});
