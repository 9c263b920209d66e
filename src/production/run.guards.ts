import type {
  Operation,
  Piece,
  ProcessStep,
  Run,
  Workstation,
} from '../../prisma/generated/client/client.ts';
import { GuardedAction } from '../commands/guards.ts';
import type { Blocker, SubjectReference } from '../errors.ts';
import { notReady, type RunScope } from './run.scope.ts';
import { busyRun } from './run.state.ts';

// A refusal names so many pieces; an operator mends one and sees the next.
const named = 25;

const piece = ({ id, serial }: Pick<Piece, 'id' | 'serial'>): SubjectReference => ({
  noun: 'Piece',
  uuid: id,
  label: serial,
});
const station = ({ id, name }: Pick<Workstation, 'id' | 'name'>): SubjectReference => ({
  noun: 'Workstation',
  uuid: id,
  label: name,
});
const runSubject = ({ id, number }: Pick<Run, 'id' | 'number'>): SubjectReference => ({
  noun: 'Run',
  uuid: id,
  label: number,
});

/** What starting a run looks at, with the scope's rows locked. Later domains add their guards here. */
export const startingRun = new GuardedAction<RunScope>('startRun', {
  'run.hasPieces': (_context, { run, open }) =>
    open.length > 0
      ? []
      : [
          {
            rule: 'run.hasPieces',
            message: `Run ${run.number} has no piece to work on.`,
            subject: runSubject(run),
          },
        ],
  'workstation.inUse': (_context, { workstation }) =>
    workstation.archivedAt
      ? [
          {
            rule: 'workstation.inUse',
            message: `Workstation ${workstation.name} is archived.`,
            subject: station(workstation),
          },
        ]
      : [],
  'workstation.hasRoom': async ({ tx, organizationId }, { run, workstation }) => {
    const busy = await tx.run.count({
      where: { organizationId, workstationId: workstation.id, status: { in: busyRun }, id: { not: run.id } },
    });
    if (busy < workstation.inProgressMax) return [];
    const message = `Workstation ${workstation.name} works on ${busy} of at most ${workstation.inProgressMax} runs. Complete one first.`;
    return [{ rule: 'workstation.hasRoom', message, subject: station(workstation) }];
  },
  'workstation.fitsStep': async ({ tx, organizationId }, { workstation, open, pieces }) => {
    const steps = await tx.processStep.findMany({
      where: { organizationId, id: { in: [...new Set(open.map((operation) => operation.processStepId))] } },
    });
    const wanted = new Map(steps.map((step) => [step.id, step]));
    return open
      .filter(
        (operation) =>
          wanted.get(operation.processStepId)?.workstationTypeId !== workstation.workstationTypeId,
      )
      .slice(0, named)
      .flatMap((operation) =>
        fitBlocker(operation, wanted.get(operation.processStepId), workstation, pieces),
      );
  },
  'piece.previousStepComplete': async (context, { open, pieces }) => {
    const waiting = await notReady(context, open);
    return [...waiting.values()].slice(0, named).flatMap(({ pieceId, position }) => {
      const found = pieces.get(pieceId);
      if (!found) return [];
      const message = `Piece ${found.serial} has not completed its step ${position}.`;
      return [{ rule: 'piece.previousStepComplete', message, subject: piece(found) }];
    });
  },
  'piece.notElsewhere': async ({ tx, organizationId }, { run, open, pieces }) => {
    const elsewhere = await tx.operation.findMany({
      where: {
        organizationId,
        pieceId: { in: open.map((operation) => operation.pieceId) },
        status: 'IN_PROGRESS',
        runId: { not: run.id },
      },
      include: { run: { select: { number: true } } },
      take: named,
    });
    return elsewhere.flatMap((operation) => {
      const found = pieces.get(operation.pieceId);
      if (!found) return [];
      const message = `Piece ${found.serial} is being worked on in run ${operation.run?.number ?? '?'}.`;
      return [{ rule: 'piece.notElsewhere', message, subject: piece(found) }];
    });
  },
});

function fitBlocker(
  operation: Operation,
  step: ProcessStep | undefined,
  workstation: Workstation,
  pieces: ReadonlyMap<string, Piece>,
): Blocker[] {
  const found = pieces.get(operation.pieceId);
  if (!found) return [];
  const message = `Step ${operation.position} (${step?.name ?? '?'}) of piece ${found.serial} wants another type of workstation than ${workstation.name}.`;
  return [{ rule: 'workstation.fitsStep', message, subject: piece(found) }];
}

/** What putting pieces into a run looks at. */
export interface Planning {
  /** Null for a run that is being created. */
  run: Run | null;
  workstation: Workstation;
  pieces: readonly Piece[];
  /** The operation that this workstation would do on each piece; missing where it has none to do. */
  candidates: ReadonlyMap<string, Operation>;
  /** What is in the way where a candidate is missing: the piece's operation for this type of workstation. */
  taken: ReadonlyMap<string, Operation & { run: { number: string } | null }>;
}

/** What stands against putting pieces into a run. */
export const planningRun = new GuardedAction<Planning>('planRun', {
  'workstation.inUse': (_context, { workstation }) =>
    workstation.archivedAt
      ? [
          {
            rule: 'workstation.inUse',
            message: `Workstation ${workstation.name} is archived.`,
            subject: station(workstation),
          },
        ]
      : [],
  'run.notLocked': (_context, { run }) =>
    run?.piecesLocked
      ? [
          {
            rule: 'run.notLocked',
            message: `The pieces of run ${run.number} are locked.`,
            subject: runSubject(run),
          },
        ]
      : [],
  'piece.notInAnotherRun': (_context, { run, pieces, candidates, taken }) =>
    pieces
      .flatMap((each): Blocker[] => {
        const holder = taken.get(each.id);
        if (candidates.has(each.id) || !holder || holder.runId === run?.id) return [];
        const message = `Step ${holder.position} of piece ${each.serial} is in run ${holder.run?.number ?? '?'} already.`;
        return [{ rule: 'piece.notInAnotherRun', message, subject: piece(each) }];
      })
      .slice(0, named),
  'piece.wantsWorkstation': (_context, { workstation, pieces, candidates, taken }) =>
    pieces
      .flatMap((each): Blocker[] => {
        if (candidates.has(each.id) || taken.has(each.id)) return [];
        const message = `Piece ${each.serial} (${each.status}) has no open step for the type of ${workstation.name}.`;
        return [{ rule: 'piece.wantsWorkstation', message, subject: piece(each) }];
      })
      .slice(0, named),
});
