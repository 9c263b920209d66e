import DataLoader from 'dataloader';
import type { RequestContext } from '../../src/context.ts';
import { inclusionProof } from '../../src/timestamps/merkle.ts';
import { listOf } from '../shared/connection.ts';
import { byId, byInstant, byInt, byText } from '../shared/filters.ts';
import { noun } from '../shared/noun.ts';

/** The leaves of closed cases in their order: one statement for all cases of an answer. */
const leaves = (context: RequestContext) =>
  context.memo.once(
    'inspectionCase.leaves',
    () =>
      new DataLoader<string, Buffer[]>(async (caseIds) => {
        const rows = await context.prisma.inspectionItem.findMany({
          where: {
            organizationId: context.signedIn.organizationId,
            caseId: { in: [...caseIds] },
            case: { is: { status: 'CLOSED' } },
          },
          orderBy: { position: 'asc' },
          select: { caseId: true, leafHash: true },
        });
        const byCase = new Map<string, Buffer[]>(caseIds.map((id) => [id, []]));
        for (const { caseId, leafHash } of rows) byCase.get(caseId)?.push(Buffer.from(leafHash, 'hex'));
        return caseIds.map((id) => byCase.get(id) ?? []);
      }),
  );

noun('InspectionItem', {
  description:
    'One step of an inspection, with what was found: a photo, a text, a place. It is written once and never changes.',
  fields: (t) => ({
    case: t.relation('case', { description: 'The case that it belongs to.' }),
    position: t.exposeInt('position', { description: 'Its place in the case, from 1: part of the proof.' }),
    reference: t.exposeString('reference', { description: 'Its name, unique in the organization.' }),
    stepAction: t.exposeString('stepAction', { description: 'What was to be done: `Photography`, `Text`.' }),
    stepTitle: t.exposeString('stepTitle', { nullable: true, description: 'What the step is called.' }),
    stepDescription: t.exposeString('stepDescription', {
      nullable: true,
      description: 'What was to be done, in detail.',
    }),
    description: t.exposeString('description', { nullable: true, description: 'What the item shows.' }),
    data: t.exposeString('data', { nullable: true, description: 'What was found.' }),
    latitude: t.expose('latitude', {
      type: 'Decimal',
      nullable: true,
      description: 'Where it was, in degrees north (WGS 84).',
    }),
    longitude: t.expose('longitude', {
      type: 'Decimal',
      nullable: true,
      description: 'Where it was, in degrees east (WGS 84).',
    }),
    accuracy: t.expose('accuracy', {
      type: 'Decimal',
      nullable: true,
      description: 'How far the place may be off, in m.',
    }),
    takenAt: t.expose('takenAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was, by the device’s own clock; `createdAt` is when it came here.',
    }),
    receivedAfter: t.float({
      nullable: true,
      description:
        'How many seconds after `takenAt` it came here. Below 0 the clock of the device is fast; large where it is slow, or was away from the network.',
      select: { takenAt: true, createdAt: true },
      resolve: ({ takenAt, createdAt }) =>
        takenAt ? (createdAt.getTime() - takenAt.getTime()) / 1_000 : null,
    }),
    image: t.relation('image', { nullable: true, description: 'The photo.' }),
    imageHash: t.exposeString('imageHash', {
      nullable: true,
      description: 'The SHA-256 of the photo, computed by the server when it came; 64 hexadecimal digits.',
    }),
    leafHash: t.exposeString('leafHash', {
      description:
        'Its hash as a leaf of the tree of its case: SHA-256 of a zero byte and the item in canonical JSON (RFC 9162, RFC 8785), in hexadecimal digits.',
    }),
    inclusionProof: t.field({
      type: ['String'],
      nullable: true,
      description:
        'What proves, with `leafHash`, that it is in the root of its case: the hashes of its siblings on the way up, in hexadecimal digits (RFC 9162, 2.1.3). Null while the case is open.',
      select: { caseId: true, position: true },
      resolve: async ({ caseId, position }, _args, context) => {
        const all = await leaves(context).load(caseId);
        return all.length === 0
          ? null
          : inclusionProof(all, position - 1).map((hash) => hash.toString('hex'));
      },
    }),
    createdBy: t.relation('createdBy', { nullable: true, description: 'The token that added it.' }),
  }),
});

export const inspectionItemList = listOf('InspectionItem', {
  plural: 'inspection items',
  filters: {
    inspectionCase: byId('caseId', 'InspectionCase', 'By case.'),
    position: byInt('position', 'By place in the case.'),
    reference: byText('reference', 'By reference.'),
    stepAction: byText('stepAction', 'By what was to be done.'),
    imageHash: byText('imageHash', 'By the hash of the photo.'),
    takenAt: byInstant('takenAt', 'By the device’s clock.'),
    createdAt: byInstant('createdAt', 'By when they were added.'),
  },
  search: ['reference', 'stepAction', 'stepTitle', 'description', 'data'],
  orders: {
    POSITION: { column: 'position', description: 'By place in the case.' },
    CREATED_AT: { column: 'createdAt', description: 'By when they were added.' },
  },
});
