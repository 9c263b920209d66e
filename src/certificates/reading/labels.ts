import { folded, tokensOf } from './text-forms.ts';

/** What a labelled text of a certificate is about. */
export type FieldKind =
  | 'DOCUMENT_TYPE'
  | 'CERTIFICATE_NUMBER'
  | 'CERTIFICATE_DATE'
  | 'MILL'
  | 'SUPPLIER'
  | 'CUSTOMER'
  | 'CONSIGNEE'
  | 'RECIPIENT'
  | 'ORIGINATOR'
  | 'PURCHASE_ORDER'
  | 'PURCHASE_ORDER_POSITION'
  | 'WORKS_ORDER'
  | 'DELIVERY_NOTE'
  | 'AVISO'
  | 'INVOICE'
  | 'CUSTOMER_ARTICLE'
  | 'ORDER_DATE'
  | 'DELIVERY_DATE'
  | 'PRODUCT'
  | 'SPECIFICATION'
  | 'STANDARD'
  | 'QUALITY'
  | 'REQUIREMENTS'
  | 'DELIVERY_CONDITION'
  | 'HEAT_TREATMENT'
  | 'MARKING'
  | 'BATCH'
  | 'PIECES'
  | 'FORM'
  | 'DIMENSIONS'
  | 'WIDTH'
  | 'HEIGHT'
  | 'THICKNESS'
  | 'DIAMETER'
  | 'LENGTH'
  | 'MASS'
  | 'PROCESS'
  | 'HEAT'
  | 'LOCATION'
  | 'DIRECTION'
  | 'TEST_TEMPERATURE'
  | 'SPECIMEN'
  | 'SPECIMEN_SHAPE'
  | 'ANALYSIS'
  | 'ITEM'
  | 'PIECE'
  | 'INSPECTOR'
  | 'DEPARTMENT'
  | 'STATEMENT'
  | 'INSPECTION_BODY'
  | 'MEAN'
  | 'REMARKS';

/**
 * Labels in English, German, French, Polish, Italian and Spanish, folded, words divided by one blank, phrases
 * by a bar. The longest phrase that a text begins with wins.
 */
