import type { GraphQLSchema } from 'graphql';

/** What rows may refer to. */
export interface Referents {
  readonly schema: GraphQLSchema;
  /** Whether a file of the project is there. */
  readonly exists: (path: string) => boolean;
}

const columns = ['id', 'status', 'coordinates', 'tests', 'note'];
const statuses = ['done', 'partly', 'todo'];

const words = (cell: string | undefined) => (cell ?? '').split(' ').filter((word) => word !== '');

/** What is wrong with the list of where each documented operation went, line by line: empty for a good one. */
export function parityProblems(text: string, { schema, exists }: Referents): string[] {
  const [header, ...lines] = text.replace(/\n$/, '').split('\n');
  if (header !== columns.join('\t')) return [`1: the header is not ${columns.join(', ')}.`];
  const seen = new Map<string, number>();
  return lines.flatMap((line, place) => {
    const number = place + 2;
    const cells = line.split('\t');
    if (cells.length !== columns.length)
      return [`${number}: has ${cells.length} columns, not ${columns.length}.`];
    const [id = '', status = '', coordinates, tests] = cells;
    const problems: string[] = [];
    if (!/^[a-z0-9]+:\S+$/.test(id)) problems.push(`"${id}" is no id.`);
    if (seen.has(id)) problems.push(`${id} stands in line ${seen.get(id)} already.`);
    seen.set(id, number);
    if (!statuses.includes(status)) problems.push(`"${status}" is no status: ${statuses.join(', ')}.`);
    for (const coordinate of words(coordinates)) {
      if (!isField(schema, coordinate)) problems.push(`${coordinate} is not in the schema.`);
    }
    for (const test of words(tests)) if (!exists(test)) problems.push(`${test} is not there.`);
    if (status === 'done' && words(coordinates).length === 0)
      problems.push(`${id} is done without a coordinate.`);
    if (status === 'done' && words(tests).length === 0) problems.push(`${id} is done without a test.`);
    return problems.map((problem) => `${number}: ${problem}`);
  });
}

function isField(schema: GraphQLSchema, coordinate: string): boolean {
  const [typeName = '', field = '', ...rest] = coordinate.split('.');
  const type = schema.getType(typeName);
  return rest.length === 0 && type !== undefined && 'getFields' in type && field in type.getFields();
}
