import type * as prisma from '../../prisma/generated/client/client.ts';
import type { PropertyKind } from '../../src/certificates/mill-certification.input.ts';
import { enumOf } from '../shared/enums.ts';

export const InspectionDocumentTypeRef = enumOf<prisma.InspectionDocumentType>(
  'InspectionDocumentType',
  'The type of an inspection document by EN 10204.',
  {
    TYPE_2_1: '2.1: the manufacturer declares that the order is complied with, without results.',
    TYPE_2_2: '2.2: with results of tests that are not of this delivery.',
    TYPE_3_1: '3.1: with results of this delivery, confirmed by an inspector independent of production.',
    TYPE_3_2: "3.2: as 3.1, confirmed as well by the purchaser's inspector or an official one.",
  },
);

export const MillCertificationStatusRef = enumOf<prisma.MillCertificationStatus>(
  'MillCertificationStatus',
  'How far a mill certification is.',
  {
    UPLOADED: 'It waits to be read.',
    SCANNED: 'Nothing hostile was found in it; it is being read.',
    PROCESSED: 'It was read; its values are being stored and checked.',
    COMPLETED: 'Its values are there.',
    FAILED: 'It could not be read: `statusNotes` says why. Enter the data by hand, or have it read again.',
    REJECTED: 'It is no harmless PDF: `statusNotes` says why. Nothing of it was read.',
  },
);

export const MillCertificationSourceRef = enumOf<prisma.MillCertificationSource>(
  'MillCertificationSource',
  'Where the data of a mill certification come from.',
  { UPLOAD: 'They were read in a PDF.', MANUAL: 'A person entered them.' },
);

export const ReviewStatusRef = enumOf<prisma.ReviewStatus>('ReviewStatus', 'What a reviewer decided.', {
  APPROVED: 'It is right.',
  ISSUE: 'Something is wrong with it: the comment says what.',
});

export const ValueOperatorRef = enumOf<prisma.ValueOperator>(
  'ValueOperator',
  'How a printed value is meant.',
  {
    EQUAL: 'As it is.',
    LESS: 'Less than that: the limit of detection, mostly.',
    AT_MOST: 'That or less.',
    GREATER: 'More than that.',
    AT_LEAST: 'That or more.',
    ABOUT: 'About that.',
  },
);

export const MeltAnalysisRef = enumOf<prisma.MeltAnalysis>('MeltAnalysis', 'What was analysed.', {
  LADLE: 'The melt, in the ladle: cast analysis.',
  PRODUCT: 'The finished product: check analysis.',
});

export const MechanicalPropertyKindRef = enumOf<PropertyKind>(
  'MechanicalPropertyKind',
  'What a mechanical property is.',
  {
    YIELD_STRENGTH: 'Yield strength, of whichever definition (Re).',
    YIELD_STRENGTH_UPPER: 'Upper yield strength (ReH).',
    YIELD_STRENGTH_LOWER: 'Lower yield strength (ReL).',
    PROOF_STRENGTH: 'Proof strength (Rp0.2, Rt0.5).',
    TENSILE_STRENGTH: 'Tensile strength (Rm).',
    YIELD_RATIO: 'Yield strength by tensile strength.',
    ELONGATION: 'Elongation after fracture (A).',
    UNIFORM_ELONGATION: 'Elongation at the greatest force (Ag, Agt).',
    REDUCTION_OF_AREA: 'Reduction of area after fracture (Z).',
    IMPACT_ENERGY: 'Energy absorbed by a notched specimen (KV2, KU).',
    LATERAL_EXPANSION: 'Lateral expansion of a notched specimen.',
    SHEAR_AREA: 'Share of the fracture that is sheared.',
    HARDNESS: 'Hardness (HBW, HV, HRC).',
    GRAIN_SIZE: 'Grain size.',
    ELASTIC_MODULUS: "Young's modulus (E).",
  },
);
