import { parseDate } from './dates.ts';
import { documentTypeIn } from './document-type.ts';
import { type Entry, textOf } from './entries.ts';
import type { FieldKind } from './labels.ts';
import type { Cell, Line } from './layout.ts';
import { readParty } from './parties.ts';
import type { Place, ReadCertificate, ReadField, ReadNumber } from './result.ts';
import { gradesIn, standardsIn } from './standards.ts';

/** What EN 10168 gives each code to, where the label does not tell a heat from a batch. */
const fieldOfCode: Record<string, FieldKind> = {
  A01: 'MILL',
  A02: 'DOCUMENT_TYPE',
  A03: 'CERTIFICATE_NUMBER',
  A05: 'ORIGINATOR',
  A06: 'CUSTOMER',
  'A06.1': 'CUSTOMER',
  'A06.2': 'CONSIGNEE',
  'A06.3': 'RECIPIENT',
  A07: 'PURCHASE_ORDER',
  A08: 'WORKS_ORDER',
  A09: 'CUSTOMER_ARTICLE',
  A97: 'PURCHASE_ORDER_POSITION',
  A98: 'DELIVERY_NOTE',
  A99: 'AVISO',
  B01: 'PRODUCT',
  B03: 'REQUIREMENTS',
  B04: 'DELIVERY_CONDITION',
  B05: 'HEAT_TREATMENT',
  B06: 'MARKING',
  B08: 'PIECES',
  B10: 'LENGTH',
  B11: 'DIMENSIONS',
  B12: 'MASS',
  B13: 'MASS',
  C01: 'LOCATION',
  C02: 'DIRECTION',
  C03: 'TEST_TEMPERATURE',
  C70: 'PROCESS',
  Z01: 'STATEMENT',
  Z02: 'CERTIFICATE_DATE',
  Z03: 'INSPECTOR',
};

/** The field that an entry is about: its code where EN 10168 fixes it, else its label. */
export function kindOf(entry: Entry): FieldKind | null {
  return (entry.code && fieldOfCode[entry.code]) || entry.kind;
}

const numberKinds = new Set<FieldKind>([
  'PURCHASE_ORDER',
  'PURCHASE_ORDER_POSITION',
  'WORKS_ORDER',
  'DELIVERY_NOTE',
  'AVISO',
  'INVOICE',
  'CUSTOMER_ARTICLE',
  'BATCH',
  'PIECES',
  'MARKING',
  'MASS',
  'LENGTH',
  'WIDTH',
  'HEIGHT',
  'THICKNESS',
  'DIAMETER',
  'DIMENSIONS',
  'FORM',
  'REQUIREMENTS',
  'HEAT_TREATMENT',
  'PIECE',
  'ITEM',
  'REMARKS',
]);

type DocumentFields = Pick<
  ReadCertificate,
  | 'documentType'
  | 'certificateNumber'
  | 'certificateDate'
  | 'mill'
  | 'supplier'
  | 'customer'
  | 'consignee'
  | 'recipient'
  | 'standards'
  | 'qualities'
  | 'process'
  | 'product'
  | 'deliveryCondition'
  | 'originator'
  | 'inspectors'
  | 'department'
  | 'inspectionBody'
  | 'statement'
  | 'numbers'
  | 'dates'
  | 'caresQr'
>;

type Locate = (page: number, cells: readonly Cell[]) => Place;

/** The fields of the whole document, out of its labelled entries; what no label names is looked for in the text. */
export function readFields(
  entries: readonly Entry[],
  pages: readonly Line[][],
  links: readonly string[],
  locate: Locate,
): DocumentFields {
  const fields = emptyFields();
  const monthFirst = isAmerican(pages);
  for (const entry of entries) {
    const kind = kindOf(entry);
    if (!kind || entry.lines.length === 0) continue;
    place(fields, kind, entry, locate, monthFirst);
  }
  findUnlabelled(fields, pages, locate);
  for (const link of links) {
    if (!/cares/iu.test(link)) continue;
    fields.caresQr ??= {
      value: link,
      text: link,
      page: 1,
      box: { x: 0, y: 0, width: 0, height: 0 },
      confidence: 0.9,
      code: null,
    };
  }
  return fields;
}

