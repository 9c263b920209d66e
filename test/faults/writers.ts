import { setTimeout as pause } from 'node:timers/promises';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';
import { graphql } from '../../client/generated/gql.ts';
import type { Client } from '../support/client.ts';
import { makeShop, type Shop } from '../support/factories.ts';
import { adminToken } from '../support/server-process.ts';
import type { Place } from './installation.ts';
import type { Random } from './random.ts';

const CreateLocation = graphql(`
  mutation FaultsCreateLocation($input: CreateLocationInput!) {
    createLocation(input: $input) { __typename ... on CreateLocationSuccess { cursor location { id } } }
  }
`);
const RenameLocation = graphql(`
  mutation FaultsRenameLocation($input: UpdateLocationInput!) {
    updateLocation(input: $input) { __typename ... on UpdateLocationSuccess { cursor location { id } } }
  }
`);
const CreateStock = graphql(`
  mutation FaultsCreateStock($input: CreateStockInput!) {
    createStock(input: $input) { __typename ... on CreateStockSuccess { stock { id } } }
  }
`);
const Replenish = graphql(`
  mutation FaultsReplenish($input: ReplenishStockInput!) {
    replenishStock(input: $input) { __typename ... on ReplenishStockSuccess { cursor action { id } } }
  }
`);
const CreateOrder = graphql(`
  mutation FaultsCreateOrder($input: CreateOrderInput!) {
    createOrder(input: $input) { __typename ... on CreateOrderSuccess { cursor order { id } } }
  }
`);
const ConfirmOrder = graphql(`
  mutation FaultsConfirmOrder($input: ConfirmOrderInput!) {
    confirmOrder(input: $input) {
      __typename
      ... on ConfirmOrderSuccess { cursor order { id pieces(first: 10, orderBy: [{ field: COPY }]) { nodes { id } } } }
    }
  }
`);
const CreateRun = graphql(`
  mutation FaultsCreateRun($input: CreateRunInput!) {
    createRun(input: $input) { __typename ... on CreateRunSuccess { cursor run { id } } }
  }
`);
const QueueRun = graphql(`
  mutation FaultsQueueRun($input: QueueRunInput!) {
    queueRun(input: $input) { __typename ... on QueueRunSuccess { cursor run { id } } }
  }
`);
const StartRun = graphql(`
  mutation FaultsStartRun($input: StartRunInput!) {
    startRun(input: $input) { __typename ... on StartRunSuccess { cursor run { id } } }
  }
`);
const CompleteRun = graphql(`
  mutation FaultsCompleteRun($input: CompleteRunInput!) {
    completeRun(input: $input) { __typename ... on CompleteRunSuccess { cursor run { id } } }
  }
`);
const CreateSensor = graphql(`
  mutation FaultsCreateSensor($input: CreateSensorInput!) {
    createSensor(input: $input) { __typename ... on CreateSensorSuccess { sensor { id } } }
  }
`);
const Ingest = graphql(`
  mutation FaultsIngest($input: IngestReadingsInput!) {
    ingestReadings(input: $input) { __typename ... on IngestReadingsSuccess { stored } }
  }
`);

/** A mutation that was answered with its success. */
export interface Acknowledged {
  /** Its `clientMutationId`; what it made is named so too. */
  readonly key: string;
  /** The field of the mutation. */
  readonly mutation: string;
  /** Where the answer said so: the id of what it made. */
  readonly answer: string;
}

/** What all writers met together. */
export interface WriterCounts {
  acknowledged: number;
  /** Requests without an answer: cut, or nobody there, or too late. Each was repeated. */
  unknown: number;
  /** Answers 503: each was repeated. */
  unavailable: number;
  /** Acknowledged mutations that were sent again elsewhere, and answered the same. */
  repeated: number;
}

/** What the writers write in. */
export interface Workshop {
  readonly shop: Shop;
  readonly stockId: string;
  readonly sensorId: string;
  /** Places that all of them rename. */
  readonly places: readonly string[];
}

