/** What documents can be attached to. */
import type { CommandContext } from '../commands/context.ts';
import { type NamedObject, requireObjects } from '../commands/objects.ts';
import { InvalidInputError } from '../errors.ts';
import { type Noun, nouns } from '../ids.ts';

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

/**
 * Holds what documents are attached to until the commit.
 *
 * @param path where in the input the list stands
 * @throws InvalidInputError naming each that is not there, or that no document is attached to
 */
export async function requireSubjects(
  context: CommandContext,
  subjects: readonly NamedObject[],
  path: string,
): Promise<void> {
  const wrong = subjects.flatMap(({ noun }, place) =>
    isSubject(noun)
      ? []
      : [{ path: [path, String(place)], message: `names a ${noun}: no document is attached to one.` }],
  );
  if (wrong.length > 0) throw new InvalidInputError(wrong);
  await requireObjects(context, subjects, path);
}
