import { z } from 'zod';

/**
 * The structure in which EN 10168 certificates travel as JSON, as far as this project understands it; all else is
 * kept as it is. Looser than the published schema where mills are: it asks for what has to be understood.
 */
const text = z.string();
const keyValue = z.looseObject({
  Key: text,
  Value: text.optional(),
  Unit: text.optional(),
  Interpretation: text.optional(),
  Type: text.optional(),
});
const keyValues = z.record(text, keyValue);
const measurement = z.looseObject({
  Property: text.optional(),
  Value: z.number(),
  Unit: text.optional(),
  Minimum: z.number().optional(),
  Maximum: z.number().optional(),
});
const company = z
  .looseObject({
    CompanyName: text.optional(),
    Name: text.optional(),
    Street: z.union([text, z.array(text)]).optional(),
    ZipCode: text.optional(),
    City: text.optional(),
    Country: text.optional(),
    Email: text.optional(),
  })
  .refine(({ CompanyName, Name }) => CompanyName !== undefined || Name !== undefined, {
    message: 'A company needs a CompanyName or a Name.',
  });
const element = z.looseObject({
  Symbol: text,
  Actual: text,
  Minimum: text.optional(),
  Maximum: text.optional(),
});

const chemistry = z
  .looseObject({ C70: text.optional(), SupplementaryInformation: keyValues.optional() })
  .superRefine((composition, context) => {
    for (const [code, value] of Object.entries(composition)) {
      if (!/^C(?:7[1-9]|[89]\d|10\d)$/u.test(code)) continue;
      const parsed = element.safeParse(value);
      for (const issue of parsed.error?.issues ?? []) {
        context.addIssue({ code: 'custom', path: [code, ...issue.path], message: issue.message });
      }
    }
  });

const inspection = z.looseObject({
  C00: text.optional(),
  C01: text.optional(),
  C02: text.optional(),
  C03: text.optional(),
  SupplementaryInformation: keyValues.optional(),
  ChemicalComposition: chemistry.optional(),
  TensileTest: z
    .looseObject({
      C10: text.optional(),
      C11: measurement.optional(),
      C12: measurement.optional(),
      C13: measurement.optional(),
      SupplementaryInformation: keyValues.optional(),
    })
    .optional(),
  HardnessTest: z
    .looseObject({
      C30: text.optional(),
      C31: z.array(measurement).optional(),
      C32: measurement.optional(),
      SupplementaryInformation: keyValues.optional(),
    })
    .optional(),
  NotchedBarImpactTest: z
    .looseObject({
      C40: text.optional(),
      C41: measurement.optional(),
      C42: z.array(measurement).optional(),
      C43: measurement.optional(),
      SupplementaryInformation: keyValues.optional(),
    })
    .optional(),
  OtherMechanicalTests: keyValues.optional(),
});

export const en10168Schema = z.looseObject({
  RefSchemaUrl: text.optional(),
  Certificate: z.looseObject({
    CertificateLanguages: z.array(text).optional(),
    CommercialTransaction: z.looseObject({
      A01: company,
      A02: text,
      A03: text,
      A05: text.optional(),
      A06: company.optional(),
      'A06.1': company.optional(),
      'A06.2': company.optional(),
      'A06.3': company.optional(),
      SupplementaryInformation: keyValues.optional(),
    }),
    ProductDescription: z
      .looseObject({
        B01: text.optional(),
        B02: z
          .union([
            text,
            z.looseObject({
              SteelDesignation: z.array(text).optional(),
              ProductNorm: z.array(text).optional(),
              MaterialNorm: z.array(text).optional(),
              MassNorm: z.array(text).optional(),
            }),
          ])
          .optional(),
        B04: text.optional(),
        SupplementaryInformation: keyValues.optional(),
      })
      .optional(),
    Inspection: z.union([inspection, z.array(inspection)]).optional(),
    OtherTests: z
      .looseObject({
        D01: text.optional(),
        NonDestructiveTests: keyValues.optional(),
        OtherProductTests: keyValues.optional(),
      })
      .optional(),
    Validation: z.looseObject({
      Z01: text.optional(),
      Z02: text.optional(),
      Z03: text.optional(),
      SupplementaryInformation: keyValues.optional(),
    }),
  }),
});

export type En10168Document = z.infer<typeof en10168Schema>;
export type En10168Inspection = z.infer<typeof inspection>;
export type En10168Company = z.infer<typeof company>;
export type En10168Measurement = z.infer<typeof measurement>;
export type En10168KeyValue = z.infer<typeof keyValue>;
export type En10168Element = z.infer<typeof element>;

/** One thing that is wrong with a JSON document. */
export interface En10168Issue {
  /** `['Certificate', 'CommercialTransaction', 'A03']`. */
  path: string[];
  message: string;
}

/** A JSON that is no EN 10168 certificate; its issues say what to change. */
export class En10168InvalidError extends Error {
  override readonly name = 'En10168InvalidError';
  readonly issues: En10168Issue[];
  constructor(issues: En10168Issue[]) {
    super(issues.map(({ path, message }) => `${path.join('.') || 'The document'}: ${message}`).join(' '));
    this.issues = issues;
  }
}

/** Reads a JSON value as an EN 10168 document; what is not known of it stays in it. @throws En10168InvalidError */
export function parseEn10168(json: unknown): En10168Document {
  const parsed = en10168Schema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new En10168InvalidError(
    parsed.error.issues.map(({ path, message }) => ({ path: path.map(String), message })),
  );
}
