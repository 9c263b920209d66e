import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSchema } from 'graphql';
import { describe, expect, it } from 'vitest';
import { schema } from '../../schema/index.ts';
import { parityProblems } from './parity.ts';
import { root } from './sources.ts';

it('docs/parity.tsv says where every operation went, and all that it names is there', () => {
  const text = readFileSync(join(root, 'docs/parity.tsv'), 'utf8');
  const exists = (path: string) => path.startsWith('test/') && existsSync(join(root, path));
  expect(parityProblems(text, { schema, exists })).toEqual([]);
});

describe('a row of docs/parity.tsv', () => {
  const header = 'id\tstatus\tcoordinates\ttests\tnote';
  const small = buildSchema('type Query { order: Order } type Order { number: String } enum E { A }');
  const problems = (...rows: string[]) =>
    parityProblems(`${[header, ...rows].join('\n')}\n`, {
      schema: small,
      exists: (path) => path === 'test/a.test.ts',
    });

  it.each([
    'a:order\ttodo\t\t\t',
    'a:order\tpartly\tQuery.order\t\tthe rest is missing',
    'a:order\tdone\tQuery.order Order.number\ttest/a.test.ts\t',
    'a:addiguru-anomaly+indicator\ttodo\t\t\tlater',
  ])('may be %j', (row) => {
    expect(problems(row)).toEqual([]);
  });

  it.each([
    ['a:order\tfinished\t\t\t', ['2: "finished" is no status: done, partly, todo.']],
    ['order\ttodo\t\t\t', ['2: "order" is no id.']],
    ['a:order\ttodo', ['2: has 2 columns, not 5.']],
    ['a:order\ttodo\t\t\t\t', ['2: has 6 columns, not 5.']],
    ['', ['2: has 1 columns, not 5.']],
    ['a:order\tpartly\tQuery.orders\t\t', ['2: Query.orders is not in the schema.']],
    ['a:order\tpartly\tOrders.number\t\t', ['2: Orders.number is not in the schema.']],
    ['a:order\tpartly\tOrder\t\t', ['2: Order is not in the schema.']],
    ['a:order\tpartly\tOrder.number.x\t\t', ['2: Order.number.x is not in the schema.']],
    ['a:order\tpartly\tE.A\t\t', ['2: E.A is not in the schema.']],
    ['a:order\tpartly\tQuery.order\ttest/b.test.ts\t', ['2: test/b.test.ts is not there.']],
    ['a:order\tdone\t\ttest/a.test.ts\t', ['2: a:order is done without a coordinate.']],
    ['a:order\tdone\tQuery.order\t\t', ['2: a:order is done without a test.']],
  ])('may not be %j', (row, expected) => {
    expect(problems(row)).toEqual(expected);
  });

  it('stands there once', () => {
    expect(problems('a:order\ttodo\t\t\t', 'a:run\ttodo\t\t\t', 'a:order\ttodo\t\t\t')).toEqual([
      '4: a:order stands in line 2 already.',
    ]);
  });

  it('stands below the header', () => {
    expect(parityProblems('id\tstatus\n', { schema: small, exists: () => true })).toEqual([
      '1: the header is not id, status, coordinates, tests, note.',
    ]);
  });
});
