import { z } from 'zod';
import {
  CertificateType,
  Requirement,
  ShippingDirection,
  type Workflow,
  WorkflowType,
  WorkstationKind,
} from '../../prisma/generated/client/client.ts';
import { command } from '../commands/command.ts';
import type { CommandContext } from '../commands/context.ts';
import { GuardedAction } from '../commands/guards.ts';
import { expectedVersion, idOf, line, oneOf, text } from '../commands/input.ts';
import { lockReferences, namedBlockers, type Reference, requireInUse } from '../commands/references.ts';
import { isUniqueViolation } from '../database/errors.ts';
import {
  BlockedError,
  ConflictError,
  type InputIssue,
  InvalidInputError,
  NotFoundError,
  TransitionError,
} from '../errors.ts';
import { workstationTypeCommands } from '../machines/workstation-type.service.ts';

/** The most certificates that one step demands. */
export const mostRequiredCertificates = 20;

const requiredCertificate = z
  .object({
    type: oneOf('CertificateType', CertificateType).describe('What it is about.'),
    kind: line()
      .nullish()
      .describe(
        'The kind of document, spelled as in the certificates. Any certificate of the type unless given.',
      ),
  })
  .meta({
    input: 'CertificateRequirementInput',
    description: 'A certificate that a step demands of every piece.',
  });

const step = z
  .object({
    name: line().describe('What is done.'),
    workstationTypeId: idOf('WorkstationType').describe('The type of workstation that does it.'),
    notes: oneOf('Requirement', Requirement)
      .default('OPTIONAL')
      .describe('Whether a technician writes notes when it is done.'),
    trackingId: oneOf('Requirement', Requirement)
      .default('HIDDEN')
      .describe('Whether a technician enters a tracking id when it is done.'),
    upload: oneOf('Requirement', Requirement)
      .default('HIDDEN')
      .describe('Whether a technician uploads a file when it is done.'),
    shippingDirection: oneOf('ShippingDirection', ShippingDirection)
      .nullish()
      .describe('Between whom a shipping step sends: TO_CUSTOMER unless given. Other steps have none.'),
    requiredCertificates: z
      .array(requiredCertificate)
      .max(mostRequiredCertificates, `must be at most ${mostRequiredCertificates}`)
      .default([])
      .describe(
        `The certificates that must be attached to a piece at this step before it ships or is complete, at most ${mostRequiredCertificates}.`,
      ),
  })
  .meta({ input: 'ProcessStepInput', description: 'One step of a workflow.' });

type StepInput = z.output<typeof step>;

const steps = z
  .array(step)
  .min(1, 'must have at least one step')
  .max(100, 'must have at most 100 steps')
  .describe('The steps in the order in which they are done: 1 to 100.');
const workflowId = idOf('Workflow').describe('The Workflow.');
const description = text().nullish();

/** What stands against archiving: domains that point to workflows add guards. */
export const workflowArchiving = new GuardedAction<{ id: string }>('archiveWorkflow', {});

export const createWorkflow = command('createWorkflow', {
  description: 'Creates a Workflow with its steps, as revision 1.',
  right: 'administer',
  input: {
    name: line().describe('Unique in the organization, among the first revisions.'),
    description: description.describe('What it is for.'),
    type: oneOf('WorkflowType', WorkflowType).default('ADDITIVE_MANUFACTURING').describe('What it leads to.'),
    steps,
  },
  refusals: [],
  run: async (context, { name, description, type, steps }) => {
    const references = typesOf(steps);
    await lockReferences(context, references);
    const id = await insertWorkflow(
      context,
      { name, description: description ?? null, type, revision: 1, sourceWorkflowId: null },
      steps,
      references,
    );
    return { id };
  },
});

export const updateWorkflow = command('updateWorkflow', {
  description:
    'Changes the description of a Workflow. Its steps never change: reviseWorkflow makes a new revision.',
  right: 'administer',
  input: {
    workflowId,
    expectedVersion: expectedVersion(),
    description: description.describe('What it is for; null clears it.'),
  },
  refusals: [NotFoundError, ConflictError, TransitionError],
  run: async (context, { workflowId: id, expectedVersion: expected, description }) => {
    await context.lock({ Workflow: [id] });
    const before = await liveWorkflow(context, id, 'UPDATE_WORKFLOW', expected);
    if (description === undefined || description === before.description) return { id };
    const after = await context.tx.workflow.update({
      where: context.key(id),
      data: { description, ...context.touched() },
    });
    context.record('WorkflowChanged', 'Workflow', before, after);
    return { id };
  },
});

export const reviseWorkflow = command('reviseWorkflow', {
  description:
    'Makes the next revision of a Workflow, with other steps, and archives the one that it replaces. What is being made by the old revision goes on by it.',
  right: 'administer',
  input: {
    workflowId,
    expectedVersion: expectedVersion(),
    description: description.describe('What the new revision is for; as before unless given.'),
    steps,
  },
  refusals: [NotFoundError, ConflictError, TransitionError],
  run: async (context, { workflowId: id, expectedVersion: expected, description, steps }) => {
    const references = typesOf(steps);
    await lockReferences(context, references, { Workflow: [id] });
    const source = await liveWorkflow(context, id, 'REVISE_WORKFLOW', expected);
    const { name, type } = source;
    const newId = await insertWorkflow(
      context,
      {
        name,
        type,
        description: description === undefined ? source.description : description,
        revision: source.revision + 1,
        sourceWorkflowId: id,
      },
      steps,
      references,
    );
    await archive(context, source);
    return { id: newId, sourceId: id };
  },
});