const phrases: Record<FieldKind, string> = {
  DOCUMENT_TYPE:
    'type of inspection document|type of document|document type|certificate type|kind of certificate|type of certificate|art der prufbescheinigung|bescheinigungsart|type de document de controle|type de document|type de certificat|typ certyfikatu badania|typ certyfikatu|rodzaj dokumentu kontroli|rodzaj dokumentu|tipo di documento di controllo|tipo di documento|tipo di certificato|tipo de documento de inspeccion|tipo de documento|tipo de certificado',
  CERTIFICATE_NUMBER:
    'certificate number|certificate no|certificate nr|certificate id|cert no|cert number|test certificate no|test certificate number|test report no|test report number|report no|report number|mtc no|mtc number|mtr no|tc no|tc number|t c no|inspection certificate no|inspection certificate number|document number|document no|doc no|bescheinigungsnummer|bescheinigung nr|bescheinigungs nr|zeugnis nr|zeugnisnummer|zeugnis no|werkszeugnis nr|abnahmeprufzeugnis nr|prufbescheinigung nr|attest nr|numero de document|numero du certificat|numero de certificat|no de certificat|certificat no|certificat n|certificat numero|no du certificat|n certificat|numer certyfikatu|nr certyfikatu|nr swiadectwa|numer swiadectwa|nr atestu|swiadectwo nr|certificato n|certificato nr|certificato numero|numero certificato|n certificato|numero del certificado|numero de certificado|certificado n|certificado no|certificado num|no certificado',
  CERTIFICATE_DATE:
    'date of issue and validation|date of issue|issue date|issued on|certificate date|date of certificate|test date|date|datum der ausstellung|ausstellungsdatum|datum|ausgestellt am|date d emission|date du certificat|date|data wydania i potwierdzenia|data wydania|data wystawienia|data certyfikatu|data di emissione|data emissione|data certificato|data|fecha de emision|fecha del certificado|fecha',
  MILL: 'manufacturer s plant|manufacturer s works|manufacturer|manufacturing works|mill|mill name|producing mill|producer|herstellerwerk|hersteller|lieferwerk|werk|usine productrice|usine|producteur|fabricant|zaklad produkcyjny|producent|wytworca|stabilimento produttore|stabilimento|produttore|fabbricante|planta productora|fabricante|acieria',
  SUPPLIER:
    'supplier|seller|vendor|sold by|lieferant|verkaufer|fournisseur|vendeur|dostawca|sprzedawca|fornitore|venditore|proveedor|suministrador',
  CUSTOMER:
    'customer|customer name|purchaser|buyer|client|sold to|bill to|besteller|kunde|auftraggeber|kaufer|acheteur|client|donneur d ordre|klient|zamawiajacy|nabywca|odbiorca|cliente|committente|acquirente|comprador',
  CONSIGNEE:
    'consignee|receiver of the product|receiver|ship to|delivery address|delivered to|empfanger der ware|warenempfanger|empfanger|lieferadresse|lieferanschrift|destinataire du produit|destinataire|adresse de livraison|livre a|odbiorca towaru|adres dostawy|destinatario|luogo di consegna|consegnato a|destinatario del producto|direccion de entrega',
  RECIPIENT:
    'recipient of the test certificate|recipient of the certificate|receiver of the certificate|empfanger der prufbescheinigung|destinataire du document|destinataire du certificat|odbiorca certyfikatu|destinatario del certificato|destinatario del certificado',
  ORIGINATOR:
    'originator of the document|originator|issued by|aussteller der bescheinigung|aussteller|auteur du document|wystawca certyfikatu|emittente|emisor',
  PURCHASE_ORDER:
    'purchaser order number|purchaser s order number|purchase order number|purchase order no|purchase order|purchaser order no|purchaser order|customer order number|customer order no|customer order|customer s order no|customer po|cust po|cust order no|p o number|p o no|po number|po no|po|p o|order number|order no|your order|your order no|your reference|kundenbestellnummer|bestellnummer|bestell nr|bestellung nr|bestellung|ihre bestellung|ihre bestellnummer|kundenbestellung|numero de la commande du client|numero de commande client|commande client|votre commande|numero de commande|no de commande|commande no|commande n|commande|numer zamowienia klienta|nr zamowienia klienta|numer zamowienia|nr zamowienia|zamowienie klienta|zamowienie nr|zamowienie|ordine cliente|ordine n|vostro ordine|numero ordine cliente|n ordine cliente|ordine|pedido del cliente|numero de pedido|pedido n|su pedido|pedido no|pedido',
  PURCHASE_ORDER_POSITION:
    'order position|order item|po item|po line|bestellposition|pos der bestellung|numero du poste de commande|poste de commande|pozycja zamowienia|posizione ordine|posicion de pedido',
  WORKS_ORDER:
    'manufacturer s work order number|manufacturer s works order number|manufacturer s order number|works order number|works order no|works order|work order number|work order no|work order|mill order number|mill order no|mill order|sales order number|sales order no|sales order|our order no|our order|werksauftragsnummer|werksauftrag nr|werksauftrag|auftragsnummer|auftrags nr|auftrag nr|auftrag|unsere auftragsnummer|numero de la commande de l usine productrice|commande usine|notre commande|numero d ordre|no ordre|numer zamowienia w fabryce|nr zlecenia|numer zlecenia|zlecenie|ordine interno|conferma d ordine|commessa|nostro ordine|orden de fabricacion|orden de trabajo|nuestro pedido',
  DELIVERY_NOTE:
    'delivery number|delivery note number|delivery note no|delivery note|delivery no|packing list no|packing list|packing slip|despatch note no|despatch note|dispatch note|shipment no|shipping no|bill of lading|b l no|lieferscheinnummer|lieferschein nr|lieferschein|numero du bon de livraison|bon de livraison no|bon de livraison n|bon de livraison|numer potwierdzenia odbioru|dowod dostawy|list przewozowy|nr dostawy|documento di trasporto|ddt n|ddt|bolla n|bolla di consegna|nota de entrega|albaran n|albaran no|albaran',
  AVISO:
    'aviso number|advice note no|advice note|aviso no|avisonummer|aviso nr|numero d avis|avis d expedition|numer awizo|avviso di spedizione|aviso de expedicion',
  INVOICE:
    'invoice number|invoice no|invoice|rechnungsnummer|rechnung nr|facture no|facture n|numero de facture|nr faktury|faktura|fattura n|fattura|factura n|factura',
  CUSTOMER_ARTICLE:
    'purchaser article number|customer article number|customer part number|customer part no|customer part|part number|part no|article number|article no|material number|material no|item code|artikelnummer des kunden|artikelnummer|artikel nr|sachnummer|materialnummer|numero d article du client|numero d article|reference article|numer artykulu klienta|numer artykulu|nr artykulu|codice articolo cliente|codice articolo|articolo|numero de articulo|codigo articulo|referencia del cliente',
  ORDER_DATE:
    'order date|purchase order date|bestelldatum|date de commande|data zamowienia|data ordine|fecha de pedido',
  DELIVERY_DATE:
    'delivery date|ship date|shipping date|date shipped|date of shipment|despatch date|lieferdatum|versanddatum|date de livraison|date d expedition|data dostawy|data wysylki|data di consegna|data di spedizione|fecha de entrega|fecha de envio',
  PRODUCT:
    'product description|description of the product|description of goods|product name|product form|product|description|material description|erzeugnisform|erzeugnis|produkt|gegenstand|bezeichnung|produit|designation du produit|nature du produit|opis produktu|wyrob|nazwa wyrobu|prodotto|descrizione prodotto|descrizione|producto|descripcion',
  SPECIFICATION:
    'specification of the product|specification|specifications|spec|spezfikation des erzeugnis|spezifikation des erzeugnisses|spezifikation|specification du produit|specyfikacja produktu|specyfikacja|specifica|especificacion',
  STANDARD:
    'product norm|material norm|mass norm|product standard|material standard|dimensional standard|standard|standards|norm|normen|produktnorm|lieferbedingungen|technical delivery conditions|technische lieferbedingungen|norme du produit|norme materielle|norme de masse|norme|normes|norma wyrobu|norma|norma di prodotto|norma de producto|normas',
  QUALITY:
    'steel designation|steel grade|grade of steel|grade and specification|material grade|grade|quality|steel quality|steel type|alloy|alloy grade|type grade|material|material designation|werkstoffbezeichnung|werkstoff nr|werkstoffnummer|werkstoff|stahlbezeichnung|stahlsorte|gute|stahlgute|designation de l acier|nuance d acier|nuance|qualite|gatunek stali|gatunek|oznaczenie stali|qualita acciaio|qualita|tipo acciaio|acciaio|materiale|calidad del acero|calidad|grado|designacion del acero|aleacion|lega|stop|legierung|alliage',
  REQUIREMENTS:
    'any supplementary requirements|supplementary requirements|zusatzliche anforderungen|prescriptions supplementaires|dodatkowe wymogi|requisiti supplementari|requisitos adicionales|requisitos suplementarios',
  DELIVERY_CONDITION:
    'delivery condition|condition of delivery|supply condition|condition as supplied|condition|delivery state|state of delivery|lieferzustand|behandlungszustand|etat de livraison|warunki dostawy|stan dostawy|stato di fornitura|condizione di fornitura|estado de suministro|estado de entrega|condicion de suministro',
  HEAT_TREATMENT:
    'heat treatment|reference heat treatment|heat treat condition|heat treatment condition|warmebehandlung|traitement thermique|obrobka cieplna|trattamento termico|tratamiento termico',
  MARKING:
    'marking of the product|marking|markings|kennzeichnung des erzeugnisses|kennzeichnung|marquage du produit|marquage|etykietowanie produktu|znakowanie|oznakowanie|marcatura|punzonatura|marcado|marca',
  BATCH:
    'identification of the product|lot number|lot no|lot|batch no|test batch|test lot|identifizierung des erzeugnisses|prufeinheit|los nr|losnummer|identification du produit|numero de lot|no de lot|lot no|identyfikator produktu|nr partii wyrobu|lotto n|lotto|numero lotto|lote n|lote no|lote',
  PIECES:
    'number of pieces|no of pieces|no of pcs|pieces|pcs|quantity|qty|stuckzahl|stuck|anzahl|menge|nombre de pieces|quantite|nombre|pieces|liczebnosc|liczba sztuk|ilosc|sztuk|numero pezzi|n pezzi|pezzi|quantita|numero de piezas|piezas|cantidad',
  FORM: 'form|forme|forma|shape|profile',
  DIMENSIONS:
    'product dimensions|dimensions|dimension|nominal size|size|masse des erzeugnisses|abmessungen|abmessung|dimensions du produit|dimensions|wymiary produktu|wymiary|wymiar|dimensioni|dimensione|dimensiones|dimension|medidas',
  WIDTH: 'width|breite|largeur|szerokosc|larghezza|ancho|anchura',
  HEIGHT: 'height|hohe|hauteur|wysokosc|altezza|altura',
  THICKNESS:
    'wall thickness|thickness|thk|wandstarke|wanddicke|dicke|epaisseur de la paroi|epaisseur|grubosc scian|grubosc scianki|grubosc|spessore|espesor de pared|espesor',
  DIAMETER:
    'outside diameter|outer diameter|diameter|dia|aussendurchmesser|durchmesser|diametre exterieur|diametre|srednica zewnetrzna|srednica|diametro esterno|diametro|diametro exterior',
  LENGTH: 'length|lange|longueur|dlugosc|lunghezza|longitud|largo',
  MASS: 'theoretical mass|actual mass|net weight|gross weight|weight|mass|total weight|product mass|theoretische masse|ist masse|gewicht|nettogewicht|masse theorique|masse effective|masse|poids net|poids|masa teoretyczna|rzeczywista masa|masa|waga|peso netto|peso neto|peso|massa',
  PROCESS:
    'steelmaking process|steel making process|melting process|melt process|process of manufacture|method of manufacture|manufacturing process|melting practice|melt practice|steel making|stahlherstellungsverfahren|erschmelzungsart|erschmelzung|herstellungsverfahren|mode d elaboration de l acier|mode d elaboration|procede d elaboration|elaboration|proces produkcji stali|proces wytapiania|sposob wytapiania|processo di elaborazione|processo di fusione|tipo di elaborazione|processo|proceso de elaboracion|proceso de fusion|procedimiento de elaboracion|proceso',
  HEAT: 'heat number|heat numbers|heat nos|heat no|heat nr|heat code|heat id|heat|cast number|cast no|cast|melt number|melt no|melt|ladle no|batch number|charge number|charge no|charge|chargen nummer|chargennummer|chargen nr|charge nr|schmelze nr|schmelzen nr|schmelznummer|schmelzennummer|schmelze|numero de coulee|no de coulee|n de coulee|no coulee|n coulee|coulee no|coulee n|coulee numero|coulee|numer wytopu|nr wytopu|numer partii|nr partii|wytop nr|wytop|numero di colata|numero colata|n colata|nr colata|colata n|colata nr|colata|numero de colada|n de colada|no colada|n colada|colada n|colada no|colada nr|colada',
  LOCATION:
    'location of the sample|location of sample|sample location|location|position of test|lage des probenabschnitts|probenlage|probenort|emplacement|lieu de prelevement|miejsce pobrania|posizione|ubicacion',
  DIRECTION:
    'direction of the test piece|direction of the test pieces|test direction|specimen direction|direction|orientation|dir|probenentnahmeort in bezug zur hauptwalzrichtung|probenrichtung|richtung|orientation des eprouvettes|orientation|sens|miejsce pobierania probek w stosunku do glownego kierunku toczenia|kierunek probki|kierunek|direzione|senso|orientamento|direccion|sentido|orientacion',
  TEST_TEMPERATURE:
    'test temperature|testing temperature|test temp|temperature|temp|t°|pruftemperatur|temperatur|temperature d essai|temperature|temperatura testowa|temperatura badania|temperatura|temperatura di prova|temperatura de ensayo',
  SPECIMEN:
    'sample identifier|sample number|sample no|sample|specimen number|specimen no|specimen id|specimen|test piece no|test piece|test no|test number|test id|proben nr|probennummer|probe nr|probe|eprouvette no|eprouvette n|eprouvette|repere|nr probki|probka|provetta n|provetta|saggio|probeta n|probeta|muestra',
  SPECIMEN_SHAPE:
    'type of test piece|type of test pieces|shape of the test piece|probenform|type de l eprouvette|ksztalt probki|tipo di provetta|tipo de probeta',
  ANALYSIS:
    'type of analysis|analysis type|analysis|ladle product|analyse|art der analyse|type d analyse|rodzaj analizy|analiza|tipo analisi|analisi|tipo de analisis|analisis|l p|l or p',
  ITEM: 'item no|item|pos no|pos nr|pos|position|line|seq no|s no|sl no|sr no|poste|rep|pozycja|poz|lp|posizione|riga|posicion|partida',
  PIECE:
    'coil no|coil number|coil|plate no|plate number|plate|bundle no|bundle number|bundle|pipe no|tube no|slab no|product no|product id|piece no|serial no|tag no|package no|blech nr|coil nr|bund nr|rohr nr|tole no|bobine no|bobine n|bobine|nr kregu|nr blachy|lamiera n|bobina n|rotolo n|fascio n|bobina|chapa n|paquete n',
  INSPECTOR:
    'stamp of the inspection representative|inspection representative|authorised inspection representative|authorized inspection representative|authorised inspector|authorized inspector|manufacturer s authorised inspection representative|inspector|inspected by|certified by|approved by|quality manager|qa manager|qc manager|works inspector|stempel des der abnahmebeauftragten|abnahmebeauftragter|abnahmebeauftragte|werkssachverstandiger|sachverstandiger|prufer|timbre du controleur|controleur|representant du controle|inspecteur|visa du controle|pieczec urzednika zatwierdzajacego|kontroler|osoba upowazniona|przedstawiciel kontroli|collaudatore|rappresentante autorizzato|responsabile qualita|responsabile del controllo|inspector autorizado|representante autorizado|responsable de calidad',
  DEPARTMENT:
    'department|inspection department|quality department|abteilung|prufstelle|abnahmestelle|service|service qualite|service controle|dzial|ente di collaudo|reparto|ufficio qualita|departamento|departamento de calidad',
  STATEMENT:
    'statement of compliance|we hereby certify|it is hereby certified|hiermit wird bestatigt|wir bestatigen|konformitatserklarung|declaration de conformite|nous certifions|deklaracja zgodnosci|niniejszym zaswiadczamy|dichiarazione di conformita|si certifica|declaracion de conformidad|certificamos',
  INSPECTION_BODY:
    'third party inspection|third party|inspection body|inspection authority|notified body|purchaser s inspector|surveyor|abnahmegesellschaft|organisme de controle|jednostka kontrolna|ente terzo|organismo de inspeccion',
  MEAN: 'mean value|mean|average|avg|ave|av|mittelwert|mittel|mw|valeur moyenne|moyenne|moy|srednia|valore medio|media|med|valor medio|promedio',
  REMARKS:
    'remarks|remark|notes|note|comments|bemerkungen|bemerkung|anmerkungen|remarques|observations|uwagi|note|osservazioni|observaciones|notas',
};

