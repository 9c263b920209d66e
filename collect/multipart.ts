/** A document of an agent may have this many bytes. */
const longestPart = 64 * 1024 ** 2;

/**
 * The documents of a stream of multipart/x-mixed-replace, as they come. Each has its length in its head; one that has
 * none goes to the next boundary.
 * @throws Error for what is no such stream, or for a part that is too long
 */
export async function* partsOf(
  body: AsyncIterable<Uint8Array>,
  contentType: string,
  longest = longestPart,
): AsyncGenerator<string> {
  const boundary = boundaryOf(contentType);
  if (!boundary) throw new Error(`No multipart stream: ${contentType}.`);
  const mark = Buffer.from(`--${boundary}`);
  let buffer = Buffer.alloc(0);
  for await (const chunk of body) {
    buffer = Buffer.concat([buffer, chunk]);
    for (;;) {
      const part = firstPart(buffer, mark);
      if (!part) break;
      yield part.text;
      buffer = buffer.subarray(part.end);
    }
    if (buffer.length > longest) throw new Error(`A part of the stream has more than ${longest} bytes.`);
  }
}

/** The boundary of a content type; null where it is no multipart one. */
export function boundaryOf(contentType: string): string | null {
  const [, quoted, plain] = /^multipart\/[^;]+;.*boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType) ?? [];
  // Some agents put the dashes of the delimiter into the parameter.
  return quoted ?? plain ?? null;
}

function firstPart(buffer: Buffer, mark: Buffer): { text: string; end: number } | null {
  const begin = buffer.indexOf(mark);
  if (begin === -1) return null;
  const crlf = buffer.indexOf('\r\n\r\n', begin);
  const lf = buffer.indexOf('\n\n', begin);
  const usesLf = lf !== -1 && (crlf === -1 || lf < crlf);
  const head = usesLf ? lf : crlf;
  if (head === -1) return null;
  const from = head + (usesLf ? 2 : 4);
  const [, length] = /content-length:\s*(\d+)/i.exec(buffer.toString('latin1', begin, head)) ?? [];
  const end = length === undefined ? buffer.indexOf(mark, from) : from + Number(length);
  if (end === -1 || buffer.length < end) return null;
  return { text: buffer.toString('utf8', from, end).trim(), end };
}