/** Makes what the writers write in, through the API. */
export async function makeWorkshop(client: Client): Promise<Workshop> {
  const shop = await makeShop(client, { inProgressMax: 100 });
  const input = { materialId: shop.materialId, locationId: shop.locationId };
  const { stock } = await client.success(CreateStock, { input }, 'CreateStockSuccess');
  const { sensor } = await client.success(
    CreateSensor,
    { input: { name: 'Temperature', quantity: 'temperature', unit: 'Cel' } },
    'CreateSensorSuccess',
  );
  const places: string[] = [];
  for (const name of ['North', 'South']) {
    const made = await client.success(CreateLocation, { input: { name } }, 'CreateLocationSuccess');
    places.push(made.location.id);
  }
  return { shop, stockId: stock.id, sensorId: sensor.id, places };
}

// A request that hangs is given up, and is unknown.
const patience = 10_000;

/**
 * Clients that write, each mutation to a process by chance. What has no answer is sent again with
 * its key until it has one, as a careful client does.
 */
export class Writers {
  readonly counts: WriterCounts = { acknowledged: 0, unknown: 0, unavailable: 0, repeated: 0 };
  readonly acknowledged: Acknowledged[] = [];
  /** Answers that no fault explains: refusals, and errors that blame nobody. */
  readonly wrong: string[] = [];
  readonly #places: readonly Place[];
  readonly #workshop: Workshop;
  readonly #random: Random;
  #keys = 0;
  #values = 0;
  #running: Promise<unknown>[] = [];
  #resting = true;

  constructor(places: readonly Place[], workshop: Workshop, random: Random) {
    this.#places = places;
    this.#workshop = workshop;
    this.#random = random;
  }

  /** The values that were sent to the sensor so far: 0, 1, 2 … */
  get values(): number {
    return this.#values;
  }

  /** They begin, or go on. */
  work(count: number): void {
    this.#resting = false;
    this.#running = Array.from({ length: count }, () => this.#work());
  }

  /** They finish what they have begun, to its acknowledgement. */
  async rest(): Promise<void> {
    this.#resting = true;
    await Promise.all(this.#running);
    this.#running = [];
  }

  async #work(): Promise<void> {
    while (!this.#resting) {
      const job = this.#random.next();
      if (job < 0.3) await this.makePlace();
      else if (job < 0.5) await this.#renamePlace();
      else if (job < 0.7) await this.#replenish();
      else if (job < 0.85) await this.measure(20);
      else await this.#makeOrder();
      // Else they would take the processor from what is being started.
      await pause(this.#random.next() * 40);
    }
  }

  /** One of each job, in order: what each of them does where nothing is broken. */
  async calmly(): Promise<void> {
    await this.makePlace();
    await this.#renamePlace();
    await this.#replenish();
    await this.measure(20);
    await this.#makeOrder();
  }

  /** Makes one place, at this process where one is given. Answers the cursor of its event. */
  async makePlace(at?: Place): Promise<string | null> {
    const made = await this.#act(CreateLocation, (key) => ({ name: key }), at);
    return made?.createLocation.__typename === 'CreateLocationSuccess'
      ? (made.createLocation.cursor ?? null)
      : null;
  }

  async #renamePlace(): Promise<void> {
    const locationId = this.#random.one(this.#workshop.places);
    await this.#act(RenameLocation, (key) => ({ locationId, name: key }));
  }

