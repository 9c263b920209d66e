/** What is not plausible in a mill certification: found anew with every change of its data. */
import type { MillCertification, Prisma } from '../../prisma/generated/client/client.ts';
import type { CommandContext } from '../commands/context.ts';
import type { CertificateHeat } from './data.ts';
import { dataWith, elementData, heatData } from './mill-certification.data.ts';
import { heatsOf, labelOf } from './mill-certification.document.ts';
import { check } from './plausibility/check.ts';
import type { Finding } from './plausibility/finding.ts';
import { sameHeat } from './plausibility/same-heat.ts';

export type { Finding } from './plausibility/finding.ts';

/** Findings that are kept of one document: a document with more is wrong as a whole. */
const mostFindings = 200;
/** Other documents of the same heat that are compared. */
const mostTwins = 50;

/** Writes these columns, and what is found in the document as it is then. Answers the row. */
export async function assess(
  context: CommandContext,
  certification: MillCertification,
  data: Prisma.MillCertificationUncheckedUpdateInput,
): Promise<MillCertification> {
  const { tx, organizationId } = context;
  const isNew = certification.createdAt.getTime() === context.now.getTime() && certification.version === 1;
  const written = await tx.millCertification.update({
    where: context.key(certification.id),
    data: { ...data, ...(isNew ? { updatedAt: context.now } : context.touched()) },
  });
  const heats: CertificateHeat[] = [];
  for await (const heat of heatsOf(tx, organizationId, written.id)) heats.push(heatData(heat));
  const findings = [
    ...check(dataWith(written, heats)),
    ...(await otherChemistry(context, written, heats)),
  ].sort((a, b) => Number(b.severity === 'ERROR') - Number(a.severity === 'ERROR'));
  return tx.millCertification.update({
    where: context.key(certification.id),
    data: { findings: findings.slice(0, mostFindings) as unknown as Prisma.InputJsonArray },
  });
}

const numberKey = (number: string): string => number.replace(/\s+/g, '').toUpperCase();

/** Heats that another document of the same mill tells of with another chemistry. Two statements. */
async function otherChemistry(
  context: CommandContext,
  { id, mill }: MillCertification,
  heats: readonly CertificateHeat[],
): Promise<Finding[]> {
  const { tx, organizationId } = context;
  const numbers = heats.flatMap(({ number }) => number ?? []);
  if (numbers.length === 0 || !mill) return [];
  const others = await tx.heat.findMany({
    where: {
      organizationId,
      number: { in: numbers },
      millCertificationId: { not: id },
      millCertification: { is: { isTestRun: false, mill } },
    },
    include: { elements: { orderBy: { position: 'asc' } }, millCertification: true },
    orderBy: { id: 'desc' },
    take: mostTwins,
  });
  return heats.flatMap((heat, index) =>
    others
      .filter(({ number }) => heat.number && number && numberKey(number) === numberKey(heat.number))
      .flatMap((other): Finding[] => {
        const { same, differences } = sameHeat(
          heat.elements,
          other.elements.filter(({ isFormula }) => !isFormula).map(elementData),
        );
        const [first] = differences;
        if (same || !first) return [];
        return [
          {
            rule: 'heat.otherChemistry',
            severity: 'WARNING',
            message: `Heat ${heat.number} has another chemistry in ${labelOf(other.millCertification)}: ${differences
              .map(({ symbol, first, second }) => `${symbol} ${first} here, ${second} there`)
              .join('; ')}. One of the two is wrong, or they are different heats.`,
            numbers: Object.fromEntries(
              differences.flatMap(({ symbol, first, second }) => [
                [`${symbol} here`, first],
                [`${symbol} there`, second],
              ]),
            ),
            heat: heat.number,
            path: ['heats', String(index), 'elements'],
          },
        ];
      }),
  );
}
