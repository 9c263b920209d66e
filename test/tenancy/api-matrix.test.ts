import { getNamedType, isInputObjectType } from 'graphql';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Noun } from '../../src/ids.ts';
import { useApp } from '../support/app.ts';
import { subscribeText } from '../support/stream.ts';
import { type FilledOrganization, leaks, secretsOf, twoFilled } from './everything.ts';
import {
  anonymous,
  documentFor,
  type IdPlace,
  idPlaces,
  nounNamed,
  type RootField,
  rootFields,
  unknownId,
  variablesFor,
} from './requests.ts';

const app = useApp({ follower: { positionEvery: 1 } });
let ours: FilledOrganization;
let theirs: FilledOrganization;
let secrets: ReadonlySet<string>;
beforeAll(async () => {
  ({ ours, theirs } = await twoFilled(app()));
  secrets = await secretsOf(app().database, theirs);
});

const queries = rootFields('Query');
const byId = queries.filter((field) => field.args.some((argument) => argument.name === 'id'));
const lists = queries.filter((field) => getNamedType(field.type).name.endsWith('Connection'));
const nounOf = (field: RootField): Noun | null => {
  const name = getNamedType(field.type).name;
  return name === 'Node' ? null : nounNamed(name);
};

async function ask(kind: 'query' | 'mutation', field: RootField, variables: Record<string, unknown>) {
  const answer = await ours.client.sendText(documentFor(kind, field, variables), variables);
  expect(answer.body.errors ?? []).toEqual([]);
  return answer.body.data?.[field.name];
}

/** The log of theirs, as a number that grows with every change. */
/** How many changes somebody asked for there are in the log of the others. What their server does by itself goes on. */
const changesOfTheirs = async (): Promise<string | undefined> => {
  const [row] = await app().database.query<{ count: string }>(
    `SELECT count(*)::text AS count FROM "Event" WHERE "organizationId" = $1 AND "actorKind" <> 'SYSTEM'`,
    [theirs.organizationId],
  );
  return row?.count;
};

describe('the matrix itself', () => {
  it('finds secrets where there are some', async () => {
    const field = queries.find((each) => each.name === 'runs');
    if (!field) throw new Error('There is no list of runs.');
    const answer = await theirs.client.sendText(documentFor('query', field, {}));
    expect(leaks(answer.body, secrets)).not.toEqual([]);
  });

  it('covers every kind of object', () => {
    expect(byId.length).toBeGreaterThan(19);
    expect(lists.length).toBeGreaterThan(19);
  });
});

describe('an id of another organization, in a query', () => {
  it.each(byId.filter((field) => nounOf(field)).map((field) => [field.name, field] as const))(
    '%s answers null, and the object to its owner',
    async (_name, field) => {
      const noun = nounOf(field) as Noun;
      expect(await ask('query', field, { id: theirs.ids[noun] })).toBeNull();
      expect(await ask('query', field, { id: unknownId(noun) })).toBeNull();
      expect(await ask('query', field, { id: ours.ids[noun] })).not.toBeNull();
    },
  );

  it('node answers null for every noun', async () => {
    const node = byId.find((field) => field.name === 'node');
    if (!node) throw new Error('There is no node.');
    for (const id of Object.values(theirs.ids)) expect(await ask('query', node, { id })).toBeNull();
  });
});

describe('a list', () => {
  it.each(lists.map((field) => [field.name, field] as const))(
    '%s holds nothing of another organization, and counts nothing of it',
    async (_name, field) => {
      const answer = (await ask('query', field, {})) as { totalCount?: number; nodes: unknown[] };
      expect(answer.nodes).not.toEqual([]);
      expect(leaks(answer, secrets)).toEqual([]);
      if (answer.totalCount !== undefined) expect(answer.totalCount).toBe(answer.nodes.length);
    },
  );

  const filters = lists.flatMap((field) => {
    const filter = field.args.find((argument) => argument.name === 'filter');
    const type = filter && getNamedType(filter.type);
    if (!isInputObjectType(type)) return [];
    return Object.values(type.getFields())
      .filter((member) => /Id(s)?Filter$/.test(getNamedType(member.type).name))
      .map((member) => [field.name, member.name, field] as const);
  });

  it.each(filters)(
    '%s filtered by a foreign %s is empty, as by one that nobody has',
    async (_name, by, field) => {
      const noun = nounNamed(by);
      const filtered = async (id: string) => {
        const answers = [];
        for (const condition of [{ equals: id }, { in: [id] }]) {
          answers.push(await ask('query', field, { filter: { [by]: condition } }));
        }
        return anonymous(answers, id);
      };
      const answers = await filtered(theirs.ids[noun]);
      expect(answers).toEqual(await filtered(unknownId(noun)));
      expect(answers).toMatchObject([{ nodes: [] }, { nodes: [] }]);
    },
  );

  it('of events about a foreign object is empty', async () => {
    const field = lists.find((each) => each.name === 'events');
    if (!field) throw new Error('There is no list of events.');
    for (const id of Object.values(theirs.ids)) {
      expect(await ask('query', field, { filter: { about: [id] } })).toMatchObject({ nodes: [] });
    }
  });
});

