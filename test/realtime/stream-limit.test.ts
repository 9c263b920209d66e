import { afterEach, describe, expect, it } from 'vitest';
import { useApp } from '../support/app.ts';

const app = useApp();
const open: AbortController[] = [];

afterEach(() => {
  for (const each of open.splice(0)) each.abort();
});

/** Opens a stream over HTTP and reads its first message, or the whole answer where it is refused. */
async function openStream(token: string): Promise<string> {
  const controller = new AbortController();
  open.push(controller);
  const response = await fetch(`${app().url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      authorization: `Bearer ${token}`,
    },
    body: JSON.stringify({ query: 'subscription { events { __typename } }' }),
    signal: controller.signal,
  });
  const reader = response.body?.getReader();
  let text = '';
  while (reader && !text.includes('data: {')) {
    const { value, done } = await reader.read();
    if (done) break;
    text += new TextDecoder().decode(value);
  }
  return text;
}

describe('streams over HTTP', () => {
  it('are bounded for one token, and leave other tokens alone', async () => {
    const { ours, theirs } = await app().organizations();
    const first = await Promise.all(Array.from({ length: 100 }, () => openStream(ours.token)));
    expect(first.every((text) => text.includes('Position'))).toBe(true);
    expect(await openStream(ours.token)).toContain('RATE_LIMITED');
    expect(await openStream(theirs.token)).toContain('Position');
  });
});
