import type { Noun } from '../ids.ts';

// Every kind of event that this build writes, by the noun that is its subject. The name is stored in the log and is
// the name of the GraphQL type: a kind is never renamed or removed.
export const eventKinds = {
  Organization: ['OrganizationCreated', 'OrganizationChanged'],
  User: ['UserCreated', 'UserChanged', 'UserArchived'],
  ApiToken: ['ApiTokenCreated', 'ApiTokenRevoked'],
  Location: ['LocationCreated', 'LocationChanged', 'LocationArchived'],
  SubLocation: ['SubLocationCreated', 'SubLocationChanged', 'SubLocationArchived'],
  Manufacturer: ['ManufacturerCreated', 'ManufacturerChanged', 'ManufacturerArchived'],
  Material: ['MaterialCreated', 'MaterialChanged', 'MaterialArchived'],
  WorkstationType: ['WorkstationTypeCreated', 'WorkstationTypeChanged', 'WorkstationTypeArchived'],
  Workstation: ['WorkstationCreated', 'WorkstationChanged', 'WorkstationArchived'],
  Machine: ['MachineCreated', 'MachineChanged', 'MachineStatusChanged', 'MachineArchived'],
  Workflow: ['WorkflowCreated', 'WorkflowChanged', 'WorkflowArchived'],
  ProcessStep: [],
  Order: ['OrderCreated', 'OrderChanged', 'OrderStatusChanged'],
  Product: [],
  LineItem: ['LineItemCreated', 'LineItemChanged', 'LineItemStatusChanged'],
  Piece: ['PieceCreated', 'PieceChanged', 'PieceStatusChanged'],
  Operation: ['OperationStatusChanged'],
  Run: ['RunCreated', 'RunChanged', 'RunStatusChanged', 'RunCompletionProposed', 'RunAlert'],
  Build: ['BuildCreated', 'BuildStatusChanged'],
  Sensor: ['SensorCreated', 'SensorChanged', 'SensorStateChanged', 'SensorArchived'],
  Anomaly: ['AnomalyDetected', 'AnomalyChanged', 'AnomalyAddressed'],
  Analyser: ['AnalyserCreated', 'AnalyserChanged', 'AnalyserArchived'],
  Analysis: ['AnalysisReported', 'AnalysisChanged'],
  AnalysisIndicator: [],
  CurrencyConversion: [
    'CurrencyConversionCreated',
    'CurrencyConversionChanged',
    'CurrencyConversionArchived',
  ],
  MaterialPurchaseOrder: [
    'MaterialPurchaseOrderCreated',
    'MaterialPurchaseOrderChanged',
    'MaterialPurchaseOrderArchived',
  ],
  MaterialLot: ['MaterialLotCreated', 'MaterialLotChanged', 'MaterialLotStatusChanged'],
  MaterialContainer: ['MaterialContainerCreated', 'MaterialContainerChanged', 'MaterialContainerArchived'],
  MaterialBatch: [
    'MaterialBatchCreated',
    'MaterialBatchChanged',
    'MaterialBatchStatusChanged',
    'MaterialBatchRecomputed',
  ],
  MaterialAction: ['MaterialActionRecorded'],
  MaterialLink: [],
  MaterialStay: [],
  MaterialContainerFilling: [],
  MaterialTransaction: ['MaterialTransactionCreated', 'MaterialTransactionChanged'],
  Stock: ['StockCreated', 'StockChanged', 'StockArchived', 'StockFellBelowMinimum'],
  StockAction: ['StockActionRecorded'],
  StockActionShare: [],
  Hold: ['HoldProposed', 'HoldPlaced', 'HoldClosed', 'HoldSpread'],
  HoldDisposition: ['HoldDispositionCreated', 'HoldDispositionChanged'],
  MaterialSample: ['MaterialSampleCreated'],
  MaterialTestOperation: [
    'MaterialTestOperationCreated',
    'MaterialTestOperationChanged',
    'MaterialTestOperationArchived',
  ],
  MaterialTestInstruction: [
    'MaterialTestInstructionCreated',
    'MaterialTestInstructionChanged',
    'MaterialTestInstructionArchived',
  ],
  MaterialTestPanel: ['MaterialTestPanelCreated', 'MaterialTestPanelChanged'],
  MaterialTestReport: ['MaterialTestReportCreated', 'MaterialTestReportChanged'],
  File: ['FileCreated', 'FileStored', 'FileRefused', 'FileArchived'],
  Webhook: [
    'WebhookCreated',
    'WebhookChanged',
    'WebhookStatusChanged',
    'WebhookDisabled',
    'WebhookSecretRotated',
    'WebhookTested',
    'WebhookReplayed',
    'WebhookDeliveriesRetried',
    'WebhookArchived',
  ],
  WebhookDelivery: ['WebhookDeliveryRetried'],
  SensorPlacement: [],
  SensorThreshold: ['SensorThresholdCreated', 'SensorThresholdChanged', 'SensorThresholdArchived'],
  Excursion: ['ExcursionStarted', 'ExcursionEnded', 'ExcursionAcknowledged'],
  IngestSource: [],
  MachineType: ['MachineTypeCreated', 'MachineTypeChanged', 'MachineTypeArchived'],
  CaptureType: ['CaptureTypeCreated', 'CaptureTypeChanged', 'CaptureTypeArchived'],
  Collector: ['CollectorCreated', 'CollectorChanged', 'CollectorArchived'],
  Capture: ['CaptureCreated', 'CaptureStatusChanged'],
  Cassette: ['CassetteCreated', 'CassetteChanged', 'CassetteArchived'],
  MachineCommand: ['MachineCommandCreated', 'MachineCommandStatusChanged'],
  PrintingPreset: ['PrintingPresetCreated', 'PrintingPresetChanged'],
  MachineJobFile: ['MachineJobFileCreated', 'MachineJobFileChanged', 'MachineJobFileArchived'],
  MachineService: ['MachineServiceCreated', 'MachineServiceChanged', 'MachineServiceArchived'],
  MachineServiceMaterial: ['MachineServiceMaterialChanged'],
  Certificate: ['CertificateCreated', 'CertificateSuperseded'],
  CertificateAttachment: ['CertificateAttached', 'CertificateDetached'],
  CertificateRequirement: [],
  MillCertification: [
    'MillCertificationCreated',
    'MillCertificationChanged',
    'MillCertificationStatusChanged',
    'MillCertificationReviewed',
  ],
  MillCertificationPage: [],
  Heat: ['HeatCreated', 'HeatChanged', 'HeatDeleted'],
  HeatElement: [],
  MechanicalProperty: [],
  MaterialLotHeat: ['MaterialLotHeatLinked', 'MaterialLotHeatUnlinked'],
  MaterialTestCertificate: ['MaterialTestCertificateCreated'],
  Branding: ['BrandingChanged'],
  InspectionReport: [
    'InspectionReportCreated',
    'InspectionReportChanged',
    'InspectionReportRevoked',
    'InspectionReportTokenRenewed',
  ],
  InspectionCase: ['InspectionCaseCreated', 'InspectionCaseChanged', 'InspectionCaseStatusChanged'],
  InspectionItem: ['InspectionItemAdded'],
  Timestamp: ['TimestampRequested', 'TimestampIssued', 'TimestampFailed'],
  TraceabilityReport: ['TraceabilityReportCreated', 'TraceabilityReportStatusChanged'],
  Document: [
    'DocumentCreated',
    'DocumentChanged',
    'DocumentReplaced',
    'DocumentArchived',
    'DocumentSnapshotChanged',
  ],
  DocumentLink: ['DocumentLinked', 'DocumentUnlinked'],
  DocumentParserTemplate: [
    'DocumentParserTemplateCreated',
    'DocumentParserTemplateChanged',
    'DocumentParserTemplateArchived',
  ],
  DocumentParserInstruction: [
    'DocumentParserInstructionCreated',
    'DocumentParserInstructionChanged',
    'DocumentParserInstructionArchived',
  ],
  DocumentParsingJob: ['DocumentParsingJobCreated', 'DocumentParsingJobStatusChanged'],
  DocumentParserReport: ['DocumentParserReportCreated', 'DocumentParserReportChanged'],
  ZipFile: ['ZipFileCreated', 'ZipFileRevoked'],
} as const satisfies Record<Noun, readonly string[]>;

/** The kinds of one noun, or of all. */
export type EventKind<N extends Noun = Noun> = (typeof eventKinds)[N][number];

/** An event before the log has given it a position. */
export interface EventDraft {
  kind: EventKind;
  subjectType: Noun;
  subjectId: string;
  version: number;
  related: string[];
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
  data: Record<string, unknown> | null;
  reason: string | null;
  occurredAt: string;
}
