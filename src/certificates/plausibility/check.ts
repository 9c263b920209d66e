import type { CertificateData } from '../data.ts';
import { checkChemistry, checkFormulas } from './chemistry.ts';
import { checkDocument } from './document.ts';
import type { Finding } from './finding.ts';
import { checkGrade, knownGrades } from './grade-limits.ts';
import { checkMechanics } from './mechanics.ts';

/**
 * What in a certificate contradicts itself, its type of document or the norm of its grade. Pure and exact: all
 * arithmetic is decimal, tolerances follow from the digits printed. An empty list is no proof of truth.
 */
export function check(data: CertificateData): Finding[] {
  const findings: Finding[] = [];
  checkDocument(data, (finding) => findings.push({ path: [], ...finding, heat: null }));
  const grades = knownGrades(data);
  for (const [index, heat] of data.heats.entries()) {
    const add = (finding: Omit<Finding, 'heat' | 'path'> & { path?: string[] }) =>
      findings.push({
        ...finding,
        heat: heat.number,
        path: ['heats', String(index), ...(finding.path ?? [])],
      });
    checkChemistry(heat, add);
    checkFormulas(heat, add);
    checkMechanics(heat, add);
    for (const grade of grades) checkGrade(heat, grade, add);
  }
  return findings;
}
