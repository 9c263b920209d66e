/** Who did operations, and with which settings runs were made. */
import type { RequestContext } from '../../src/context.ts';
import { builder } from '../builder.ts';
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

builder.prismaObjectFields('Operation', (fields) => {
  const t = fields as unknown as NounFields<'Operation'>;
  return {
    startedBy: actor(t, 'startedBy', 'Who began the work on it; null while nobody has.'),
    endedBy: actor(t, 'endedBy', 'Who said how it ended; null while it has not.'),
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