const mutations = rootFields('Mutation').flatMap((field) =>
  idPlaces(field.args).map((place) => [field.name, place.path.slice(1).join('.'), field, place] as const),
);

/** Lists of which each is answered by itself: that it is unknown is a part of the success. */
const answersForEach: ReadonlySet<string> = new Set(['attachCertificate pieceIds.0']);

describe('an id of another organization, in a mutation', () => {
  it.each(mutations)('%s is refused it as %s, as one that nobody has', async (_name, path, field, place) => {
    const before = await changesOfTheirs();
    // Only a run in progress can be completed.
    const own = field.name === 'completeRun' ? { ...ours.ids, Run: ours.runningRunId } : ours.ids;
    const answered = async (id: string) => {
      const variables = variablesFor(field.args, place, id, own);
      const answer = await ours.client.sendText(documentFor('mutation', field, variables), variables);
      return anonymous(answer.body, id);
    };
    const answer = (await answered(theirs.ids[place.noun])) as {
      data?: Record<string, { __typename: string }>;
    };
    expect(answer).toEqual(await answered(unknownId(place.noun)));
    // A previous action that is none of ours is one that we did not see: a conflict.
    const outcome = answersForEach.has(`${field.name} ${path}`)
      ? /Success$/
      : /^(NotFound|InvalidInput|Blocked|Conflict)Error$/;
    expect(answer.data?.[field.name]?.__typename).toMatch(outcome);
    expect(leaks(answer, secrets)).toEqual([]);
    expect(await changesOfTheirs()).toBe(before);
  });
});

const subscriptions: (readonly [string, string, RootField, IdPlace])[] = rootFields('Subscription').flatMap(
  (field) =>
    idPlaces(field.args.filter((argument) => argument.name !== 'filter')).map(
      (place) => [field.name, place.path.join('.'), field, place] as const,
    ),
);

/** What can come only after the replay: the loud act, or the place to which it has moved the log. */
const isLast = (message: unknown): boolean =>
  /"Position"|"SensorReadings"|"Ours /.test(JSON.stringify(message));

const CreateManufacturer = `mutation($name: String!) { createManufacturer(input: { name: $name }) { __typename } }`;

describe('a subscription', () => {
  it.each(subscriptions)('%s to a foreign %s tells nothing of it', async (_name, _path, field, place) => {
    const variables = {
      ...variablesFor(field.args, place, theirs.ids[place.noun], ours.ids),
      after: 'START',
    };
    const query = documentFor('subscription', field, variables, 1);
    const own = await subscribeText(theirs.client, query, variables);
    const foreign = await subscribeText(ours.client, query, variables);
    // To its owner there is something to tell; to us there is but the place to which the log has moved on.
    expect((await own.next()).__typename).not.toMatch(/^(Position|Gap)$/);
    expect((await foreign.next()).__typename).toBe('Position');
    await own.close();
    await foreign.close();
  });

  it.each(rootFields('Subscription').map((field) => [field.name, field] as const))(
    '%s tells nothing of another organization',
    async (_name, field) => {
      const variables = { ...variablesFor(field.args, null, '', ours.ids), after: 'START' };
      const query = documentFor('subscription', field, variables, 1);
      const stream = await subscribeText(ours.client, query, variables);
      const heard = [await stream.next()];
      await ours.client.sendText(CreateManufacturer, { name: `Ours ${field.name}` });
      while (!isLast(heard.at(-1))) heard.push(await stream.next());
      expect(leaks(heard, secrets)).toEqual([]);
      await stream.close();
    },
  );
});
