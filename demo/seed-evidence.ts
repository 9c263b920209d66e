import type { Client } from '../client/client.ts';
import type { HeatElementInput, MechanicalPropertyInput } from '../client/generated/graphql.ts';
import * as mutations from './evidence-mutations.ts';
import type { FactoryPlan } from './factories.ts';
import { chance } from './random.ts';
import type { Step } from './seed.ts';
import { seedPaper } from './seed-papers.ts';

interface Melt {
  readonly standard: string;
  /** By symbol: the mean and the spread, in percent of the mass. */
  readonly elements: Readonly<Record<string, readonly [mean: number, spread: number, places: number]>>;
  /** MPa, MPa and %: what bars of the powder had. */
  readonly yieldStrength: number;
  readonly tensileStrength: number;
  readonly elongation: number;
}

/** What the powders are melted of, by the name of the material. */
const melts: Readonly<Record<string, Melt>> = {
  'Ti-6Al-4V': {
    standard: 'ASTM F2924',
    elements: {
      Al: [6.1, 0.15, 2],
      V: [4.02, 0.08, 2],
      Fe: [0.17, 0.02, 2],
      O: [0.12, 0.015, 3],
      N: [0.015, 0.004, 3],
      C: [0.012, 0.003, 3],
      H: [0.003, 0.001, 4],
    },
    yieldStrength: 945,
    tensileStrength: 1_020,
    elongation: 14,
  },
  '316L': {
    standard: 'ASTM F3184',
    elements: {
      Cr: [17.2, 0.25, 1],
      Ni: [12.4, 0.3, 1],
      Mo: [2.5, 0.08, 2],
      Mn: [1.1, 0.2, 2],
      Si: [0.5, 0.1, 2],
      C: [0.012, 0.004, 3],
      P: [0.014, 0.004, 3],
      S: [0.004, 0.001, 3],
      N: [0.05, 0.01, 3],
    },
    yieldStrength: 480,
    tensileStrength: 590,
    elongation: 48,
  },
};

const day = 86_400_000;

/**
 * Proves what was made: a mill certification with a heat for every lot that came, certificates on the pieces of a run
 * that are complete, an inspection of one of them, a document.
 */
export async function seedEvidence(
  client: Client,
  step: Step,
  { name }: FactoryPlan,
  { runId, url }: { readonly runId: string; readonly url: string },
): Promise<void> {
  const { materialLots, pieces } = await client.request(mutations.Provable, { run: runId });
  const melted: Record<string, string> = {};
  for (const [place, lot] of materialLots.nodes.entries()) {
    const melt = melts[lot.material.name];
    // The newest of each material waits for its review.
    const isNewest = materialLots.nodes[place + 1]?.material.name !== lot.material.name;
    if (melt) melted[lot.name] = await seedHeat(step, { lot, melt, place, customerName: name, isNewest });
  }
  const [first] = pieces.nodes;
  if (!first) return;
  const pieceIds = pieces.nodes.map((piece) => piece.id);
  const stepOf = (wanted: string) =>
    first.workflow.processSteps.find((processStep) => processStep.name === wanted)?.id;
  const [printed, relieved] = [stepOf('Print'), stepOf('Relieve stress')];
  const powder = await step('certificate powder', mutations.CreateCertificate, {
    type: 'MATERIAL',
    name: 'Powder of the titanium run',
    kind: '3.1',
    millCertificationId: melted['TI-L08'] ?? null,
  });
  const furnace = await step('certificate furnace', mutations.CreateCertificate, {
    type: 'PROCESS',
    name: 'Heat treatment record HT-204',
    kind: 'heat treatment record',
    metadata: { furnace: 'VF-2', temperature: 800, unit: 'Cel', hours: 4, atmosphere: 'argon' },
  });
  for (const [certificate, processStepId] of [
    [powder.certificate, printed],
    [furnace.certificate, relieved],
  ] as const) {
    if (!processStepId) continue;
    const input = { certificateId: certificate.id, processStepId, pieceIds };
    await step(`attach ${certificate.id}`, mutations.AttachCertificate, input);
  }
  await seedInspection(step, first);
  await seedPlan(step, url, first);
}

interface SeededLot {
  readonly id: string;
  readonly name: string;
  readonly deliveredAt?: string | null;
  readonly material: { readonly name: string };
}

