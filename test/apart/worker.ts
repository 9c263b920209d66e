import type { ApartWork } from '../../src/apart/apart.ts';
import { RefusedError } from '../../src/apart/refused.ts';

export type Task =
  | { do: 'measure' | 'environment' | 'spin' | 'fill' | 'fillHeap' | 'fail' | 'leave' | 'babble' }
  | { do: 'refuse'; reason: string }
  | { do: 'part'; parts: number; bytes: number };

/** What the tests have a process apart do. */
const work: ApartWork<Task, unknown> = async (task, content, part) => {
  switch (task.do) {
    case 'measure':
      return { bytes: content.length, sum: content.reduce((sum, byte) => sum + byte, 0) };
    case 'environment':
      return Object.keys(process.env);
    case 'refuse':
      throw new RefusedError(task.reason);
    case 'fail':
      throw new TypeError('a fault of the code');
    case 'leave':
      return process.exit(3);
    case 'babble':
      return 'x'.repeat(1_000_000);
    case 'spin':
      for (;;) Math.random();
    case 'fill': {
      // Buffers lie outside of the heap.
      const held: Buffer[] = [];
      for (;;) {
        held.push(Buffer.alloc(8 * 1024 * 1024, 1));
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    }
    case 'fillHeap': {
      const held: number[][] = [];
      for (;;) held.push(new Array(100_000).fill(Math.random()));
    }
    case 'part':
      for (let index = 0; index < task.parts; index++) {
        await part(`part ${index}`, Buffer.alloc(task.bytes, index));
      }
      return task.parts;
  }
};

export default work;