export const archiveWorkflow = command('archiveWorkflow', {
  description: 'Archives a Workflow: history keeps it, new work cannot use it.',
  right: 'administer',
  input: { workflowId, expectedVersion: expectedVersion() },
  refusals: [NotFoundError, ConflictError, TransitionError, BlockedError],
  run: async (context, { workflowId: id, expectedVersion: expected }) => {
    await context.lock({ Workflow: [id] });
    const workflow = await liveWorkflow(context, id, 'ARCHIVE_WORKFLOW', expected);
    await workflowArchiving.check(context, { id });
    await archive(context, workflow);
    return { id };
  },
});

const typesOf = (steps: readonly StepInput[]): Reference[] =>
  steps.map((each, place) => ({
    noun: 'WorkstationType',
    id: each.workstationTypeId,
    path: ['steps', String(place), 'workstationTypeId'],
  }));

/** The workflow, which is locked: in use, the newest of its name, and at the version that the client expects. */
async function liveWorkflow(
  context: CommandContext,
  id: string,
  action: string,
  expected: number | null | undefined,
): Promise<Workflow> {
  const workflow = await context.tx.workflow.findUniqueOrThrow({ where: context.key(id) });
  context.expectVersion('Workflow', workflow, expected);
  const newer = await context.tx.workflow.findMany({ where: { sourceWorkflowId: id }, take: 1 });
  if (newer.length > 0) throw new TransitionError('Workflow', 'SUPERSEDED', action, []);
  if (workflow.archivedAt) throw new TransitionError('Workflow', 'ARCHIVED', action, []);
  return workflow;
}

/** Writes a workflow and its steps, whose workstation types are locked. Answers its id. */
async function insertWorkflow(
  context: CommandContext,
  columns: Pick<Workflow, 'name' | 'description' | 'type' | 'revision' | 'sourceWorkflowId'>,
  steps: readonly StepInput[],
  references: readonly Reference[],
): Promise<string> {
  const types = await requireInUse(context, references);
  const directions = directionsOf(
    steps,
    types.map((type) => type.kind as WorkstationKind),
  );
  refuseRepeatedDemands(steps);
  const workflow = await context.tx.workflow
    .create({ data: { ...context.fresh(), ...columns } })
    .catch((error: unknown) => {
      if (!isUniqueViolation(error)) throw error;
      throw InvalidInputError.at('name', 'is taken by another Workflow. Revise that one, or choose another.');
    });
  const written = steps.map(({ requiredCertificates, ...each }, place) => ({
    requiredCertificates,
    row: {
      ...context.fresh(),
      ...each,
      workflowId: workflow.id,
      position: place + 1,
      shippingDirection: directions[place] ?? null,
    },
  }));
  await context.tx.processStep.createMany({ data: written.map(({ row }) => row) });
  const demands = written.flatMap(({ requiredCertificates, row }) =>
    requiredCertificates.map(({ type, kind }) => ({
      ...context.fresh(),
      processStepId: row.id,
      type,
      kind: kind ?? null,
    })),
  );
  if (demands.length > 0) await context.tx.certificateRequirement.createMany({ data: demands });
  context.record('WorkflowCreated', 'Workflow', null, workflow, {
    related: references.map((each) => each.id),
  });
  return workflow.id;
}

/** Where each step sends to: null for what does not ship. */
function directionsOf(
  steps: readonly StepInput[],
  kinds: readonly WorkstationKind[],
): (ShippingDirection | null)[] {
  const issues: InputIssue[] = [];
  const directions = steps.map(({ shippingDirection }, place) => {
    if (kinds[place] === WorkstationKind.SHIPPING) return shippingDirection ?? ShippingDirection.TO_CUSTOMER;
    if (shippingDirection) {
      issues.push({
        path: ['steps', String(place), 'shippingDirection'],
        message: 'is for shipping steps only. Leave it out, or choose a WorkstationType of kind SHIPPING.',
      });
    }
    return null;
  });
  if (issues.length > 0) throw new InvalidInputError(issues);
  return directions;
}

/** A step demands each certificate once. */
function refuseRepeatedDemands(steps: readonly StepInput[]): void {
  const issues = steps.flatMap(({ requiredCertificates }, place): InputIssue[] => {
    const seen = new Set<string>();
    return requiredCertificates.flatMap(({ type, kind }, at) => {
      const key = `${type} ${kind ?? ''}`;
      if (!seen.has(key)) {
        seen.add(key);
        return [];
      }
      return [
        {
          path: ['steps', String(place), 'requiredCertificates', String(at)],
          message: 'is demanded by this step already. Leave it out.',
        },
      ];
    });
  });
  if (issues.length > 0) throw new InvalidInputError(issues);
}

async function archive(context: CommandContext, before: Workflow): Promise<void> {
  const after = await context.tx.workflow.update({
    where: context.key(before.id),
    data: { archivedAt: context.now, ...context.touched() },
  });
  context.record('WorkflowArchived', 'Workflow', before, after);
}

workstationTypeCommands.archiving.add('workstationType.noWorkflows', async (context, { id }) => {
  const workflows = await context.tx.workflow.findMany({
    where: { archivedAt: null, processSteps: { some: { workstationTypeId: id } } },
    orderBy: { name: 'asc' },
    take: namedBlockers,
  });
  return workflows.map((workflow) => ({
    rule: 'workstationType.noWorkflows',
    message: `Workflow ${workflow.name} has a step of this type. Revise it or archive it first.`,
    subject: { noun: 'Workflow', uuid: workflow.id, label: `${workflow.name} (${workflow.revision})` },
  }));
});
