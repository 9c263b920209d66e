import { forOrganization, type OrganizationClient } from './database/client.ts';
import type { LogCursor } from './events/cursor.ts';
import type { Caller } from './identity/caller.ts';
import type { Outlet } from './realtime/fan-out.ts';
import type { Runtime } from './runtime.ts';

/** Makes what one request, or one event of a subscription, computes at most once: loaders above all. */
export class Memo {
  readonly #values = new Map<string, unknown>();

  /** What `make` made for this key the first time. The key names the type: use it for one kind of value only. */
  once<T>(key: string, make: () => T): T {
    if (this.#values.has(key)) return this.#values.get(key) as T;
    const value = make();
    this.#values.set(key, value);
    return value;
  }

  /** Forgets everything: what was read before a change is not so after it. */
  clear(): void {
    this.#values.clear();
  }
}

/** What every resolver has: who asks, the client of their organization, and the loaders of this request. */
export class RequestContext {
  readonly runtime: Runtime;
  readonly caller: Caller | null;
  readonly requestId: string;
  /** Lives as long as this context: loaders never outlive a request, or one event. */
  readonly memo = new Memo();
  /** Ends the subscriptions of this request or socket. */
  readonly signal: AbortSignal | null;
  /** Where results can be written at once, of a subscription on a socket. */
  readonly outlet: Outlet | null;
  /** Where the request came from, as far as the connection tells; empty where it does not. */
  readonly address: string;
  readonly #prisma: OrganizationClient | null;

  constructor(
    asked: {
      runtime: Runtime;
      caller: Caller | null;
      requestId: string;
      signal: AbortSignal | null;
      outlet: Outlet | null;
      address: string;
    },
    prisma: OrganizationClient | null = null,
  ) {
    const { runtime, caller } = asked;
    this.runtime = runtime;
    this.caller = caller;
    this.requestId = asked.requestId;
    this.signal = asked.signal;
    this.outlet = asked.outlet;
    this.address = asked.address;
    this.#prisma = prisma ?? (caller ? forOrganization(runtime.prisma, caller.organizationId) : null);
  }

  /** The client of the caller's organization. Fields that anyone may see have none. */
  get prisma(): OrganizationClient {
    if (!this.#prisma) throw new Error('A field that reads the shop was reached without a caller.');
    return this.#prisma;
  }

  /** The caller of a field that needs one (the schema's rights have refused everybody else). */
  get signedIn(): Caller {
    if (!this.caller) throw new Error('A field that needs a caller was reached without one.');
    return this.caller;
  }

  /** The instant of this operation: one for all that it holds against the clock. */
  get now(): Date {
    return this.memo.once('now', () => this.runtime.now());
  }

  /** Everything that an answer depends on besides the document and its variables. */
  get authority(): string {
    return this.caller ? `${this.caller.organizationId}:${this.caller.role}` : 'nobody';
  }

  /** The head of the log as this operation begins: read before anything else, so that nothing read is older. */
  headAtStart(): Promise<LogCursor> {
    return this.memo.once('headAtStart', () => this.runtime.events.head(this.signedIn.organizationId));
  }

  /** The same caller with nothing remembered: for the next event of a subscription. */
  fresh(): RequestContext {
    return new RequestContext(this, this.#prisma);
  }

  /** The same caller until something else ends. */
  until(signal: AbortSignal): RequestContext {
    const { runtime, caller, requestId, outlet, address } = this;
    return new RequestContext({ runtime, caller, requestId, outlet, address, signal }, this.#prisma);
  }
}

/** The client of one organization, for what works outside of a request: a download that a link asks for. */
export const organizationClient = (runtime: Runtime, organizationId: string): OrganizationClient =>
  forOrganization(runtime.prisma, organizationId);
