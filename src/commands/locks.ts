import type { Transaction } from '../database/client.ts';
import { NotFoundError } from '../errors.ts';
import type { Noun } from '../ids.ts';

/**
 * The one order in which commands lock rows, by id within a kind: two commands that lock in different orders
 * would wait for each other for ever. Locks come before reads: a guard that spans rows (has this workstation room?)
 * holds only under the lock of the row that all its rivals lock too.
 */
export const lockOrder = [
  'User',
  'ApiToken',
  'Location',
  'SubLocation',
  'Manufacturer',
  'Material',
  'MaterialPurchaseOrder',
  'MaterialTestOperation',
  'MaterialTestInstruction',
  'CurrencyConversion',
  'WorkstationType',
  'MachineType',
  'CaptureType',
  'Collector',
  'Workflow',
  'Workstation',
  'Machine',
  'MachineJobFile',
  'MachineService',
  'MachineServiceMaterial',
  'PrintingPreset',
  'Sensor',
  'Analyser',
  'Order',
  'LineItem',
  'Run',
  'Build',
  'Piece',
  'MillCertification',
  'Heat',
  'Certificate',
  'CertificateAttachment',
  'InspectionReport',
  'InspectionCase',
  'Timestamp',
  'Analysis',
  'Anomaly',
  'Stock',
  'MaterialLot',
  'MaterialContainer',
  'MaterialBatch',
  'MaterialTransaction',
  'MaterialSample',
  'MaterialTestPanel',
  'Hold',
  'HoldDisposition',
  'TraceabilityReport',
  'File',
  'Document',
  'DocumentParserTemplate',
  'DocumentParserInstruction',
  'DocumentParsingJob',
  'DocumentParserReport',
  'ZipFile',
  'Webhook',
  'WebhookDelivery',
  'SensorThreshold',
  'Excursion',
  'MachineCommand',
  'Cassette',
  'Capture',
] as const satisfies readonly Noun[];

export type LockableNoun = (typeof lockOrder)[number];
export type LockRequest = Partial<Record<LockableNoun, readonly string[]>>;

/**
 * Locks rows for update until the transaction ends, in {@link lockOrder}.
 * Throws {@link NotFoundError} naming the first that is not there.
 */
export async function lockRows(tx: Transaction, organizationId: string, request: LockRequest): Promise<void> {
  for (const noun of lockOrder) {
    const ids = [...new Set(request[noun] ?? [])].sort();
    if (ids.length === 0) continue;
    const found = await tx.$queryRawUnsafe<{ id: string }[]>(
      `SELECT id FROM "${noun}" WHERE "organizationId" = $1::uuid AND id = ANY($2::uuid[]) ORDER BY id FOR UPDATE`,
      organizationId,
      ids,
    );
    if (found.length === ids.length) continue;
    const present = new Set(found.map((row) => row.id));
    const missing = ids.find((id) => !present.has(id));
    if (missing) throw new NotFoundError(noun, missing);
  }
}
