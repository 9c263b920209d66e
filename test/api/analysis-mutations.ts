/** The mutations of analysers, anomalies and of giving pieces up, as the tests that hold for every mutation know them. */
import type { Noun } from '../../src/ids.ts';
import { unique } from '../support/app.ts';
import type { Client } from '../support/client.ts';
import { makeOrder, makeRun, makeShop } from '../support/factories.ts';
import type { MutationCase } from './mutations.ts';
import { absentId, act, create } from './support.ts';

const subject = (noun: Noun, field: string) => ({ noun, field });

/** A run in progress with its one piece. */
async function printing(client: Client): Promise<{ runId: string; pieceId: string }> {
  const shop = await makeShop(client);
  const [piece] = (await makeOrder(client, shop, { quantity: 1 })).pieces;
  const pieceId = piece?.id ?? '';
  return { runId: (await makeRun(client, shop.printerId, [pieceId], 'IN_PROGRESS')).id, pieceId };
}

const analyser = () => ({ name: unique('Analyser') });
const madeAnalyser = (client: Client) => create(client, 'Analyser', analyser());
const madeAnalysis = async (client: Client): Promise<string> =>
  (
    await act<{ analysis: { id: string } }>(
      client,
      'reportAnalysis',
      { analyserId: await madeAnalyser(client), status: 'RUNNING' },
      'analysis { id }',
    )
  ).analysis.id;

const layer = () => ({ indicators: [{ layer: 1, anomalies: [{ classification: 'spatter' }] }] });
const ended = { pieceIds: [absentId('Piece')], reason: 'Porous' };

export const analysisCases: MutationCase[] = [
  {
    mutation: 'createAnalyser',
    right: 'administer',
    subject: null,
    rest: () => ({}),
    input: async () => ({ ...analyser(), password: 'correct horse' }),
  },
  ...[
    { mutation: 'updateAnalyser', rest: () => ({ vendor: unique('Maker') }) },
    { mutation: 'archiveAnalyser', rest: () => ({}) },
  ].map(
    ({ mutation, rest }): MutationCase => ({
      mutation,
      right: 'administer',
      subject: subject('Analyser', 'analyserId'),
      rest,
      input: async (client) => ({ analyserId: await madeAnalyser(client), ...rest() }),
    }),
  ),
  ...[
    { mutation: 'reportAnalyser', rest: () => ({ health: 'HEALTHY' }) },
    { mutation: 'reportAnalysis', rest: () => ({ status: 'RUNNING' }) },
  ].map(
    ({ mutation, rest }): MutationCase => ({
      mutation,
      right: 'report',
      subject: subject('Analyser', 'analyserId'),
      rest,
      input: async (client) => ({ analyserId: await madeAnalyser(client), ...rest() }),
    }),
  ),
  {
    mutation: 'reportIndicators',
    right: 'report',
    subject: subject('Analysis', 'analysisId'),
    rest: layer,
    input: async (client) => ({ analysisId: await madeAnalysis(client), ...layer() }),
  },
  {
    mutation: 'setRunLayout',
    right: 'work',
    subject: subject('Run', 'runId'),
    rest: () => ({ placements: [] }),
    input: async (client) => ({ runId: (await printing(client)).runId, placements: [] }),
  },
  ...['scrapPieces', 'remanufacturePieces'].map(
    (mutation): MutationCase => ({
      mutation,
      right: 'work',
      subject: null,
      rest: () => ended,
      input: async (client) => ({ pieceIds: [(await printing(client)).pieceId], reason: 'Porous' }),
    }),
  ),
];
