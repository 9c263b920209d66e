/** What a test keeps material in: lots as they arrive, containers of the shop, stocks. Made through the API. */
import { act, mutationText, type Reply } from '../api/support.ts';
import { unique } from './app.ts';
import type { Client } from './client.ts';
import { kg, type Lot, makeBatch, makeLot, makePowder, type Powder } from './materials.ts';

async function lot(client: Client, powder: Powder, more: object): Promise<Lot> {
  const { materialId, locationId, subLocationId } = powder;
  const made = await act<{ lot: { id: string; containers: { nodes: { id: string }[] } } }>(
    client,
    'createMaterialLot',
    {
      name: unique('Lot'),
      materialId,
      locationId,
      subLocationId,
      containers: { count: 3, size: kg(10) },
      ...more,
    },
    'lot { id containers(first: 100, orderBy: [{ field: NAME }]) { nodes { id } } }',
  );
  return { id: made.lot.id, containerIds: made.lot.containers.nodes.map((each) => each.id) };
}

/** A lot on order, in 3 containers of 10 kg unless told. */
export const makeOrderedLot = (client: Client, powder: Powder, more: object = {}): Promise<Lot> =>
  lot(client, powder, { status: 'ON_ORDER', ...more });

/** A lot that arrived and waits, in 3 containers of 10 kg unless told. */
export const makeReceivedLot = (client: Client, powder: Powder, more: object = {}): Promise<Lot> =>
  lot(client, powder, { status: 'RECEIVED', ...more });

/** An empty container of the shop: a drum unless told. */
export async function makeContainer(client: Client, powder: Powder, more: object = {}): Promise<string> {
  const { container } = await act<{ container: { id: string } }>(
    client,
    'createMaterialContainer',
    { name: unique('Drum'), type: 'PERMANENT', locationId: powder.locationId, ...more },
    'container { id }',
  );
  return container.id;
}

/** A container of the shop with a batch of 10 kg that was loose, and the lot that it was made of. */
export async function makeFilledContainer(
  client: Client,
  given?: Powder,
  more: object = {},
): Promise<{ powder: Powder; lot: Lot; batchId: string; containerId: string }> {
  const powder = given ?? (await makePowder(client));
  const made = await makeLot(client, powder);
  const batchId = await makeLooseBatch(client, made);
  const containerId = await makeContainer(client, powder, more);
  await act(client, 'loadContainer', { containerId, batchId }, '__typename');
  return { powder, lot: made, batchId, containerId };
}

/** A batch of one container of a lot, out of which it was taken. */
export async function makeLooseBatch(client: Client, from: Lot): Promise<string> {
  const [containerId] = from.containerIds;
  const batchId = await makeBatch(client, from, 1);
  await act(client, 'unloadContainer', { containerId }, '__typename');
  return batchId;
}

/** The stock of the powder at its location. */
export async function makeStock(client: Client, powder: Powder, more: object = {}): Promise<string> {
  const { materialId, locationId } = powder;
  const { stock } = await act<{ stock: { id: string } }>(
    client,
    'createStock',
    { materialId, locationId, ...more },
    'stock { id }',
  );
  return stock.id;
}

const shown: Readonly<Record<string, string>> = {
  BlockedError: 'blockedBy { rule message subject { id label } }',
  InvalidInputError: 'issues { path message }',
  ConflictError: 'currentVersion',
  NotFoundError: 'id',
  TransitionError: 'from action',
};

/** What a mutation that must be refused answers. It is sent twice: a refusal changes nothing. */
export async function refused(client: Client, mutation: string, input: object): Promise<Reply> {
  const send = async (refusal: string) =>
    (await client.sendText(mutationText(mutation, '__typename', refusal), { input })).data()[
      mutation
    ] as Reply;
  const { __typename: name } = await send('');
  if (name.endsWith('Success')) throw new Error(`${mutation} succeeded.`);
  return send(`... on ${name} { ${shown[name]} }`);
}

/** The rules that a BlockedError names. */
export const rulesOf = (reply: Reply): string[] =>
  (reply.blockedBy as { rule: string }[]).map((each) => each.rule);

/** The places in the input that an InvalidInputError names. */
export const pathsOf = (reply: Reply): string[] =>
  (reply.issues as { path: string[] }[]).map((each) => each.path.join('.'));

/** Any fields of one object. */
export async function read<T>(client: Client, query: string, id: string, selection: string): Promise<T> {
  const answer = await client.sendText(`query Q($id: ID!) { ${query}(id: $id) { ${selection} } }`, { id });
  return answer.data()[query] as T;
}
