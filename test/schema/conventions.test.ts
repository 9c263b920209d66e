import { readFileSync } from 'node:fs';
import { buildSchema, isObjectType, lexicographicSortSchema, printSchema } from 'graphql';
import { describe, expect, it } from 'vitest';
import { schema } from '../../schema/index.ts';
import { nouns } from '../../src/ids.ts';
import { problemsOf } from './conventions.ts';

describe('the schema', () => {
  it('is the committed one', () => {
    const committed = readFileSync(new URL('../../schema/schema.graphql', import.meta.url), 'utf8');
    const printed = `${printSchema(lexicographicSortSchema(schema))}\n`;
    expect(printed === committed, 'schema/schema.graphql is out of date: npm run generate:schema').toBe(true);
  });

  it('holds the conventions', () => {
    expect(problemsOf(schema)).toEqual([]);
  });

  it('has a type, a Node, of every noun', () => {
    for (const noun of nouns) {
      const type = schema.getType(noun);
      expect([noun, isObjectType(type) && type.getInterfaces().map(String)]).toEqual([
        noun,
        expect.arrayContaining(['Node']),
      ]);
    }
  });

  it('can look up and list every noun but those that belong to others', () => {
    const queries = Object.keys(schema.getQueryType()?.getFields() ?? {});
    const field = (noun: string) => noun.charAt(0).toLowerCase() + noun.slice(1);
    expect(nouns.filter((noun) => !queries.includes(field(noun)))).toEqual(['Product']);
  });
});

describe('the conventions', () => {
  const described = (sdl: string) =>
    sdl.replace(/^( *)(?=(?:type|input|enum|union|interface|scalar) )/gm, '$1"D" ');
  const found = (sdl: string) => problemsOf(buildSchema(`${described(sdl)}`));

  it.each([
    ['type Query { "D" a: Int }', []],
    ['type Query { a: Int }', ['Query.a is not described.']],
    ['type Query { "(undescribed Query.a)" a: Int }', ['Query.a is not described.']],
    ['type Query { "D" a(b: Int): Int }', ['Query.a(b:) is not described.']],
    ['type Query { "D" a: E }\nenum E { A "D" B }', ['E.A is not described.']],
    ['type Query { "D" a("D" b: I): Int }\ninput I { c: Int }', ['I.c is not described.']],
    ['type Query { "D" A_b: Int }', ['Query.A_b is misnamed.']],
    ['type Query { "D" a: E }\nenum E { "D" inProgress }', ['E.inProgress is misnamed.']],
    [
      'type Query { "D" a: RunAction }\nenum RunAction { "D" start "D" START_RUN }',
      [
        'RunAction.start is misnamed.',
        'RunAction.start is no mutation.',
        'RunAction.START_RUN is no mutation.',
      ],
    ],
    [
      'interface Node { "D" id: ID! }\ntype Query { "D" a: [Noun!]! }\ntype Noun implements Node { "D" id: ID! "D" version: Int! }',
      ['Query.a is a list of nouns and no connection.'],
    ],
    [
      'interface Node { "D" id: ID! }\ntype Query { "D" a("D" first: Int = 10): NounConnection! }\ntype Noun implements Node { "D" id: ID! "D" version: Int! }\ntype NounConnection { "D" nodes: [Noun!]! }',
      [
        'Query.a takes no after.',
        'Query.a does not give 20 unless told otherwise.',
        'NounConnection has no edges.',
        'NounConnection has no pageInfo.',
      ],
    ],
    [
      'type Query { "D" a: Int }\ntype Mutation { "D" start("D" id: ID!): StartSuccess! }\ntype StartSuccess { "D" a: Int }',
      ['start does not take exactly input: StartInput!.', 'start does not answer StartResult!, a union.'],
    ],
    [
      'interface UserError { "D" message: String! }\ntype Query { "D" a: Int }\ntype Mutation { "D" start("D" input: StartInput!): StartResult! }\ninput StartInput { "D" id: ID! }\nunion StartResult = StartSuccess | Refusal\ntype StartSuccess { "D" a: Int }\ntype Refusal { "D" a: Int }',
      ['start takes no clientMutationId.', 'Refusal of start is no UserError.'],
    ],
    [
      'type Query { "D" a: Int }\ntype Subscription { "D" runs: RunStreamMessage! }\nunion RunStreamMessage = Position\ntype Position { "D" a: Int }',
      ['runs takes no after: Cursor.', 'runs never sends a Gap.'],
    ],
  ])('find what breaks them: %s', (sdl, problems) => {
    expect(found(sdl)).toEqual(problems);
  });
});
