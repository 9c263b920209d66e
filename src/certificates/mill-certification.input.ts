/** What a person enters of a mill's document: the same members whether it is made by hand or corrected. */
import { z } from 'zod';
import { InspectionDocumentType, MeltAnalysis, ValueOperator } from '../../prisma/generated/client/client.ts';
import { day, decimal, idOf, line, oneOf, text } from '../commands/input.ts';
import { decodeId } from '../ids.ts';
import { mostElements, mostHeats, mostProperties } from './mill-certification.heats.ts';

/** What a mechanical property is. */
export const PropertyKind = {
  YIELD_STRENGTH: 'YIELD_STRENGTH',
  YIELD_STRENGTH_UPPER: 'YIELD_STRENGTH_UPPER',
  YIELD_STRENGTH_LOWER: 'YIELD_STRENGTH_LOWER',
  PROOF_STRENGTH: 'PROOF_STRENGTH',
  TENSILE_STRENGTH: 'TENSILE_STRENGTH',
  YIELD_RATIO: 'YIELD_RATIO',
  ELONGATION: 'ELONGATION',
  UNIFORM_ELONGATION: 'UNIFORM_ELONGATION',
  REDUCTION_OF_AREA: 'REDUCTION_OF_AREA',
  IMPACT_ENERGY: 'IMPACT_ENERGY',
  LATERAL_EXPANSION: 'LATERAL_EXPANSION',
  SHEAR_AREA: 'SHEAR_AREA',
  HARDNESS: 'HARDNESS',
  GRAIN_SIZE: 'GRAIN_SIZE',
  ELASTIC_MODULUS: 'ELASTIC_MODULUS',
} as const;
export type PropertyKind = (typeof PropertyKind)[keyof typeof PropertyKind];

/** The id of a mill certification that the client chooses: a GUID as other systems write it, or one of our ids. */
export function chosenId() {
  return line(60)
    .refine(
      (id) => z.guid().safeParse(id).success || decodeId(id)?.noun === 'MillCertification',
      'must be a GUID such as 3f2504e0-4f89-41d3-9a0c-0305e82c3301',
    )
    .transform((id) => decodeId(id)?.uuid ?? id.toLowerCase());
}

const value = () => decimal({ min: -1_000_000_000, max: 1_000_000_000, places: 12 });
const shown = () =>
  line(60).nullish().describe('The value as it is printed, with its digits; as given unless told.');
const limits = {
  minimum: value().nullish().describe('The least that is demanded, where the document says so.'),
  maximum: value().nullish().describe('The most that is allowed, where the document says so.'),
};
const operator = oneOf('ValueOperator', ValueOperator)
  .default('EQUAL')
  .describe('How the value is meant: LESS for "< 0.005".');

export const elementInput = z
  .object({
    symbol: line(20).describe('The symbol of the element, "Cr", or the name of a formula, "CEV".'),
    isFormula: z.boolean().default(false).describe('Whether it is a figure computed of several elements.'),
    part: line(20).nullish().describe('Which part of the element is meant, where not all: "SOLUBLE".'),
    analysis: oneOf('MeltAnalysis', MeltAnalysis).nullish().describe('What was analysed, where it is told.'),
    operator,
    value: value().describe('The content, in the unit.'),
    text: shown(),
    unit: line(20).default('%').describe('"%" or "ppm" by mass.'),
    ...limits,
  })
  .meta({ input: 'HeatElementInput', description: 'What a heat contains of one element.' });

export const heatInput = z
  .object({
    heatId: idOf('Heat').nullish().describe('The heat that this replaces; none for a new one.'),
    number: line(100).nullish().describe('The number of the melt; null where the document tells none.'),
    process: line(200).nullish().describe('How it was melted and cast.'),
    product: line(500).nullish().describe('What was made of it.'),
    elements: z
      .array(elementInput)
      .max(mostElements, `must have at most ${mostElements} elements`)
      .describe('Its chemical composition: all of it, in order.'),
  })
  .meta({ input: 'HeatInput', description: 'One melt with its chemical composition.' });

export const propertyInput = z
  .object({
    mechanicalPropertyId: idOf('MechanicalProperty')
      .nullish()
      .describe('The property that this replaces; none for a new one.'),
    heatId: idOf('Heat').nullish().describe('The heat that was tested, where it is there already.'),
    heatNumber: line(100)
      .nullish()
      .describe('The number of the heat that was tested, where the same input makes it.'),
    kind: oneOf('MechanicalPropertyKind', PropertyKind).describe('What was measured.'),
    symbol: line(40).nullish().describe('Its symbol: "ReH", "Rp0.2", "Rm", "A5", "KV2", "HBW".'),
    operator,
    value: value().describe('The value, in the unit; of several the mean.'),
    text: shown(),
    unit: line(20).nullish().describe('"MPa", "%", "J"; none for a hardness on its scale.'),
    ...limits,
    individualValues: z
      .array(value())
      .max(100, 'must have at most 100 values')
      .nullish()
      .describe('The single values that it is the mean of.'),
    temperature: decimal({ min: -274, max: 5_000, places: 4 })
      .nullish()
      .describe('The temperature of the test in °C.'),
    direction: line(60).nullish().describe('How the specimen lay to the rolling direction.'),
    location: line(100).nullish().describe('Where the specimen was taken.'),
    specimen: line(100).nullish().describe("The specimen's number or form."),
    method: line(100).nullish().describe('The norm or the method of the test.'),
  })
  .meta({
    input: 'MechanicalPropertyInput',
    description: 'One measured property of the material of a heat.',
  });

/** The document's own fields. What is left out stays as it is; null clears. */
export const documentShape = {
  documentType: oneOf('InspectionDocumentType', InspectionDocumentType)
    .nullish()
    .describe('The type of document by EN 10204.'),
  certificateNumber: line().nullish().describe("The document's own number."),
  supplier: line(300).nullish().describe('Who sold the material.'),
  mill: line(300).nullish().describe('Who made it.'),
  standard: line(500).nullish().describe('The norms of the product.'),
  quality: line(500).nullish().describe('The grade of the material.'),
  product: line(500).nullish().describe('What was delivered.'),
  productionProcess: line(300).nullish().describe('How it was made.'),
  deliveryCondition: line(300).nullish().describe('The state in which it was delivered, such as "+N".'),
  caresQR: line(500).nullish().describe('What the QR code of the CARES scheme says.'),
  certificateDate: day().nullish().describe('The date of the document.'),
  customerName: line(300).nullish().describe('The customer that it names.'),
  customerAddress: text(1_000).nullish().describe("The customer's address."),
  orderNumber: line().nullish().describe("The customer's order."),
  deliveryNumber: line().nullish().describe('The delivery.'),
  inspector: line(300).nullish().describe("The manufacturer's inspector."),
  inspectorTwo: line(300)
    .nullish()
    .describe("The second signatory of a document 3.2: the purchaser's inspector or an official one."),
  department: line(300).nullish().describe('The department of the inspector.'),
};

export const documentInput = z
  .object(documentShape)
  .meta({ input: 'MillCertificationDataInput', description: "The fields of a mill's document itself." });

export type ElementEntry = z.output<typeof elementInput>;
export type HeatEntry = z.output<typeof heatInput>;
export type PropertyEntry = z.output<typeof propertyInput>;

export const heatsInput = () => z.array(heatInput).max(mostHeats, `must have at most ${mostHeats} heats`);
export const propertiesInput = () =>
  z.array(propertyInput).max(mostProperties, `must have at most ${mostProperties} properties`);
