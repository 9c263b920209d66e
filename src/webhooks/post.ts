/** One attempt to deliver: a POST that no answer can make long, large or lead elsewhere. */
import { type ClientRequest, request as plainRequest } from 'node:http';
import { request as secureRequest } from 'node:https';
import type { Socket } from 'node:net';
import { TargetRefusedError, type Targets } from './target.ts';

export interface Post {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** How long it may take in all, in ms. */
  readonly timeout: number;
  /** Asked when the connection stands, just before the first byte is sent: false sends nothing. */
  readonly mayStillSend: () => boolean;
  /** Ends it before its time. */
  readonly signal: AbortSignal;
}

/** How an attempt ended. `error` is for the tenant: it says nothing of our network. */
export type PostOutcome =
  | { readonly kind: 'answered'; readonly status: number; readonly retryAfter: string | null }
  | { readonly kind: 'failed'; readonly error: string }
  /** Nothing was sent, and nothing is known: somebody else has taken over, or the server stops. */
  | { readonly kind: 'withdrawn' };

/** How much of an answer is read, in bytes. The status is what counts. */
const largestAnswer = 64 * 1024;

/** Sends it, follows nothing, and resolves within the timeout whatever the target does. */
export function post(
  targets: Targets,
  { url, headers, body, timeout, mayStillSend, signal }: Post,
): Promise<PostOutcome> {
  if (targets.leadsInside(url))
    return Promise.resolve({ kind: 'failed', error: 'The host has no public address.' });
  const content = Buffer.from(body);
  return new Promise((resolve) => {
    let answer: PostOutcome | null = null;
    const send = url.protocol === 'https:' ? secureRequest : plainRequest;
    const request: ClientRequest = send(url, {
      method: 'POST',
      headers: { ...headers, 'content-length': String(content.length) },
      // A connection of its own: none that was opened under another check is used again.
      agent: false,
      lookup: targets.lookupFor(url),
    });
    const end = (outcome: PostOutcome) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', withdraw);
      request.destroy();
      resolve(outcome);
    };
    const fail = (error: string) => end(answer ?? { kind: 'failed', error });
    const withdraw = () => end(answer ?? { kind: 'withdrawn' });
    const timer = setTimeout(() => fail(`No answer within ${timeout / 1_000} s.`), timeout);
    signal.addEventListener('abort', withdraw, { once: true });
    request.on('error', (error) => fail(told(error)));
    request.on('close', () => fail('The connection was closed before an answer.'));
    request.on('socket', (socket: Socket) => {
      socket.once(url.protocol === 'https:' ? 'secureConnect' : 'connect', () => {
        if (!targets.permits(url, socket.remoteAddress)) fail('The host has no public address.');
        else if (!mayStillSend()) withdraw();
        else request.end(content);
      });
    });
    request.on('response', (response) => {
      const retryAfter = response.headers['retry-after'] ?? null;
      const known: PostOutcome = { kind: 'answered', status: response.statusCode ?? 0, retryAfter };
      answer = known;
      let read = 0;
      response.on('data', (chunk: Buffer) => {
        read += chunk.length;
        if (read > largestAnswer) end(known);
      });
      response.on('close', () => end(known));
      response.on('error', () => end(known));
    });
    if (signal.aborted) withdraw();
  });
}

const sentences: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'The connection was refused.',
  ECONNRESET: 'The connection was closed before an answer.',
  EPIPE: 'The connection was closed before an answer.',
  EPROTO: 'TLS could not be agreed on.',
};

/** What the tenant is told of an error. Codes we do not know say no more than that. */
function told(error: Error & { code?: string }): string {
  if (error instanceof TargetRefusedError) return `The host ${error.message}`;
  const { code = '' } = error;
  if (code.startsWith('HPE_')) return 'The answer was no HTTP.';
  if (/CERT|SELF_SIGNED|UNABLE_TO|ERR_TLS/.test(code)) return 'The certificate of the host was not accepted.';
  if (code.startsWith('ERR_SSL')) return 'TLS could not be agreed on.';
  return sentences[code] ?? 'The connection failed.';
}
