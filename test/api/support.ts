import { encodeId, type Noun, newId } from '../../src/ids.ts';
import { type TestApp, type TestOrganization, unique } from '../support/app.ts';
import type { Client } from '../support/client.ts';

/** A well-formed id that names nothing. */
export const absentId = (noun: Noun): string => encodeId(noun, newId());

/** The uuid that a public id stands for. */
export const uuidOf = (id: string): string =>
  id.replace(/^[a-z]+_(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');

export interface Reply {
  readonly __typename: string;
  readonly [field: string]: unknown;
}

const stemOf = (mutation: string) => mutation.charAt(0).toUpperCase() + mutation.slice(1);

/** A mutation by its name, for tests that hold for every one of them. `selection` is of its success. */
export function mutationText(mutation: string, selection: string, refusals = ''): string {
  const stem = stemOf(mutation);
  return `mutation M($input: ${stem}Input!) { ${mutation}(input: $input) {
    __typename ... on ${stem}Success { ${selection} } ${refusals}
  } }`;
}

/** Does something that must succeed; answers what the success holds of `selection`. */
export async function act<Answer>(
  client: Client,
  mutation: string,
  input: object,
  selection: string,
): Promise<Answer> {
  const answer = await client.sendText(mutationText(mutation, selection, '... on UserError { message }'), {
    input,
  });
  const reply = answer.data()[mutation] as Reply;
  if (reply.__typename !== `${stemOf(mutation)}Success`) {
    throw new Error(`${mutation} was refused: ${JSON.stringify(reply)}`);
  }
  return reply as Answer & Reply;
}

/** The id of an object that a plain `createX` makes. */
export async function create(client: Client, noun: Noun, input: object): Promise<string> {
  const field = noun.charAt(0).toLowerCase() + noun.slice(1);
  const made = await act<Record<string, { id: string }>>(client, `create${noun}`, input, `${field} { id }`);
  const id = made[field]?.id;
  if (!id) throw new Error(`create${noun} answered no id.`);
  return id;
}

/** A client of the same organization with another role. */
export async function asRole(
  { client }: TestOrganization,
  role: 'VIEWER' | 'MACHINE' | 'OPERATOR',
): Promise<Client> {
  const { token } = await act<{ token: string }>(
    client,
    'createApiToken',
    { name: unique(role), role },
    'token',
  );
  return client.as(token);
}

/** The code of the one error of a request that failed at the top level. */
export async function codeOf(
  client: Client,
  query: string,
  variables: Record<string, unknown> = {},
): Promise<string | undefined> {
  const answer = await client.sendText(query, variables);
  return answer.graphqlErrors()[0]?.extensions.code;
}

/** The log of an organization from its beginning, as it is stored. */
export function logOf(app: TestApp, { organizationId }: TestOrganization) {
  return app.app.prisma.event.findMany({ where: { organizationId }, orderBy: { position: 'asc' } });
}