  async #replenish(): Promise<void> {
    const { stockId } = this.#workshop;
    await this.#act(Replenish, (key) => ({ stockId, quantity: { value: '1' }, notes: key }));
  }

  /** Sends so many values in one message. */
  async measure(count: number): Promise<void> {
    const { sensorId } = this.#workshop;
    const observedAt = new Date().toISOString();
    const readings = Array.from({ length: count }, () => ({
      sensorId,
      value: this.#values++,
      observedAt,
    }));
    await this.#act(Ingest, () => ({ readings }));
  }

  async #makeOrder(): Promise<void> {
    const { shop } = this.#workshop;
    const { materialId, workflowId, printerId: workstationId } = shop;
    const lineItems = [{ designName: 'Bracket', quantity: 1, materialId, workflowId }];
    const made = await this.#act(CreateOrder, (key) => ({ name: key, lineItems }));
    const orderId = made?.createOrder.__typename === 'CreateOrderSuccess' && made.createOrder.order.id;
    if (!orderId) return;
    const confirmed = await this.#act(ConfirmOrder, () => ({ orderId }));
    if (confirmed?.confirmOrder.__typename !== 'ConfirmOrderSuccess') return;
    const pieceIds = confirmed.confirmOrder.order.pieces.nodes.map((piece) => piece.id);
    const begun = await this.#act(CreateRun, (key) => ({ name: key, workstationId, pieceIds }));
    const runId = begun?.createRun.__typename === 'CreateRunSuccess' && begun.createRun.run.id;
    if (!runId) return;
    // Where one of these took effect twice, the second time is refused: the run has gone on.
    await this.#act(QueueRun, () => ({ runId }));
    await this.#act(StartRun, () => ({ runId }));
    await this.#act(CompleteRun, () => ({ runId, otherwise: 'SUCCESS' as const }));
  }

  /** Sends a mutation until it is answered; null where the answer is none that may be. */
  async #act<Data extends object, Input extends { clientMutationId?: string | null | undefined }>(
    document: TypedDocumentNode<Data, { input: Input }>,
    inputOf: (key: string) => Omit<Input, 'clientMutationId'>,
    at?: Place,
  ): Promise<Data | null> {
    const key = `key-${++this.#keys}`;
    const text = print(document);
    const input = { ...inputOf(key), clientMutationId: key };
    const data = (await this.#untilAnswered(text, input, at)) as Data | null;
    if (!data) return null;
    const [mutation, outcome] = Object.entries(data)[0] ?? [];
    if (!mutation || !String(outcome.__typename).endsWith('Success')) {
      this.wrong.push(`${key}: ${JSON.stringify(data)}`);
      return null;
    }
    this.counts.acknowledged++;
    this.acknowledged.push({ key, mutation, answer: JSON.stringify(outcome) });
    if (this.#random.next() < 0.1) {
      const again = await this.#untilAnswered(text, input);
      this.counts.repeated++;
      if (JSON.stringify(again) !== JSON.stringify(data))
        this.wrong.push(`${key} again: ${JSON.stringify(data)} became ${JSON.stringify(again)}`);
    }
    return data;
  }

  async #untilAnswered(query: string, input: object, at?: Place): Promise<object | null> {
    const body = JSON.stringify({ query, variables: { input } });
    for (;;) {
      const { url } = at ?? this.#random.one(this.#places);
      const answer = await ask(url, body);
      if (answer === null) this.counts.unknown++;
      else if (answer.status === 503) this.counts.unavailable++;
      else if (answer.data) return answer.data;
      else {
        this.wrong.push(`${answer.status} ${answer.errors}: ${query.trim().slice(9, 60)}`);
        // An error that blames nobody is a defect, and the mutation may have been done: it is repeated all the same.
        if (answer.status < 500) return null;
      }
      await pause(20 + this.#random.next() * 200);
    }
  }
}

interface Answer {
  status: number;
  data: object | null;
  errors: string;
}

/** The answer of a server; null where there was none. */
async function ask(url: string, body: string): Promise<Answer | null> {
  try {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${adminToken}` },
      body,
      signal: AbortSignal.timeout(patience),
    });
    const { data, errors } = (await response.json()) as {
      data?: object | null;
      errors?: { extensions?: { code?: string } }[];
    };
    const unavailable = errors?.some((error) => error.extensions?.code === 'UNAVAILABLE');
    return {
      status: unavailable ? 503 : errors && response.status === 200 ? 500 : response.status,
      data: errors ? null : (data ?? null),
      errors: JSON.stringify(errors),
    };
  } catch {
    return null;
  }
}