function emptyFields(): DocumentFields {
  return {
    documentType: null,
    certificateNumber: null,
    certificateDate: null,
    mill: null,
    supplier: null,
    customer: null,
    consignee: null,
    recipient: null,
    standards: [],
    qualities: [],
    process: null,
    product: null,
    deliveryCondition: null,
    originator: null,
    inspectors: [],
    department: null,
    inspectionBody: null,
    statement: null,
    numbers: [],
    dates: [],
    caresQr: null,
  };
}

function place(
  fields: DocumentFields,
  kind: FieldKind,
  entry: Entry,
  locate: Locate,
  monthFirst: boolean,
): void {
  const at = locate(entry.page, entry.lines);
  const text = textOf(entry);
  const field = <Value = string>(value: Value | null, sure = 1): ReadField<Value> => ({
    ...at,
    value,
    text,
    confidence: entry.confidence * sure,
    code: entry.code,
  });
  const party = () => readParty(entry.lines, at, entry.confidence, entry.code);
  switch (kind) {
    case 'DOCUMENT_TYPE': {
      const found = documentTypeIn(text) ?? documentTypeIn(`type ${text}`);
      if (!fields.documentType && found) fields.documentType = field(found.type, found.sure);
      break;
    }
    case 'CERTIFICATE_NUMBER':
      if (/\d/u.test(text)) fields.certificateNumber = surer(fields.certificateNumber, field(text));
      break;
    case 'CERTIFICATE_DATE': {
      const date = parseDate(text, monthFirst);
      const strength = entry.code || /issue|ausstell|emis|wyda|wystaw/iu.test(entry.label) ? 1 : 0.9;
      if (date)
        fields.certificateDate = surer(
          fields.certificateDate,
          field(date.value, strength * (date.ambiguous ? 0.6 : 1)),
        );
      break;
    }
    case 'ORDER_DATE':
    case 'DELIVERY_DATE': {
      const date = parseDate(text, monthFirst);
      fields.dates.push({
        ...field(date?.value ?? null, date?.ambiguous ? 0.6 : 1),
        kind,
        label: entry.label,
      });
      break;
    }
    case 'MILL':
      fields.mill = surer(fields.mill, party());
      break;
    case 'SUPPLIER':
      fields.supplier = surer(fields.supplier, party());
      break;
    case 'CUSTOMER':
      fields.customer = surer(fields.customer, party());
      break;
    case 'CONSIGNEE':
      fields.consignee = surer(fields.consignee, party());
      break;
    case 'RECIPIENT':
      fields.recipient = surer(fields.recipient, party());
      break;
    case 'STANDARD':
      for (const name of splitList(text)) addField(fields.standards, { ...field(name) });
      break;
    case 'SPECIFICATION':
    case 'QUALITY':
      readQuality(fields, kind, text, field);
      break;
    case 'PROCESS':
      fields.process = surer(fields.process, field(text));
      break;
    case 'PRODUCT':
      fields.product = surer(fields.product, field(text));
      break;
    case 'DELIVERY_CONDITION':
      fields.deliveryCondition = surer(fields.deliveryCondition, field(text));
      break;
    case 'ORIGINATOR':
      fields.originator = surer(fields.originator, field(text));
      break;
    case 'DEPARTMENT':
      fields.department = surer(fields.department, field(text));
      break;
    case 'INSPECTION_BODY':
      fields.inspectionBody = surer(fields.inspectionBody, field(text));
      break;
    case 'STATEMENT':
      fields.statement = surer(fields.statement, field(text));
      break;
    case 'INSPECTOR':
      if (/\p{L}{2}/u.test(text)) addField(fields.inspectors, field(text));
      break;
    default:
      if (numberKinds.has(kind)) addNumber(fields.numbers, { ...field(text), kind, label: entry.label });
  }
}

