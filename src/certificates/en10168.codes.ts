/** Where in EN 10168 an element usually stands; the others take what is free from C83 on. */
export const codeOfElement: Record<string, string> = {
  C: 'C71',
  Si: 'C72',
  Mn: 'C73',
  P: 'C74',
  S: 'C75',
  Al: 'C76',
  Cr: 'C77',
  Ni: 'C78',
  Mo: 'C79',
  Cu: 'C80',
  V: 'C81',
  Ti: 'C82',
  Nb: 'C83',
  N: 'C85',
  B: 'C86',
  CEV: 'C92',
};

/** Codes of elements in order; C92 is kept for the carbon equivalent. */
export const elementCodes: readonly string[] = Array.from({ length: 39 }, (_, index) => `C${71 + index}`);

/** Codes of the transaction and the product whose values are plain texts. */
export const textCodes = ['A07', 'A08', 'A09', 'A97', 'A98', 'A99'] as const;
export const productTextCodes = ['B03', 'B05', 'B06', 'B07'] as const;
export const measuredCodes = ['B10', 'B11', 'B12', 'B13'] as const;
