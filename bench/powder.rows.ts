/** The rows of a powder network as the database takes them: which columns, and how values are written. */
import type { Shares } from '../src/materials/mixture.ts';

/** A value as text, or as what becomes one. JSON comes as its text. */
export type Cell = string | number | boolean | null;

const stamps = ['organizationId', 'version', 'createdAt', 'updatedAt'] as const;
const unversioned = ['organizationId', 'createdAt', 'updatedAt'] as const;

/** What is written of each table, in an order in which a reader meets nothing that is not there yet. */
export const columns = {
  Location: [...stamps, 'id', 'name', 'countriesServed'],
  WorkstationType: [...stamps, 'id', 'kind', 'name'],
  Workstation: [...stamps, 'id', 'name', 'workstationTypeId', 'locationId'],
  Machine: [...stamps, 'id', 'name', 'workstationId', 'status'],
  Workflow: [...stamps, 'id', 'name'],
  ProcessStep: [...stamps, 'id', 'workflowId', 'position', 'name', 'workstationTypeId'],
  Material: [...stamps, 'id', 'name', 'type', 'family', 'unit'],
  Order: [...stamps, 'id', 'number', 'name', 'status', 'customerName', 'customerReference', 'locationId'],
  LineItem: [
    ...stamps,
    'id',
    'orderId',
    'position',
    'designName',
    'status',
    'materialId',
    'workflowId',
    'quantity',
  ],
  Piece: [
    ...stamps,
    'id',
    'serial',
    'orderId',
    'lineItemId',
    'workflowId',
    'copy',
    'status',
    'stepPosition',
    'stepKind',
  ],
  Run: [...stamps, 'id', 'number', 'status', 'kind', 'workstationId', 'startedAt', 'endedAt'],
  Operation: [
    ...stamps,
    'id',
    'pieceId',
    'processStepId',
    'position',
    'kind',
    'status',
    'runId',
    'startedAt',
    'endedAt',
    'trackingId',
  ],
  MaterialLot: [
    ...stamps,
    'id',
    'name',
    'materialId',
    'status',
    'deliveredAt',
    'expiresAt',
    'usageCyclesLimit',
    'locationId',
    'fullQuantity',
  ],
  MaterialContainer: [
    ...stamps,
    'id',
    'name',
    'type',
    'status',
    'lotId',
    'materialId',
    'batchId',
    'fullQuantity',
    'quantity',
    'locationId',
  ],
  MaterialBatch: [
    ...stamps,
    'id',
    'name',
    'materialId',
    'status',
    'quality',
    'quantity',
    'reserved',
    'fullQuantity',
    'usageCycles',
    'usageCyclesLimit',
    'expiresAt',
    'isInitial',
    'locationId',
    'workstationId',
    'nodeId',
    'mixedLots',
    'mixedCycles',
    'lots',
    'cycles',
    'reservedLots',
    'reservedCycles',
    'lastActionId',
    'lastActionAt',
  ],
  MaterialBatchExposure: ['organizationId', 'batchId', 'workstationTypeId', 'since'],
  MaterialStay: [
    'organizationId',
    'id',
    'batchId',
    'nodeId',
    'locationId',
    'workstationId',
    'startedAt',
    'endedAt',
  ],
  MaterialContainerFilling: [
    'organizationId',
    'id',
    'containerId',
    'batchId',
    'nodeId',
    'startedAt',
    'endedAt',
  ],
  MaterialAction: [
    ...unversioned,
    'id',
    'type',
    'lotId',
    'batchId',
    'workstationId',
    'runId',
    'quantity',
    'reason',
    'data',
    'previousActionId',
    'performedById',
    'occurredAt',
  ],
  MaterialPosting: [
    'organizationId',
    'batchId',
    'actionId',
    'change',
    'reservedChange',
    'quantityAfter',
    'reservedAfter',
  ],
  MaterialLink: [
    'organizationId',
    'id',
    'actionId',
    'position',
    'fromPlace',
    'toPlace',
    'fromNode',
    'toNode',
    'sourceBatchId',
    'destinationBatchId',
    'containerId',
    'pieceId',
    'quantity',
    'cycleShift',
    'lots',
    'cycles',
    'traits',
    'occurredAt',
  ],
  MaterialSample: [...stamps, 'id', 'name', 'batchId', 'actionId', 'quantity'],
} as const satisfies Record<string, readonly string[]>;

export type Table = keyof typeof columns;

/** A row's own columns; the organization and the stamps come with it. */
export type RowOf<Name extends Table> = Readonly<Partial<Record<(typeof columns)[Name][number], Cell>>>;

/** Takes rows. Their values come in the order of {@link columns}. */
export type Sink = (table: Table, row: readonly Cell[]) => void;

/** Quanta as a decimal's text: the same as `amount(value).toFixed()`, without making a decimal of millions. */
export function decimalText(value: bigint): string {
  if (value < 0n) return `-${decimalText(-value)}`;
  const digits = value.toString().padStart(13, '0');
  const part = digits.slice(-12).replace(/0+$/, '');
  return part ? `${digits.slice(0, -12)}.${part}` : digits.slice(0, -12);
}

/** Shares as JSON: the same as `toJson` gives. */
export function sharesText(shares: Shares): string {
  if (shares.size === 1) {
    for (const [key, value] of shares) return `{"${key}":"${decimalText(value)}"}`;
  }
  const keys = [...shares.keys()].sort();
  return `{${keys.map((key) => `"${key}":"${decimalText(shares.get(key) ?? 0n)}"`).join(',')}}`;
}

/** A line of COPY's text format. Nothing that is generated needs escaping. */
export const copyLine = (row: readonly Cell[]): string =>
  `${row.map((cell) => (cell === null ? '\\N' : String(cell))).join('\t')}\n`;
