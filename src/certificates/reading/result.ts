import type { ElementPart } from './elements.ts';
import type { FieldKind } from './labels.ts';
import type { Operator } from './numbers.ts';
import type { Box } from './pages.ts';
import type { PrintedTemperature, PropertyKind } from './properties.ts';

/** Where on which page something was read; `box` in points on the page as it is shown. */
export interface Place {
  page: number;
  box: Box;
}

/** A value that was read. `value` is null where the text is there and its meaning is not certain enough. */
export interface ReadField<Value = string> extends Place {
  value: Value | null;
  /** As printed. */
  text: string;
  /** 0 to 1: how sure both the letters and their meaning are. */
  confidence: number;
  /** The field code of EN 10168 that is printed with it, `A03`. */
  code: string | null;
}

export type InspectionDocumentType = '2.1' | '2.2' | '3.1' | '3.2';

/** A company with its address as printed; the parts are null where the lines do not show them clearly. */
export interface ReadParty extends Place {
  name: string;
  /** Lines below the name, without mail address. */
  address: string[];
  street: string[];
  postalCode: string | null;
  city: string | null;
  /** As printed: `DE`, `Germany`. */
  country: string | null;
  email: string | null;
  text: string;
  confidence: number;
  code: string | null;
}

/** A number that somebody could ask for, by what it counts. */
export interface ReadNumber extends ReadField {
  kind: FieldKind;
  label: string;
}

export type Analysis = 'LADLE' | 'PRODUCT';

/** What all measured values have. Numbers are exact decimals, with the digits printed. */
export interface Measured extends Place {
  value: string | null;
  operator: Operator | null;
  text: string;
  unit: string | null;
  minimum: string | null;
  maximum: string | null;
  confidence: number;
  code: string | null;
}

export interface ReadElement extends Measured {
  symbol: string;
  part: ElementPart;
  /** Null where the certificate does not say which. */
  analysis: Analysis | null;
  /** False: no unit is printed, `unit` is the % of the norms. */
  unitStated: boolean;
  /** Power of ten that the printed number was multiplied by, -2 for a column headed x 100. */
  scale: number;
}

/** A calculated value of the composition: carbon equivalent, Cr+Mo+Ni. */
export interface ReadFormula extends Measured {
  symbol: string;
  analysis: Analysis | null;
}

export interface ReadProperty extends Measured {
  kind: PropertyKind;
  symbol: string | null;
  individualValues: string[];
  temperature: PrintedTemperature | null;
  direction: 'LONGITUDINAL' | 'TRANSVERSE' | 'THROUGH_THICKNESS' | 'TANGENTIAL' | 'RADIAL' | null;
  /** As printed, `0001 längs`. */
  directionText: string | null;
  location: string | null;
  specimen: string | null;
  specimenWidth: string | null;
  method: string | null;
}

export interface ReadHeat {
  /** Null: values whose heat the certificate does not tell. */
  number: ReadField | null;
  process: ReadField | null;
  elements: ReadElement[];
  formulas: ReadFormula[];
  properties: ReadProperty[];
  /** Codes C00 to C04 and their texts, as they stand with this heat. */
  codes: ReadCode[];
}

/** A field of EN 10168 by its code, or a labelled text without: what the typed fields do not cover is here. */
export interface ReadCode extends Place {
  code: string | null;
  kind: FieldKind | null;
  label: string;
  text: string;
  /** Further cells of its line: unit, interpretation, limits. */
  more: string[];
  confidence: number;
}

/** One row of a table of items: dimensions, quantities, heats of what was delivered. */
export interface ReadItem extends Place {
  heat: string | null;
  values: { kind: FieldKind; label: string; text: string }[];
  confidence: number;
}

/** A test that is not a value of the properties: what was tested, result as printed. */
export interface ReadOtherTest extends Place {
  code: string | null;
  name: string;
  value: string | null;
  unit: string | null;
  interpretation: string | null;
  confidence: number;
}

export interface ReadPage {
  number: number;
  width: number;
  height: number;
  source: 'TEXT_LAYER' | 'OCR' | 'NONE';
  /** Mean of the words' confidences; null for a page without words. */
  confidence: number | null;
}

/** All that was read of a certificate; plain data that survives JSON. */
export interface ReadCertificate {
  pages: ReadPage[];
  languages: string[];
  documentType: ReadField<InspectionDocumentType> | null;
  certificateNumber: ReadField | null;
  certificateDate: ReadField | null;
  mill: ReadParty | null;
  supplier: ReadParty | null;
  customer: ReadParty | null;
  consignee: ReadParty | null;
  recipient: ReadParty | null;
  standards: ReadField[];
  qualities: ReadField[];
  process: ReadField | null;
  product: ReadField | null;
  deliveryCondition: ReadField | null;
  originator: ReadField | null;
  inspectors: ReadField[];
  department: ReadField | null;
  inspectionBody: ReadField | null;
  statement: ReadField | null;
  numbers: ReadNumber[];
  dates: ReadNumber[];
  /** Address of the CARES certification scheme (reinforcing steel) that the document prints or links to. */
  caresQr: ReadField | null;
  heats: ReadHeat[];
  items: ReadItem[];
  otherTests: ReadOtherTest[];
  codes: ReadCode[];
  /** What a person should look at: pages without text, texts that could not be understood. */
  warnings: { page: number | null; message: string }[];
}
