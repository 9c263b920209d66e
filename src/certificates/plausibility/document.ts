import type { CertificateData } from '../data.ts';
import type { Finding } from './finding.ts';

type Add = (finding: Omit<Finding, 'heat' | 'path'> & { path?: string[] }) => void;

/** What EN 10204:2004 asks of each type of document. */
export function checkDocument(data: CertificateData, add: Add): void {
  const hasResults = data.heats.some((heat) => heat.elements.length + heat.properties.length > 0);
  const bound = data.heats.filter((heat) => heat.elements.length + heat.properties.length > 0);
  const finding = (rule: string, severity: Finding['severity'], message: string, path: string[] = []) =>
    add({ rule, severity, message, numbers: {}, path });
  switch (data.documentType) {
    case null:
      finding(
        'document.type',
        'WARNING',
        'The type of inspection document (EN 10204 2.1 to 3.2) is not stated: choose it.',
        ['documentType'],
      );
      break;
    case '2.1':
      if (hasResults)
        finding(
          'document.results',
          'ERROR',
          'A declaration of compliance 2.1 has no test results: the type or the results are wrong.',
          ['documentType'],
        );
      break;
    case '2.2':
      if (!hasResults)
        finding(
          'document.results',
          'WARNING',
          'A test report 2.2 states results of non-specific inspection: none was found.',
          ['heats'],
        );
      break;
    default:
      if (!hasResults)
        finding(
          'document.results',
          'ERROR',
          `An inspection certificate ${data.documentType} states results of specific inspection: none was found.`,
          ['heats'],
        );
      else if (bound.some((heat) => heat.number === null)) {
        finding(
          'document.heat',
          'ERROR',
          `The results of a ${data.documentType} belong to a heat or a lot: give them one.`,
          ['heats', String(data.heats.findIndex((heat) => heat.number === null))],
        );
      }
      checkSignatures(data, finding);
  }
  if (!data.certificateNumber)
    finding('document.number', 'WARNING', 'The certificate has no number: enter it.', ['certificateNumber']);
  if (!data.certificateDate)
    finding('document.date', 'WARNING', 'The certificate has no date: enter it.', ['certificateDate']);
  const seen = new Map<string, number>();
  for (const [index, heat] of data.heats.entries()) {
    if (heat.number === null) continue;
    const key = heat.number.replace(/\s+/gu, '').toUpperCase();
    if (seen.has(key))
      finding('heats.double', 'ERROR', `Heat ${heat.number} is listed twice: put its values together.`, [
        'heats',
        String(index),
        'number',
      ]);
    seen.set(key, index);
  }
}

function checkSignatures(
  data: CertificateData,
  finding: (rule: string, severity: Finding['severity'], message: string, path?: string[]) => void,
): void {
  const signed = data.inspectors.length;
  if (signed === 0) {
    finding(
      'document.inspector',
      'WARNING',
      `A ${data.documentType} names the manufacturer's inspection representative: none was found.`,
      ['inspectors'],
    );
  }
  const withDepartment =
    data.department !== null ||
    data.originator !== null ||
    data.inspectors.some((name) =>
      /department|abteilung|abt\.|quality|qualit|service|dzia[łl]|reparto|departamento/iu.test(name),
    );
  if (data.documentType === '3.1' && !withDepartment) {
    finding(
      'document.department',
      'WARNING',
      'A 3.1 names the department of its inspector, who is independent of production: none was found.',
      ['department'],
    );
  }
  if (data.documentType === '3.2' && signed + (data.inspectionBody ? 1 : 0) < 2) {
    finding(
      'document.signatories',
      'ERROR',
      "A 3.2 is signed by the manufacturer's and by the purchaser's or an official inspector: fewer than two were found.",
      ['inspectors'],
    );
  }
}
