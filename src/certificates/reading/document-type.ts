import type { InspectionDocumentType } from './result.ts';
import { folded } from './text-forms.ts';

/** The type of inspection document that a text names, with how sure that is; null for none. */
export function documentTypeIn(text: string): { type: InspectionDocumentType; sure: number } | null {
  const low = folded(text);
  const named =
    /(?:en|iso|uni|pn|nf|bs|une)[\s-]*(?:en[\s-]*)?(?:iso[\s-]*)?(?:10204|10474)(?!\d)(?:[\s:/-]*(?:19|20)\d\d)?(?:[-/]\d\d)?[^\d]{0,25}?([23])[.,]([12])(?!\d)/u.exec(
      low,
    );
  const typed = named ? typeOf(named[1], named[2]) : null;
  if (typed) return { type: typed, sure: 0.97 };
  const before =
    /(?<![\d.,])([23])[.,]([12])(?![\d,.]\d|\d)\s*(?:\(?\s*[abc]\s*\)?)?[\s./,()-]{0,6}(?:acc\w*\.?|according|nach|gemass|selon|wg|secondo|segun|to|din|as per|[-])*[\s./-]*(?:din|uni|pn|nf|bs|une)?[\s-]*(?:en|iso)[\s-]*(?:iso[\s-]*)?(?:10204|10474)/u.exec(
      low,
    );
  const typedBefore = before ? typeOf(before[1], before[2]) : null;
  if (typedBefore) return { type: typedBefore, sure: 0.95 };
  const word =
    /(?:certificat\w*|zeugnis|bescheinigung|swiadectwo|atest|inspection document|test report|collaudo|inspeccion|reception|controle|type|typ|tipo)[^\d]{0,20}([23])[.,]([12])(?![\d]|[.,]\d)/u.exec(
      low,
    );
  const typedWord = word ? typeOf(word[1], word[2]) : null;
  if (typedWord) return { type: typedWord, sure: 0.85 };
  // EN 10204:1991 had 3.1.A, B and C; B is what 3.1 became, A and C what 3.2 did.
  const old = /(?<![\d.])3[.,]1[.,]?\s?([abc])(?![\p{L}\d])/u.exec(low);
  if (old) return { type: old[1] === 'b' ? '3.1' : '3.2', sure: 0.7 };
  return null;
}

function typeOf(chapter: string | undefined, section: string | undefined): InspectionDocumentType | null {
  const type = `${chapter}.${section}`;
  return type === '2.1' || type === '2.2' || type === '3.1' || type === '3.2' ? type : null;
}
