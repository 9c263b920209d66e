/** A mill certification with all that it says, as the exports read it: a bounded number of statements. */
import type {
  Heat,
  HeatElement,
  MechanicalProperty,
  MillCertification,
} from '../../prisma/generated/client/client.ts';
import { organizationClient } from '../context.ts';
import type { OrganizationClient, Transaction } from '../database/client.ts';
import type { Runtime } from '../runtime.ts';
import type { HeatValues } from './mill-certification.data.ts';

export interface FullHeat extends Heat {
  elements: HeatElement[];
  properties: MechanicalProperty[];
}

export interface FullMillCertification extends MillCertification {
  heats: FullHeat[];
}

/** Every part in the order of the document. */
const everything = {
  heats: {
    orderBy: { position: 'asc' },
    include: {
      elements: { orderBy: { position: 'asc' } },
      properties: { orderBy: { position: 'asc' } },
    },
  },
} as const;

/** Mill certifications of one organization with their heats; those that are not there are left out. */
export function fullMillCertifications(
  client: Pick<OrganizationClient, 'millCertification'>,
  organizationId: string,
  ids: readonly string[],
): Promise<FullMillCertification[]> {
  return client.millCertification.findMany({
    where: { organizationId, id: { in: [...ids] } },
    include: everything,
  });
}

/** Heats that are read at once. */
const heatsAtOnce = 100;

const exact = (...columns: string[]) =>
  columns.map((column) => `trim_scale(v."${column}")::text AS "${column}"`).join(', ');
const valuesOf = (table: string, columns: string) =>
  `(SELECT coalesce(jsonb_agg(to_jsonb(x) ORDER BY x.position), '[]') FROM (
     SELECT v.position, v.symbol, v.operator, v.text, v.unit, ${exact('value', 'minimum', 'maximum')}, ${columns}
     FROM "${table}" v WHERE v."organizationId" = h."organizationId" AND v."heatId" = h.id) x)`;

/** The values of some heats of a document, each list as one JSON: what plausibility looks at, and no more. */
const heatValues = `SELECT h.number, h.process,
    ${valuesOf('HeatElement', 'v."isFormula", v.part, v.analysis')} AS elements,
    ${valuesOf(
      'MechanicalProperty',
      `v.kind, v.direction, v.location, v.specimen, v.method, ${exact('temperature')},
       ARRAY(SELECT trim_scale(u.n)::text FROM unnest(v."individualValues") WITH ORDINALITY u(n, place) ORDER BY u.place)
         AS "individualValues"`,
    )} AS properties
  FROM "Heat" h WHERE h."organizationId" = $1::uuid AND h."millCertificationId" = $2::uuid
  ORDER BY h.position, h.id LIMIT ${heatsAtOnce} OFFSET $3::int`;

/**
 * The heats of one document in its order. Some are read at a time, and not by Prisma: of a document of hundreds that
 * takes tens of MiB.
 */
export async function* heatsOf(
  client: Pick<Transaction, '$queryRawUnsafe'>,
  organizationId: string,
  millCertificationId: string,
): AsyncGenerator<HeatValues<string>> {
  for (let start = 0; ; start += heatsAtOnce) {
    const heats = await client.$queryRawUnsafe<HeatValues<string>[]>(
      heatValues,
      organizationId,
      millCertificationId,
      start,
    );
    yield* heats;
    if (heats.length < heatsAtOnce) return;
  }
}

/** One of them outside of a request; null where it is not there. */
export async function fullMillCertification(
  runtime: Runtime,
  organizationId: string,
  id: string,
): Promise<FullMillCertification | null> {
  const client = organizationClient(runtime, organizationId);
  const [found] = await fullMillCertifications(client, organizationId, [id]);
  return found ?? null;
}

/** How a document is called where it needs a name. */
export const labelOf = ({
  certificateNumber,
  newFileName,
  originalFileName,
}: Pick<MillCertification, 'certificateNumber' | 'newFileName' | 'originalFileName'>): string =>
  certificateNumber ?? newFileName ?? originalFileName ?? 'Mill certification';

/** A name for a file: what file systems and headers take, at most 120 characters. */
export const fileNameOf = (text: string): string =>
  text
    .replace(/[^\p{L}\p{N}._+-]+/gu, '-')
    .replace(/^[-.]+|[-.]+$/g, '')
    .slice(0, 120) || 'document';
