import { parseId } from '../../src/commands/input.ts';
import { MalformedInputError } from '../../src/errors.ts';
import { encodeCursor } from '../../src/events/cursor.ts';
import type { Noun } from '../../src/ids.ts';
import type { Scope } from '../../src/materials/genealogy.seeds.ts';
import { builder } from '../builder.ts';
import { visibleWhere } from '../shared/registry.ts';
import { delegateOf } from '../shared/rows.ts';
import { Recall, RecallRef } from './recall.type.ts';

const span = {
  from: { type: 'DateTime' as const, required: true as const, description: 'Since when.' },
  until: {
    type: 'DateTime' as const,
    required: false as const,
    description: 'Until when; up to now, and what is there still, unless given.',
  },
};

const WorkstationSpan = builder.inputType('WorkstationSpan', {
  description: 'What was in a machine for some time.',
  fields: (t) => ({
    workstationId: t.id({ required: true, description: 'The workstation.' }),
    from: t.field(span.from),
    until: t.field(span.until),
  }),
});

const SensorSpan = builder.inputType('SensorSpan', {
  description: "What stood in a sensor's area, or was in its machine, for some time.",
  fields: (t) => ({
    sensorId: t.id({ required: true, description: 'The sensor.' }),
    from: t.field(span.from),
    until: t.field(span.until),
  }),
});

const RecallScope = builder.inputType('RecallScope', {
  description: 'What is recalled: exactly one of these.',
  isOneOf: true,
  fields: (t) => ({
    lotId: t.id({ required: false, description: 'A lot.' }),
    batchId: t.id({ required: false, description: 'A batch, with all that it ever was.' }),
    containerId: t.id({
      required: false,
      description: 'A container, with all that it held, since it held it.',
    }),
    pieceId: t.id({ required: false, description: 'A piece.' }),
    workstation: t.field({ type: WorkstationSpan, required: false, description: 'What was in a machine.' }),
    sensor: t.field({ type: SensorSpan, required: false, description: 'What was near a sensor.' }),
  }),
});

/** The scope and its object. */
function scopeOf(given: typeof RecallScope.$inferInput): { scope: Scope; noun: Noun; id: string } {
  const { lotId, batchId, containerId, pieceId, workstation, sensor } = given;
  const one = (noun: Noun, member: keyof Scope, text: string, where: string = member, more: Scope = {}) => {
    const id = parseId(noun, text, `scope.${where}`);
    return { scope: { [member]: id, ...more } as Scope, noun, id };
  };
  const during = ({ from, until }: { from: Date; until?: Date | null | undefined }, where: string): Scope => {
    if (until && until < from) throw new MalformedInputError(`scope.${where}.until lies before from.`);
    return { fromAt: from, untilAt: until ?? null };
  };
  if (lotId) return one('MaterialLot', 'lotId', lotId);
  if (batchId) return one('MaterialBatch', 'batchId', batchId);
  if (containerId) return one('MaterialContainer', 'containerId', containerId);
  if (pieceId) return one('Piece', 'pieceId', pieceId);
  if (workstation) {
    const { workstationId } = workstation;
    return one(
      'Workstation',
      'workstationId',
      workstationId,
      'workstation.workstationId',
      during(workstation, 'workstation'),
    );
  }
  if (sensor) return one('Sensor', 'sensorId', sensor.sensorId, 'sensor.sensorId', during(sensor, 'sensor'));
  throw new MalformedInputError('scope must name what is recalled.');
}

builder.queryField('recall', (t) =>
  t.field({
    type: RecallRef,
    nullable: true,
    description:
      'All that may hold something of a lot, a batch, a container or a piece, or of what was in a machine or near a sensor for some time: batches, pieces, orders, customers and shipments. Null where that does not exist or is not visible to you.',
    args: { scope: t.arg({ type: RecallScope, required: true, description: 'What is recalled.' }) },
    resolve: async (_root, args, context) => {
      const { scope, noun, id } = scopeOf(args.scope);
      const head = await context.headAtStart();
      const visible = visibleWhere(noun, context);
      const there = await delegateOf(context, noun).count({
        where: { ...(visible ? { AND: [visible] } : {}), id },
      });
      return there > 0 ? new Recall(context, scope, encodeCursor(head)) : null;
    },
  }),
);
