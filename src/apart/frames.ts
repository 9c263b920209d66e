import type { Readable } from 'node:stream';

/** What a process apart says: that it runs, parts of its answer, and its answer or why there is none. */
const types = ['started', 'part', 'answer', 'refused', 'failed'] as const;

export type FrameType = (typeof types)[number];

export interface Frame {
  readonly type: FrameType;
  /** Of a part. */
  readonly name: string;
  readonly content: Buffer;
}

const headLength = 7;

/** A frame: its type (1 byte), the length of its name (2) and of its content (4), the name, the content. */
export function writeFrame(type: FrameType, content: Uint8Array, name = ''): Buffer {
  const nameBytes = Buffer.from(name);
  const head = Buffer.alloc(headLength);
  head.writeUInt8(types.indexOf(type), 0);
  head.writeUInt16BE(nameBytes.length, 1);
  head.writeUInt32BE(content.length, 3);
  return Buffer.concat([head, nameBytes, content]);
}

/**
 * The frames of a stream.
 * @param most bytes that all of them may have
 * @throws Error where they have more, or the stream is none of frames
 */
export async function* readFrames(stream: Readable, most: number): AsyncGenerator<Frame> {
  const chunks: Buffer[] = [];
  let waiting = 0;
  let total = 0;
  const take = (length: number): Buffer => {
    const all = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
    chunks.length = 0;
    chunks.push(all.subarray(length));
    waiting -= length;
    return all.subarray(0, length);
  };
  let head: { type: FrameType; name: number; content: number } | null = null;
  for await (const chunk of stream) {
    chunks.push(chunk as Buffer);
    waiting += (chunk as Buffer).length;
    total += (chunk as Buffer).length;
    if (total > most) throw new Error(`A process apart answered more than ${most} bytes.`);
    for (;;) {
      if (!head) {
        if (waiting < headLength) break;
        const bytes = take(headLength);
        const type = types[bytes.readUInt8(0)];
        if (!type) throw new Error('A process apart answered what is no frame.');
        head = { type, name: bytes.readUInt16BE(1), content: bytes.readUInt32BE(3) };
      }
      const length: number = head.name + head.content;
      if (waiting < length) break;
      const body = take(length);
      const { type, name } = head;
      head = null;
      yield { type, name: body.subarray(0, name).toString(), content: body.subarray(name) };
    }
  }
}
