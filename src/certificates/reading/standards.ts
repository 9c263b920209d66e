const standardPattern =
  /(?<![\p{L}\d])(?:(?:DIN|BS|NF|UNI|PN|UNE|SS|CSN|ÖNORM|ONORM)[\s-]+)?(?:EN[\s-]+ISO|EN|ISO|DIN|ASTM|ASME|API|AMS|AISI|GB\/T|GB|JIS|NACE|BS|NF|UNI|GOST|SAE|AS\/NZS|VdTÜV|MIL)[\s-]*(?:S?A[-\s]?\d{2,4}M?(?:\/S?A?\d{2,4}M?)?|[BFG]\d{2,4}M?|[A-Z]{0,3}[-\s]?\d{3,5}[A-Z]?)(?:[-/]\d{1,2}[A-Z]?)*(?:[-:]\s?(?:19|20)?\d{2}[a-z]?(?:-\d{2})?(?:\+A\d(?::\d{4})?)?)?(?![\p{L}\d])/gu;

/** Norms of tests, of documents and of management: not what the product is made to. */
const ofTests =
  /(?:10204|10168|10474|6892|10002|148|10045|6506|6507|6508|7438|8492|8493|8495|8496|10893|17640|9001|14001|45001|17025|3834|9100|13485|17021|3452|9712|14284|15079|13920|E8M?|E10|E18|E23|E384|E415|E112|A370|A262|E1019|E140)(?![\d])/u;

/** The norms that a text names, as printed. Norms of tests and of documents are left out unless `all`. */
export function standardsIn(text: string, all = false): string[] {
  const found = [...text.matchAll(standardPattern)].map((match) => match[0].trim());
  return [...new Set(found)].filter((name) => all || !ofTests.test(name.replace(/[:].*$/u, '')));
}

const gradePattern =
  /(?<![\p{L}\d.])(?:S\d{3}(?:J[R02]|K2|N|NL|M|ML|MC|MH|NH|NLH|Q|QL1?|G\d)?H?(?:[+]\w+)?|P\d{3}(?:GH|NH?|NL[12]?|TR[12]|G)?(?:\/TC\d)?(?:[+]\w+)?|E\d{3}(?:[+]\w+)?|L\d{3}\w*|[XB]\d{2}[MNQ]?|1\.\d{4}|\d{2}Cr\w+|C\d{2}[ER]?|X\d{1,2}Cr\w+[-\d]*|Ti-?6Al-?4V(?:\s?ELI)?|AlSi\d{1,2}Mg\w*|AlSi10Mg|(?:IN|Inconel|Alloy)\s?(?:625|718|800H?|600)|UNS\s?[A-Z]\d{5}|B500[ABC]|TP\s?3\d{2}L?|F\d{2,3}[a-z]?|(?:AISI|SAE|Grade|Gr\.?|Type)\s?\d{1,4}[A-Z]*)(?![\p{L}\d])/gu;

/** Designations of steels and alloys in a text. */
export function gradesIn(text: string): string[] {
  return [...new Set([...text.matchAll(gradePattern)].map((match) => match[0].trim()))];
}
