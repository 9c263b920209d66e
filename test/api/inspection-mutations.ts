/** The mutations of inspections, as the tests that hold for every mutation know them. */
import { unique } from '../support/app.ts';
import type { Client } from '../support/client.ts';
import { addItem, close, makeCase, makeReport } from '../support/inspections.ts';
import type { MutationCase } from './mutations.ts';
import { absentId } from './support.ts';

const report = { noun: 'InspectionReport', field: 'inspectionReportId' } as const;
const inspected = { noun: 'InspectionCase', field: 'inspectionCaseId' } as const;

const ofReport = (mutation: string): MutationCase => ({
  mutation,
  right: 'work',
  subject: report,
  rest: () => ({}),
  input: async (client) => ({ inspectionReportId: await makeReport(client) }),
});

/** An open case with an item. */
async function filled(client: Client): Promise<string> {
  const id = await makeCase(client);
  await addItem(client, id);
  return id;
}

/** A closed case whose timestamp has failed: these tests have no authority. */
async function unstamped(client: Client): Promise<string> {
  const id = await filled(client);
  await close(client, id);
  return id;
}

export const inspectionCases: readonly MutationCase[] = [
  {
    mutation: 'createInspectionReport',
    right: 'work',
    subject: null,
    rest: () => ({ reference: 'CRM-1' }),
    input: async () => ({ reference: unique('CRM') }),
  },
  {
    ...ofReport('updateInspectionReport'),
    input: async (client) => ({ inspectionReportId: await makeReport(client), title: unique('Delivery') }),
  },
  ofReport('revokeInspectionReport'),
  ofReport('renewInspectionReportToken'),
  {
    mutation: 'createInspectionCase',
    right: 'report',
    subject: report,
    rest: () => ({ frame: 'Visual inspection' }),
    input: async (client) => ({ inspectionReportId: await makeReport(client), frame: 'Visual inspection' }),
  },
  {
    mutation: 'addInspectionItem',
    right: 'report',
    subject: inspected,
    rest: () => ({ stepAction: 'Text' }),
    input: async (client) => ({ inspectionCaseId: await makeCase(client), stepAction: 'Text' }),
  },
  {
    mutation: 'closeInspectionCase',
    right: 'report',
    subject: inspected,
    rest: () => ({}),
    input: async (client) => ({ inspectionCaseId: await filled(client) }),
  },
  {
    mutation: 'stampInspectionCase',
    right: 'work',
    subject: inspected,
    rest: () => ({ inspectionCaseId: absentId('InspectionCase') }),
    input: async (client) => ({ inspectionCaseId: await unstamped(client) }),
  },
];
