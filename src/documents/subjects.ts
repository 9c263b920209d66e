/** What documents can be attached to. */
import type { CommandContext } from '../commands/context.ts';
import { InvalidInputError } from '../errors.ts';
import { encodeId, type Noun, nouns } from '../ids.ts';

// What has no papers of its own: documents themselves, what belongs to something that has them, and how the API is used.
const without = [
  'ApiToken',
  'File',
  'Document',
  'DocumentLink',
  'DocumentParserTemplate',
  'DocumentParserInstruction',
  'DocumentParsingJob',
  'DocumentParserReport',
  'ZipFile',
  'Webhook',
  'WebhookDelivery',
  'IngestSource',
  'CurrencyConversion',
  'MaterialLink',
  'MaterialStay',
  'MaterialContainerFilling',
  'StockActionShare',
  'SensorPlacement',
  'SensorThreshold',
  'AnalysisIndicator',
  'CaptureType',
  'Collector',
  'Capture',
  'Cassette',
  'MachineCommand',
  'PrintingPreset',
  'MachineServiceMaterial',
  'CertificateAttachment',
  'CertificateRequirement',
  'MillCertificationPage',
  'HeatElement',
  'MechanicalProperty',
  'MaterialLotHeat',
  'MaterialTestCertificate',
  'Timestamp',
  'TraceabilityReport',
] as const satisfies readonly Noun[];

export type DocumentSubject = Exclude<Noun, (typeof without)[number]>;

/** The nouns that people attach papers to: whatever stands in the shop, is made there, or proves something. */
export const documentSubjects: readonly DocumentSubject[] = nouns.filter(
  (noun): noun is DocumentSubject => !(without as readonly Noun[]).includes(noun),
);

const isSubject = (noun: Noun): noun is DocumentSubject =>
  (documentSubjects as readonly Noun[]).includes(noun);

/** An object that an input names. */
export interface NamedSubject {
  readonly noun: Noun;
  readonly uuid: string;
}

/**
 * Holds what documents are attached to until the commit: one statement a noun, in the order of {@link documentSubjects},
 * so that nobody waits in a circle.
 *
 * @param path where in the input the list stands
 * @throws InvalidInputError naming each that is not there, or that no document is attached to
 */
export async function requireSubjects(
  context: CommandContext,
  subjects: readonly NamedSubject[],
  path: string,
): Promise<void> {
  const wrong = subjects.flatMap(({ noun }, place) =>
    isSubject(noun)
      ? []
      : [{ path: [path, String(place)], message: `names a ${noun}: no document is attached to one.` }],
  );
  if (wrong.length > 0) throw new InvalidInputError(wrong);
  const present = new Set<string>();
  for (const noun of documentSubjects) {
    const named = subjects.filter((subject) => subject.noun === noun).map(({ uuid }) => uuid);
    if (named.length === 0) continue;
    const own = noun === 'Organization' ? 'id' : '"organizationId"';
    const found = await context.tx.$queryRawUnsafe<{ id: string }[]>(
      `SELECT id::text AS id FROM "${noun}"
       WHERE ${own} = $1::uuid AND id = ANY(string_to_array($2, ',')::uuid[]) ORDER BY id FOR SHARE`,
      context.organizationId,
      [...new Set(named)].join(','),
    );
    for (const { id } of found) present.add(encodeId(noun, id));
  }
  const missing = subjects.flatMap(({ noun, uuid }, place) =>
    present.has(encodeId(noun, uuid))
      ? []
      : [{ path: [path, String(place)], message: 'names nothing that is visible to you.' }],
  );
  if (missing.length > 0) throw new InvalidInputError(missing);
}
