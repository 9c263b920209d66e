/** Who did operations, by which instructions, and with which settings runs were made. */
import type { RequestContext } from '../../src/context.ts';
import { builder } from '../builder.ts';
import { documentList } from '../documents/document.type.ts';
import { printingPresetList } from '../machines/printing-preset.type.ts';
import { belongingList } from '../shared/connection.ts';
import type { NounFields } from '../shared/noun.ts';
import { operators } from './trace.loaders.ts';

const actor = (t: NounFields<'Operation'>, which: 'startedBy' | 'endedBy', description: string) =>
  t.field({
    type: 'EventActor' as never,
    nullable: true,
    description,
    resolve: async ({ id }: { id: string }, _args: object, context: RequestContext) =>
      (await operators(context).load(id))[which] as never,
  } as never);

// Of each series the revision that stood then: a replaced one is archived in the moment its next is there.
const inForce = (operation: string, organization: string) =>
  `t.id IN (
     SELECT l."documentId" FROM "Operation" o
       JOIN "ProcessStep" s ON s."organizationId" = o."organizationId" AND s.id = o."processStepId"
       JOIN "DocumentLink" l ON l."organizationId" = o."organizationId"
         AND l."subjectId" IN (s.id, s."workflowId", s."workstationTypeId")
       JOIN "Document" d ON d."organizationId" = l."organizationId" AND d.id = l."documentId"
     WHERE o."organizationId" = ${organization} AND o.id = ${operation}
       AND (d."archivedAt" IS NULL OR d."archivedAt" > o."startedAt")
       AND (o."startedAt" IS NULL OR (d."createdAt" <= o."startedAt" AND l."createdAt" <= o."startedAt")))`;

builder.prismaObjectFields('Operation', (fields) => {
  const t = fields as unknown as NounFields<'Operation'>;
  return {
    startedBy: actor(t, 'startedBy', 'Who began the work on it; null while nobody has.'),
    endedBy: actor(t, 'endedBy', 'Who said how it ended; null while it has not.'),
    instructions: belongingList(
      t,
      documentList,
      inForce,
      'The documents that say how it is done: those attached to its process step, to its workflow or to the type of workstation, in the revisions that were in use when it began. What was replaced or put away before, or came later, is not among them. While it has not begun: those in use now.',
    ),
  } as never;
});

builder.prismaObjectField('Run', 'printingPresets', (t) =>
  belongingList(
    t as unknown as NounFields<'Run'>,
    printingPresetList,
    (run, organization) =>
      `EXISTS (SELECT 1 FROM "MachineCommand" c WHERE c."organizationId" = ${organization} AND c."runId" = ${run} AND c."presetId" = t.id)`,
    'The settings that its machine was told to work with: the presets of the commands for it.',
  ),
);
