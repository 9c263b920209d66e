/** A certificate's data as single facts, so that what was read can be counted against what stands there. */
import type { CertificateData, CertificateHeat, CertificateParty } from '../src/certificates/data.ts';
import type { Fact } from '../test/support/certificate-scores.ts';

/** Every fact of a certificate, by the group that it counts for. */
export function factsOf(data: CertificateData): Fact[] {
  const facts: Fact[] = [];
  const add = (group: string, key: string, value: string | null | undefined) => {
    if (value !== null && value !== undefined && value !== '') facts.push({ group, key, value });
  };
  for (const language of data.languages) add('languages', language, language);
  add('document type', 'type', data.documentType);
  add('certificate number', 'number', data.certificateNumber);
  add('certificate date', 'date', data.certificateDate);
  for (const role of ['mill', 'customer', 'consignee', 'recipient'] as const)
    partyFacts(role, data[role], add);
  for (const name of data.standards) add('standards', name, name);
  for (const name of data.qualities) add('qualities', name, name);
  for (const key of ['product', 'process', 'deliveryCondition', 'originator', 'statement'] as const)
    add('texts', key, data[key]);
  for (const name of data.inspectors) add('inspectors', name, name);
  for (const [code, text] of Object.entries(data.codes)) {
    if (/^(?:A0[7-9]|A[19]\d|B0[35-8]|B[19]\d|D01|Z0[5-9])$/u.test(code)) add('coded texts', code, text);
  }
  for (const heat of data.heats) heatFacts(heat, add);
  for (const { code, name, value, unit, interpretation } of data.otherTests) {
    add('other tests', code ?? name, [name, value, unit, interpretation].join(' | '));
  }
  return facts;
}

type Add = (group: string, key: string, value: string | null | undefined) => void;

function partyFacts(role: string, party: CertificateParty | null, add: Add): void {
  if (!party) return;
  add('parties', `${role} name`, party.name);
  add('parties', `${role} street`, party.street.join(', '));
  for (const key of ['postalCode', 'city', 'country', 'email'] as const)
    add('parties', `${role} ${key}`, party[key]);
}

function heatFacts(heat: CertificateHeat, add: Add): void {
  const number = heat.number ?? '?';
  add('heats', number, heat.number);
  for (const { symbol, analysis, value, operator, unit, minimum, maximum } of heat.elements) {
    const key = [number, symbol, analysis].filter(Boolean).join(' ');
    add('chemistry', key, `${operator ?? ''}${value} ${unit}`);
    add('limits', `${key} minimum`, minimum);
    add('limits', `${key} maximum`, maximum);
  }
  for (const { symbol, value } of heat.formulas) add('formulas', `${number} ${symbol}`, value);
  for (const property of heat.properties) {
    const key = `${number} ${property.kind}`;
    add('mechanical values', key, property.value);
    add('units', key, property.unit);
    add('symbols', key, property.symbol);
    add('individual values', key, property.individualValues.join(', '));
    add('temperatures', key, property.temperature?.value);
    add('directions', key, property.directionText);
    add('specimens', key, property.specimen);
    add('limits', `${key} minimum`, property.minimum);
    add('limits', `${key} maximum`, property.maximum);
  }
}
