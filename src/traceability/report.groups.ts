/** Groups of events: what a report can be limited to. */
import type { WorkstationKind } from '../../prisma/generated/client/client.ts';
import type { LoggedEvent } from '../events/log.ts';
import type { Noun } from '../ids.ts';

/** Every event of a report is in one of these. */
export const eventGroups = {
  ORDER: 'ORDER',
  MODEL: 'MODEL',
  PREPARATION: 'PREPARATION',
  PRINTING: 'PRINTING',
  POST_PROCESSING: 'POST_PROCESSING',
  SHIPPING: 'SHIPPING',
  MATERIAL: 'MATERIAL',
  QUALITY: 'QUALITY',
  CERTIFICATES: 'CERTIFICATES',
  NOTES: 'NOTES',
  OTHER: 'OTHER',
} as const;
export type EventGroup = keyof typeof eventGroups;

const ofNoun: Partial<Record<Noun, EventGroup>> = {
  Order: 'ORDER',
  LineItem: 'ORDER',
  Piece: 'ORDER',
  MachineJobFile: 'MODEL',
  Build: 'PRINTING',
  MachineCommand: 'PRINTING',
  Capture: 'PRINTING',
  MaterialLot: 'MATERIAL',
  MaterialContainer: 'MATERIAL',
  MaterialBatch: 'MATERIAL',
  MaterialAction: 'MATERIAL',
  MaterialTransaction: 'MATERIAL',
  StockAction: 'MATERIAL',
  MaterialSample: 'QUALITY',
  MaterialTestPanel: 'QUALITY',
  MaterialTestReport: 'QUALITY',
  Hold: 'QUALITY',
  HoldDisposition: 'QUALITY',
  Anomaly: 'QUALITY',
  Analysis: 'QUALITY',
  Excursion: 'QUALITY',
  InspectionReport: 'QUALITY',
  InspectionCase: 'QUALITY',
  InspectionItem: 'QUALITY',
  Timestamp: 'CERTIFICATES',
  Certificate: 'CERTIFICATES',
  CertificateAttachment: 'CERTIFICATES',
  MillCertification: 'CERTIFICATES',
  Heat: 'CERTIFICATES',
  MaterialLotHeat: 'CERTIFICATES',
  MaterialTestCertificate: 'CERTIFICATES',
};

const ofKind: Readonly<Record<WorkstationKind, EventGroup>> = {
  PRINTER: 'PRINTING',
  POST_PROCESSOR: 'POST_PROCESSING',
  SHIPPING: 'SHIPPING',
  OTHER: 'OTHER',
};

/** The fields of a line item that say what is to be made. */
const designFields = new Set(['designName', 'productId', 'materialId', 'layerThickness']);
/** What operations and runs are before anybody works on them. */
const before = new Set(['CREATED', 'QUEUED', 'CALCULATED', 'QUEUED_WORK_READY']);

/**
 * The group of an event. A change of notes alone is NOTES, whatever it is of; operations and runs are PREPARATION
 * until work begins, and then go by the kind of their workstation.
 *
 * @param kind of the workstation that the operation or run wants; null for other subjects
 */
export function groupOf(
  { subjectType, before: was, after }: Pick<LoggedEvent, 'subjectType' | 'before' | 'after'>,
  kind: WorkstationKind | null,
): EventGroup {
  const changed = Object.keys(after ?? {});
  if (was && changed.length > 0 && changed.every((field) => field === 'notes')) return 'NOTES';
  if (subjectType === 'LineItem' && was && changed.some((field) => designFields.has(field))) return 'MODEL';
  if (subjectType !== 'Operation' && subjectType !== 'Run') return ofNoun[subjectType] ?? 'OTHER';
  const status = after?.status;
  const isWaiting = status === undefined ? subjectType === 'Run' : before.has(String(status));
  return isWaiting ? 'PREPARATION' : ofKind[kind ?? 'OTHER'];
}
