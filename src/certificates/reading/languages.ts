import type { TextPage } from './pages.ts';
import { folded } from './text-forms.ts';

/** Words of labels that only one of the languages has. */
const words: Record<string, string> = {
  EN: 'heat number order customer purchaser certificate test delivery tensile strength yield elongation chemical product standard grade inspection hereby',
  DE: 'schmelze charge kunde besteller bescheinigung zeugnis prufbescheinigung erzeugnis erzeugnisses zugfestigkeit streckgrenze bruchdehnung werkstoff auftrag lieferschein kerbschlagbiegeversuch chemische zusammensetzung prufung datum',
  FR: 'coulee commande client essai produit acier allongement traction resistance analyse chimique livraison certificat nuance eprouvette numero acheteur usine',
  PL: 'wytop wytopu zamowienia klient klienta badania produktu gatunek wydluzenie granica chemiczny numer certyfikatu swiadectwo wytrzymalosc zgodnosci produkt',
  IT: 'colata ordine cliente prova prodotto acciaio allungamento snervamento rottura analisi chimica certificato collaudo numero data composizione',
  ES: 'colada pedido cliente ensayo producto acero alargamiento limite elastico rotura analisis quimico quimica certificado composicion fecha calidad traccion',
};
const sets = Object.entries(words).map(([language, list]) => ({ language, known: new Set(list.split(' ')) }));

/**
 * The languages that the document's labels are in, the most met first. Three words of its own show a language, and
 * a third of what the first has: names of products may be in another.
 */
export function languagesOf(pages: readonly TextPage[]): string[] {
  const seen = new Set(
    pages.flatMap((page) => page.words.flatMap((word) => folded(word.text).split(/[^\p{L}]+/u))),
  );
  return sets
    .map(({ language, known }) => ({ language, count: [...known].filter((word) => seen.has(word)).length }))
    .filter(({ count }) => count >= 3)
    .sort((a, b) => b.count - a.count)
    .filter(({ count }, _, all) => count * 3 >= (all[0]?.count ?? 0))
    .map(({ language }) => language);
}