function readQuality(
  fields: DocumentFields,
  kind: FieldKind,
  text: string,
  field: (value: string, sure?: number) => ReadField,
): void {
  const standards = standardsIn(text);
  for (const name of standards) addField(fields.standards, field(name, 0.95));
  let rest = text;
  for (const name of standards) rest = rest.replace(name, ' ');
  rest = rest.replace(/^[\s,;/–-]+|[\s,;/–-]+$/gu, '').replace(/\s+/gu, ' ');
  if (!rest) return;
  const grades = kind === 'SPECIFICATION' ? gradesIn(rest) : splitList(rest);
  for (const grade of grades) addField(fields.qualities, field(grade, kind === 'SPECIFICATION' ? 0.85 : 1));
}

/** A comma divides names, a stroke may belong to one: `S355J2H, P355NH/TC1`. */
function splitList(text: string): string[] {
  return text
    .split(/\s*[,;]\s+|\s+\/\s+/u)
    .map((part) => part.trim())
    .filter(Boolean);
}

function surer<T extends { confidence: number }>(known: T | null, found: T | null): T | null {
  if (!found) return known;
  return !known || found.confidence > known.confidence + 0.001 ? found : known;
}

function addField(list: ReadField[], added: ReadField): void {
  if (!list.some((field) => field.value === added.value)) list.push(added);
}

function addNumber(list: ReadNumber[], added: ReadNumber): void {
  if (!list.some((each) => each.kind === added.kind && each.text === added.text && each.code === added.code))
    list.push(added);
}

/** Month before day is only written where inches and pounds are. */
function isAmerican(pages: readonly Line[][]): boolean {
  const text = pages
    .flat()
    .map((line) => line.text)
    .join('\n');
  const signs = [
    /\bksi\b|\bpsi\b/iu,
    /\bASTM\b|\bASME\b/u,
    /\bU\.?S\.?A\b/u,
    /\blbs?\b/iu,
    /,\s*[A-Z]{2}\s+\d{5}\b/u,
  ];
  return signs.filter((sign) => sign.test(text)).length >= 2;
}

/** Types, norms and qualities that stand in titles and sentences. */
function findUnlabelled(fields: DocumentFields, pages: readonly Line[][], locate: Locate): void {
  const lines = pages.flat();
  const field = <Value>(line: Line, value: Value, confidence: number): ReadField<Value> => ({
    ...locate(line.page, line.cells),
    value,
    text: line.text,
    confidence: confidence * Math.min(...line.words.map((word) => word.confidence)),
    code: null,
  });
  for (const line of lines) {
    const found = documentTypeIn(line.text);
    const sure = (found?.sure ?? 0) * 0.95;
    if (found && (!fields.documentType || fields.documentType.confidence < sure)) {
      fields.documentType = fields.documentType?.code ? fields.documentType : field(line, found.type, sure);
    }
    const cares =
      /https?:\/\/\S*cares\S*|\bCARES\b.{0,40}?\b(?:no\.?|number|cert\w*)\s*:?\s*([\w/-]*\d[\w/-]*)/iu.exec(
        line.text,
      );
    if (cares) fields.caresQr ??= field(line, cares[1] ?? cares[0], 0.7);
  }
  if (fields.standards.length === 0) {
    for (const line of lines)
      for (const name of standardsIn(line.text)) addField(fields.standards, { ...field(line, name, 0.6) });
  }
  if (fields.qualities.length === 0) {
    for (const line of lines) {
      if (standardsIn(line.text).length === 0) continue;
      for (const grade of gradesIn(line.text)) addField(fields.qualities, field(line, grade, 0.5));
    }
  }
}
