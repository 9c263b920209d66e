import { describe, expect, it } from 'vitest';
import { forbidden, importsFrom, importsOf, sourcesOf } from './sources.ts';

const any = /(:\s*|\bas\s+|<)any\b(?!\.)/;
const connections = /\b(prismaConnection|relatedConnection)\b/;
const connect = /\b(connect|disconnect|connectOrCreate):/;
const client = /\bruntime\.prisma\b/;

describe('the sources', () => {
  it('of src import nothing of schema but in the composition root', () => {
    expect(importsFrom(sourcesOf('src'), 'schema', ['src/app.ts'])).toEqual([]);
  });

  it('of src and schema import nothing of the tests, the demo and the benchmarks', () => {
    for (const folder of ['test', 'demo', 'bench', 'client', 'collect', 'display']) {
      expect(importsFrom(sourcesOf('src', 'schema'), folder, [])).toEqual([]);
    }
  });

  it('of the display import nothing of the server, the tests and the demo', () => {
    for (const folder of ['src', 'schema', 'test', 'demo', 'prisma']) {
      expect(importsFrom(sourcesOf('display'), folder, [])).toEqual([]);
    }
  });

  it('of the connector import nothing of the server', () => {
    for (const folder of ['src', 'schema', 'demo', 'test']) {
      expect(importsFrom(sourcesOf('collect'), folder, [])).toEqual([]);
    }
  });

  it('use no connection that loses rows, and move no row by its relations', () => {
    const sources = sourcesOf('src', 'schema');
    expect(forbidden(sources, connections)).toEqual([]);
    expect(forbidden(sources, connect).filter((line) => !line.startsWith('src/database/'))).toEqual([]);
  });

  it('reach the client of all organizations in the runner and the context only', () => {
    const reached = forbidden(sourcesOf('src', 'schema'), client).map((line) => line.split(':')[0]);
    expect([...new Set(reached)].sort()).toEqual(['src/commands/runner.ts', 'src/context.ts']);
  });

  it('say any nowhere', () => {
    const sources = sourcesOf('src', 'schema', 'test', 'client', 'collect', 'demo', 'scripts', 'display');
    // This file says it to be found.
    const others = sources.filter(({ path }) => path !== 'test/schema/sources.test.ts');
    expect(forbidden(others, any)).toEqual([]);
  });
});

describe('these guards', () => {
  const source = (text: string) => ({ path: 'src/orders/order.service.ts', text });

  it('find imports of every form', () => {
    const text = [
      "import { a } from '../../schema/index.ts';",
      "import type { b } from '../../schema/builder.ts';",
      "import '../../schema/shared/node.ts';",
      "export * from '../../schema/a.ts';",
      "const c = await import('../../schema/c.ts');",
      "import { d } from '../database/schema-engine.ts';",
      "import { e } from 'zod';",
    ].join('\n');
    expect(importsOf(source(text))).toHaveLength(6);
    expect(importsFrom([source(text)], 'schema', [])).toHaveLength(5);
    expect(importsFrom([source(text)], 'schema', ['src/orders/order.service.ts'])).toEqual([]);
  });

  it.each([
    [any, 'const a: any = 1;'],
    [any, 'const a = b as any;'],
    [any, 'const a = new Map<any, string>();'],
    [connections, "orders: t.prismaConnection({ type: 'Order' }),"],
    [connections, "t.relatedConnection('orders')"],
    [connect, 'data: { order: { connect: { id } } },'],
    [connect, 'order: { disconnect: true }'],
    [client, 'await runtime.prisma.order.findMany()'],
  ])('%s finds %j', (pattern, line) => {
    expect(forbidden([source(line)], pattern)).toEqual([`src/orders/order.service.ts:1: ${line}`]);
  });

  it.each([
    [any, 'const any = list.map(check);'],
    [any, '// biome-ignore lint/suspicious/noExplicitAny: why\nconst a: any = 1;'],
    [connect, 'await adapter.connect();'],
    [client, 'await context.prisma.order.findMany()'],
  ])('%s lets %j pass', (pattern, text) => {
    expect(forbidden([source(text)], pattern)).toEqual([]);
  });
});
