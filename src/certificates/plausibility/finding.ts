/** Something that cannot be right, or seldom is. */
export interface Finding {
  /** Stable name of the rule, `chemistry.sum`. */
  rule: string;
  /** ERROR: it contradicts itself or its norm. WARNING: a person should look. */
  severity: 'ERROR' | 'WARNING';
  /** For a person: what is wrong and what to do. */
  message: string;
  /** The numbers that the rule compared, as decimals. */
  numbers: Record<string, string>;
  /** The heat's number, where the finding is about one. */
  heat: string | null;
  /** Where in the data: `['heats', '0', 'elements', '3']`. */
  path: string[];
}
