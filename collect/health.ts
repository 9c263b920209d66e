import { arch, platform, release } from 'node:os';
import { act } from '../client/act.ts';
import type { Client } from '../client/client.ts';
import type { ConnectorHealth } from '../client/generated/graphql.ts';
import { CollectHealth, CollectRegister } from './documents.ts';
import type { Log } from './observation.ts';

/** ms between two signs of life; the server waits five minutes. */
const rhythm = 60_000;

/** Tells the server that this connector lives, and how it is. A sign that does not arrive is left out. */
export class Health {
  readonly #client: Client;
  readonly #name: string;
  readonly #log: Log;
  #timer: NodeJS.Timeout | null = null;
  #collectorId: string | null = null;
  /** What is wrong, by what it is of. */
  readonly #notes = new Map<string, string>();
  #telling: Promise<void> = Promise.resolve();
  #isRefused = false;

  constructor(client: Client, name: string, log: Log) {
    this.#client = client;
    this.#name = name;
    this.#log = log;
  }

  start(): void {
    this.#tell();
    this.#timer = setInterval(() => this.#tell(), rhythm);
    this.#timer.unref();
  }

  /** Says what is wrong with a part of it; null where it is well again. */
  note(part: string, text: string | null): void {
    if ((this.#notes.get(part) ?? null) === text) return;
    if (text === null) this.#notes.delete(part);
    else this.#notes.set(part, text);
    if (this.#timer) this.#tell();
  }

  async stop(): Promise<void> {
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
    await this.#telling;
  }

  #tell(): void {
    this.#telling = this.#telling.then(() => this.#send()).catch((error: unknown) => this.#refused(error));
  }

  async #send(): Promise<void> {
    this.#collectorId ??= (await act(this.#client, CollectRegister, await this.#installation())).collector.id;
    const health: ConnectorHealth = this.#notes.size > 0 ? 'DEGRADED' : 'HEALTHY';
    const note = [...this.#notes].map(([part, text]) => `${part}: ${text}`).join('; ');
    await act(this.#client, CollectHealth, {
      collectorId: this.#collectorId,
      health,
      note: note === '' ? null : note.slice(0, 2_000),
    });
    this.#isRefused = false;
  }

  #refused(error: unknown): void {
    if (!this.#isRefused) this.#log.warn(`no sign of life could be given: ${error}`);
    this.#isRefused = true;
  }

  async #installation() {
    return {
      externalId: `collect ${this.#name}`,
      name: this.#name,
      osName: platform(),
      osVersion: release(),
      osArchitecture: arch(),
    };
  }
}