/** The mill certification of a lot, as somebody entered it, with the heat that the lot came from. Answers its id. */
async function seedHeat(
  step: Step,
  {
    lot,
    melt,
    place,
    customerName,
    isNewest,
  }: {
    readonly lot: SeededLot;
    readonly melt: Melt;
    readonly place: number;
    readonly customerName: string;
    readonly isNewest: boolean;
  },
): Promise<string> {
  const { around } = chance(100 + place);
  const elements = Object.entries(melt.elements).map(
    ([symbol, [mean, spread, places]]): HeatElementInput => ({
      symbol,
      value: Math.max(0, around(mean, spread)).toFixed(places),
    }),
  );
  const properties: MechanicalPropertyInput[] = [
    {
      kind: 'PROOF_STRENGTH',
      symbol: 'Rp0.2',
      value: around(melt.yieldStrength, 8).toFixed(0),
      unit: 'MPa',
    },
    {
      kind: 'TENSILE_STRENGTH',
      symbol: 'Rm',
      value: around(melt.tensileStrength, 8).toFixed(0),
      unit: 'MPa',
    },
    { kind: 'ELONGATION', symbol: 'A', value: around(melt.elongation, 0.6).toFixed(1), unit: '%' },
  ];
  const delivered = Date.parse(lot.deliveredAt ?? '') || Date.now();
  const { millCertification } = await step(`mill ${lot.name}`, mutations.CreateMillCertification, {
    document: {
      documentType: 'TYPE_3_1',
      certificateNumber: `MC-${lot.name}`,
      certificateDate: new Date(delivered - 30 * day).toISOString().slice(0, 10),
      supplier: 'Pulverwerk Nord',
      mill: 'Pulverwerk Nord, atomizer 2',
      productionProcess: 'Gas atomization',
      product: 'Powder, 15 to 45 µm',
      quality: lot.material.name,
      standard: melt.standard,
      customerName,
      inspector: 'A. Brandt',
      department: 'Quality',
    },
    heats: [{ number: `H${4_100 + place}`, elements }],
    properties,
  });
  const [heat] = millCertification.heats.nodes;
  if (heat)
    await step(`heat ${lot.name}`, mutations.LinkMaterialLotHeats, { lotId: lot.id, heatIds: [heat.id] });
  if (!isNewest) {
    const review = { millCertificationId: millCertification.id, status: 'APPROVED' } as const;
    await step(`review ${lot.name}`, mutations.ReviewMillCertification, review);
  }
  return millCertification.id;
}

interface SeededPiece {
  readonly id: string;
  readonly serial: string;
  readonly order: { readonly id: string };
}

/** An inspection of a piece that is under way: whoever has the token of its report can look. */
async function seedInspection(step: Step, piece: SeededPiece): Promise<void> {
  const { inspectionReport } = await step('inspection report', mutations.CreateInspectionReport, {
    reference: 'CRM-2026-0117',
    title: 'First article inspection',
    orderId: piece.order.id,
  });
  const { inspectionCase } = await step('inspection case', mutations.CreateInspectionCase, {
    inspectionReportId: inspectionReport.id,
    frame: 'First article inspection',
    pieceId: piece.id,
  });
  const found = [
    { stepAction: 'Text', stepTitle: 'Surface', data: 'No pores or cracks seen at ten times magnification.' },
    { stepAction: 'Text', stepTitle: 'Bore', data: 'Diameter 12.008 mm, drawing 12 H7.' },
  ];
  for (const [place, item] of found.entries()) {
    const input = { inspectionCaseId: inspectionCase.id, ...item };
    await step(`inspection item ${place}`, mutations.AddInspectionItem, input);
  }
}

/** What the customer wants measured, as a table that belongs to an order and a piece. */
const seedPlan = (step: Step, url: string, { id, serial, order }: SeededPiece): Promise<void> =>
  seedPaper(step, url, {
    fileName: 'inspection-plan.csv',
    mediaType: 'text/csv',
    name: 'Inspection plan',
    description: `What is measured of ${serial} and its like.`,
    lines: ['feature,nominal,upper,lower,unit', 'bore,12,0.018,0,mm', 'length,84,0.1,-0.1,mm'],
    about: [order.id, id],
  });
