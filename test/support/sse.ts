import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';
import type { Client } from './client.ts';
import { deferred } from './deferred.ts';
import { Inbox } from './inbox.ts';

/** A subscription over server-sent events, message by message. */
export interface EventSourceStream<Message> {
  next(): Promise<Message>;
  take(count: number): Promise<Message[]>;
  /** How the server ended it: with a last event, or without a word. */
  readonly ended: Promise<'complete' | 'cut'>;
  close(): void;
}

/** Subscribes over SSE as Yoga serves it: one POST whose answer does not end. */
export async function subscribeOverSse<Data extends object, Variables extends Record<string, unknown>>(
  client: Client,
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
): Promise<EventSourceStream<Exclude<Data[keyof Data], string | undefined>>> {
  const controller = new AbortController();
  const response = await fetch(`${client.url}/graphql`, {
    method: 'POST',
    headers: {
      accept: 'text/event-stream',
      'content-type': 'application/json',
      authorization: `Bearer ${client.token}`,
    },
    body: JSON.stringify({ query: print(document), variables }),
    signal: controller.signal,
  });
  if (!response.ok || !response.body) throw new Error(`${response.status}: ${await response.text()}`);
  const inbox = new Inbox<Exclude<Data[keyof Data], string | undefined>>();
  const ended = deferred<'complete' | 'cut'>();
  const read = async (body: ReadableStream<Uint8Array>) => {
    let text = '';
    const decoder = new TextDecoder();
    for await (const chunk of body) {
      text += decoder.decode(chunk, { stream: true });
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        const event = /^event: (.*)$/m.exec(block)?.[1];
        if (event === 'complete') return 'complete';
        const data = /^data: (.*)$/m.exec(block)?.[1];
        if (!data) continue;
        const result = JSON.parse(data) as { data?: Data; errors?: unknown };
        if (result.errors || !result.data) inbox.end(new Error(data));
        else inbox.push(Object.values(result.data)[0]);
      }
    }
    return 'cut';
  };
  read(response.body)
    .catch(() => 'cut' as const)
    .then((how) => {
      inbox.end(new Error(`The stream has ended: ${how}.`));
      ended.resolve(how);
    });
  return {
    next: () => inbox.next(),
    take: (count) => inbox.take(count),
    ended: ended.promise,
    close: () => controller.abort(),
  };
}