/** After a label: "Nr.", "N°", "number", which are no value. */
const trailers = new Set('no nr n num number nummer numero numer nbr nro id № of s'.split(' '));

interface Phrase {
  kind: FieldKind;
  tokens: string[];
}

const byFirst = new Map<string, Phrase[]>();
for (const [kind, list] of Object.entries(phrases) as [FieldKind, string][]) {
  for (const phrase of new Set(list.split('|'))) {
    const tokens = phrase.split(' ').filter(Boolean);
    const [first] = tokens;
    if (first) byFirst.set(first, [...(byFirst.get(first) ?? []), { kind, tokens }]);
  }
}
for (const list of byFirst.values()) list.sort((a, b) => b.tokens.length - a.tokens.length);

export interface FoundLabel {
  kind: FieldKind;
  /** The text that follows the label in the same cell; empty where the label is all there is. */
  rest: string;
  /** The label with its translations. */
  label: string;
  /** Words of the phrase that was recognised: one word is weaker than four. */
  strength: number;
  /** A colon ended the label. */
  colon: boolean;
}

/**
 * The label that a text begins with, its translations after `/` or in brackets included: of
 * `Heat No. / Schmelze Nr.: 4711` the kind HEAT and the rest `4711`. Null where the text begins with none.
 */
export function findLabel(text: string): FoundLabel | null {
  const tokens = tokensOf(text);
  const first = phraseAt(tokens, 0);
  if (!first) return null;
  let at = first.length;
  let last = tokens[at - 1];
  const kind = first.kind;
  for (;;) {
    const next = tokens[at];
    if (!last || !next) break;
    const between = text.slice(last.end, next.start);
    if (/[:=]/u.test(between)) break;
    if (trailers.has(next.token) && !/[/(]/u.test(between)) {
      last = next;
      at++;
      continue;
    }
    // A translation: after a stroke, a bracket, a dash or a line's end, the same kind again.
    const again = phraseAt(tokens, at);
    const divides = /[/(|–-]|\n/u.test(between);
    if (again && (again.kind === kind || (divides && related(kind, again.kind)))) {
      at += again.length;
      last = tokens[at - 1];
      continue;
    }
    break;
  }
  const end = last?.end ?? 0;
  const tail = text.slice(end);
  // Brackets, degree and number signs of the label itself: "N°", "(kg)", "No.:".
  const match = /^(?:\s*(?:[°º.#]|\([^)]{0,12}\)|\[[^\]]{0,12}\]|[)\]]))*\s*([:=]?)\s*/u.exec(tail);
  const rest = tail.slice(match?.[0].length ?? 0).trim();
  return {
    kind,
    label: text.slice(0, end).trim(),
    rest: rest.replace(/^[-–/|]\s+/u, ''),
    strength: first.length,
    colon: match?.[1] !== '' && match !== null,
  };
}

const close: FieldKind[][] = [
  ['CUSTOMER', 'CONSIGNEE', 'RECIPIENT'],
  ['HEAT', 'BATCH'],
  ['STANDARD', 'SPECIFICATION', 'QUALITY'],
  ['MASS', 'DIMENSIONS'],
  ['DIRECTION', 'LOCATION'],
  ['MILL', 'SUPPLIER', 'ORIGINATOR'],
  ['PIECES', 'ITEM'],
  ['SPECIMEN', 'PIECE'],
];

/** Words that languages share for neighbouring meanings: lot, charge, norm. */
function related(a: FieldKind, b: FieldKind): boolean {
  return close.some((group) => group.includes(a) && group.includes(b));
}

function phraseAt(
  tokens: readonly { token: string }[],
  at: number,
): { kind: FieldKind; length: number } | null {
  const token = tokens[at]?.token;
  if (token === undefined) return null;
  for (const phrase of byFirst.get(token) ?? []) {
    if (phrase.tokens.every((word, index) => tokens[at + index]?.token === word)) {
      return { kind: phrase.kind, length: phrase.tokens.length };
    }
  }
  return null;
}

/** The meaning of a heading of a table, which must be a label and no more than a label; null for others. */
export function fieldOfHeading(text: string): FieldKind | null {
  const found = findLabel(text.replace(/^[ABCDZ]\d{2,3}(?:\.\d)?\s+/u, ''));
  if (!found) return null;
  return found.rest.split(/\s+/u).filter(Boolean).length <= 3 ? found.kind : null;
}

/** What a row of a table of limits begins with. */
export function limitOf(text: string): 'MINIMUM' | 'MAXIMUM' | 'RANGE' | 'ACTUAL' | 'AIM' | null {
  const low = folded(text)
    .replace(/[[({]?%[\])}]?/gu, '')
    .replace(/[.:]+\s*$/u, '')
    .trim();
  if (
    /(?:^|[\s/(])(?:min|mini|minimum|minimo|minimal|lsl|von|mind)(?:$|[\s./)])/u.test(low) ||
    /^≥$/u.test(low)
  ) {
    return /(?:^|[\s/(-])(?:max|maxi|maximum)(?:$|[\s./)])/u.test(low) ? 'RANGE' : 'MINIMUM';
  }
  if (
    /(?:^|[\s/(])(?:max|maxi|maximum|massimo|maximo|maximal|usl|bis)(?:$|[\s./)])/u.test(low) ||
    /^≤$/u.test(low)
  )
    return 'MAXIMUM';
  if (/^(?:aim|target|nominal)\b/u.test(low)) return 'AIM';
  if (
    /^(?:actual|result|results|value|values|measured|ist|istwert|istwerte|ergebnis|ergebnisse|messwert|valeur|valeurs|resultat|resultats|wynik|wyniki|wartosc|risultato|risultati|valore|valori|resultado|resultados|valor|obtained|found|reel)\b/u.test(
      low,
    )
  ) {
    return 'ACTUAL';
  }
  if (
    /^(?:spec|specification|specified|requirement|requirements|required|req|limits?|norm|soll|sollwerte?|anforderung|anforderungen|vorgabe|exigence|exigences|prescription|garanti|wymagania|wymagane|norma|richiesto|richiesta|requisit[oi]|requisitos|especificacion|limites|limiti|grenzwerte?|standard)\b/u.test(
      low,
    )
  ) {
    return 'RANGE';
  }
  return null;
}
