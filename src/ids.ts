/**
 * Public ids: a prefix that names the noun and the 32 hex digits of a UUIDv7, `run_0193f2c4…`.
 * Encoded and decoded here and nowhere else; the database holds native uuids.
 */
import { v7 } from 'uuid';

/** The prefix of every noun's ids. A prefix is part of the API: it never changes. */
export const idPrefixes = {
  Organization: 'org',
  User: 'usr',
  ApiToken: 'tok',
  Location: 'loc',
  SubLocation: 'sloc',
  Manufacturer: 'mfr',
  Material: 'mat',
  WorkstationType: 'wst',
  Workstation: 'ws',
  Machine: 'mach',
  Workflow: 'wf',
  ProcessStep: 'step',
  Order: 'ord',
  Product: 'prod',
  LineItem: 'item',
  Piece: 'pc',
  Operation: 'op',
  Run: 'run',
  Build: 'bld',
  Sensor: 'sens',
  Anomaly: 'anom',
  CurrencyConversion: 'cur',
  MaterialPurchaseOrder: 'mpo',
  MaterialLot: 'lot',
  MaterialContainer: 'cont',
  MaterialBatch: 'bat',
  MaterialAction: 'act',
  MaterialLink: 'mlk',
  MaterialStay: 'stay',
  MaterialContainerFilling: 'fill',
  MaterialTransaction: 'mtx',
  Stock: 'stk',
  StockAction: 'stka',
  StockActionShare: 'stks',
  Hold: 'hold',
  HoldDisposition: 'disp',
  MaterialSample: 'smp',
  MaterialTestOperation: 'mto',
  MaterialTestInstruction: 'mti',
  MaterialTestPanel: 'mtp',
  MaterialTestReport: 'mtr',
  File: 'file',
  Webhook: 'wh',
  WebhookDelivery: 'whd',
  SensorPlacement: 'plc',
  SensorThreshold: 'thr',
  Excursion: 'exc',
  IngestSource: 'isrc',
  Analyser: 'anlr',
  Analysis: 'anls',
  AnalysisIndicator: 'aind',
  MachineType: 'mtype',
  CaptureType: 'ctype',
  Collector: 'coll',
  Capture: 'cap',
  Cassette: 'cass',
  MachineCommand: 'mcmd',
  PrintingPreset: 'preset',
  MachineJobFile: 'mjf',
  MachineService: 'msvc',
  MachineServiceMaterial: 'msm',
  Certificate: 'cert',
  CertificateAttachment: 'catt',
  CertificateRequirement: 'creq',
  MillCertification: 'mill',
  MillCertificationPage: 'mpage',
  Heat: 'heat',
  HeatElement: 'helem',
  MechanicalProperty: 'mprop',
  MaterialLotHeat: 'lheat',
  MaterialTestCertificate: 'mtc',
  Branding: 'brand',
  InspectionReport: 'irep',
  InspectionCase: 'icase',
  InspectionItem: 'iitem',
  Timestamp: 'tst',
  TraceabilityReport: 'trace',
  Document: 'doc',
  DocumentLink: 'dlink',
  DocumentParserTemplate: 'dtpl',
  DocumentParserInstruction: 'dins',
  DocumentParsingJob: 'djob',
  DocumentParserReport: 'drep',
  ZipFile: 'zip',
} as const;

/** A noun: an entity with an id, a row of its own and a GraphQL type of the same name. */
export type Noun = keyof typeof idPrefixes;

export const nouns = Object.keys(idPrefixes) as Noun[];

/** How a noun is called as a field, a delegate or a variable: `lineItem`. */
export function fieldName(noun: Noun): string {
  return noun.charAt(0).toLowerCase() + noun.slice(1);
}

const nounOfPrefix = new Map<string, Noun>(nouns.map((noun) => [idPrefixes[noun], noun]));
const shape = /^([a-z]+)_([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/;

/** A new UUIDv7, sortable by its time of creation. */
export function newId(): string {
  return v7();
}

/** The public id of a row. */
export function encodeId(noun: Noun, uuid: string): string {
  return `${idPrefixes[noun]}_${uuid.replaceAll('-', '')}`;
}

/** The noun and uuid of a public id, or null where the text is none. */
export function decodeId(id: string): { noun: Noun; uuid: string } | null {
  const parts = shape.exec(id);
  if (!parts) return null;
  const [, prefix, a, b, c, d, e] = parts;
  const noun = nounOfPrefix.get(prefix ?? '');
  return noun ? { noun, uuid: `${a}-${b}-${c}-${d}-${e}` } : null;
}
