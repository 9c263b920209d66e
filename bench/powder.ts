/**
 * A powder network of any size, the same for the same seed: two years of a plant that opens lots, prints, unloads,
 * sieves, blends and prints again. Several hundred campaigns go on beside each other; each begins with virgin powder
 * of a few containers, mixes only with itself, and ends by being scrapped or left on the shelf. That bounds how far
 * back a batch goes, as it does in a shop, and gives ancestries of the sizes that were measured there.
 *
 * Two things are extreme on purpose: one lot of which a tenth of everything descends, and one batch, a silo, to which
 * thousands of actions were done.
 */
import { quantityOf } from '../src/materials/mixture.ts';
import {
  type Batch,
  type Container,
  type Counts,
  type Lot,
  moved,
  PowderBooks,
  type Workstation,
} from './powder.books.ts';
import type { Sink } from './powder.rows.ts';
import { randomFrom } from './random.ts';

export interface PowderOptions {
  readonly organizationId: string;
  /** The token of who did it all. */
  readonly tokenId: string;
  /** How many batches. */
  readonly batches: number;
  readonly seed?: number;
  /** When it begins, in ms since 1970; 2024-01-01 unless given. */
  readonly begin?: number;
  readonly sink: Sink;
}

/** What the network is, once it is complete. */
export interface PowderSummary extends Counts {
  lots: number;
  pieces: number;
  /** The lot that much descends from, and how many batches and pieces do. */
  recalledLotId: string;
  recalled: number;
  /** The batch with thousands of actions, and how many they are. */
  busyBatchId: string;
  busyActions: number;
}

interface Campaign {
  readonly materialId: string;
  /** How many batches it will yet make. */
  left: number;
  /** Prints with one batch again and again, refreshed each time. */
  readonly chain: boolean;
  readonly recalled: boolean;
  pool: Batch[];
  lot: Lot | null;
}

const twoYears = 63_072_000_000;
const gram = 10n ** 12n;
const materials = 4;
const machines = 30;
const customers = 500;
const lineItemsOfAnOrder = 5;

export class PowderNetwork {
  readonly #books: PowderBooks;
  readonly #options: PowderOptions;
  readonly #random: () => number;
  readonly #campaigns: Campaign[] = [];
  readonly #materialIds: string[] = [];
  readonly #workstations: Workstation[] = [];
  readonly #openLots: Lot[][] = [];
  readonly #recalledLot: Lot;
  readonly #silo: Batch;
  readonly #siloLots: { lot: Lot | null } = { lot: null };
  readonly #busyTarget: number;
  readonly #chapter: { workflowId: string; printStepId: string; shipStepId: string; locationId: string };
  #order = { id: '', number: 0, items: lineItemsOfAnOrder };
  #lots = 0;
  #runs = 0;
  #pieces = 0;
  #samples = 0;
  #recalled = 0;
  #planned = { all: 0, recalled: 0 };
  #done: PowderSummary | null = null;

  constructor(options: PowderOptions) {
    this.#options = options;
    this.#random = randomFrom(options.seed ?? 1);
    // Measured: about 2.6 actions come with a batch.
    const step = Math.max(1, twoYears / (options.batches * 3 + 100));
    const begin = options.begin ?? 1_704_067_200_000;
    // Its id is needed before anything else is made.
    const locationId = `${begin
      .toString(16)
      .padStart(12, '0')
      .replace(/^(.{8})/, '$1-')}-7000-8000-000000000001`;
    this.#books = new PowderBooks({ ...options, locationId, begin, step });
    this.#chapter = this.#masterData(locationId);
    this.#recalledLot = this.#receive(this.#materialIds[0] as string, 40);
    this.#silo = this.#initial(this.#materialIds[0] as string, this.#siloLots, 2);
    this.#busyTarget = Math.min(10_000, Math.floor(options.batches / 20));
  }

  /** Does the next thing. False once all is done and written. */
  step(): boolean {
    if (this.#done) return false;
    const books = this.#books;
    if (books.counts.batches >= this.#options.batches) {
      this.#finish();
      return false;
    }
    if (this.#silo.version < this.#busyTarget * (books.counts.batches / this.#options.batches)) this.#feed();
    else this.#advance();
    return true;
  }

  /** What was made, once `step` has answered false. */
  get summary(): PowderSummary {
    if (!this.#done) throw new Error('The network is not complete.');
    return this.#done;
  }

  #masterData(locationId: string) {
    const books = this.#books;
    books.emit('Location', { id: locationId, name: 'Powder plant', countriesServed: '{}' });
    const typeIds = ['Laser, small', 'Laser, large', 'Dispatch'].map((name, place) => {
      const id = books.id('WorkstationType');
      books.emit('WorkstationType', { id, kind: place < 2 ? 'PRINTER' : 'SHIPPING', name });
      return id;
    });
    for (let n = 0; n < machines; n++) {
      const workstation = { id: books.id('Workstation'), typeId: typeIds[n % 2] as string };
      const row = { id: workstation.id, name: `Printer ${n + 1}` };
      books.emit('Workstation', { ...row, workstationTypeId: workstation.typeId, locationId });
      const id = books.id('Machine');
      books.emit('Machine', { id, name: row.name, workstationId: workstation.id, status: 'IDLE' });
      this.#workstations.push(workstation);
    }
    for (let n = 0; n < materials; n++) {
      const id = books.id('Material');
      books.emit('Material', { id, name: `Powder ${n + 1}`, type: 'BASE', family: 'METAL', unit: 'kg' });
      this.#materialIds.push(id);
      this.#openLots.push([]);
    }
    const workflowId = books.id('Workflow');
    books.emit('Workflow', { id: workflowId, name: 'Print and ship' });
    const [printStepId, shipStepId] = [typeIds[0], typeIds[2]].map((workstationTypeId, place) => {
      const id = books.id('ProcessStep');
      const name = place === 0 ? 'Print' : 'Ship';
      books.emit('ProcessStep', {
        id,
        workflowId,
        position: place + 1,
        name,
        workstationTypeId: workstationTypeId as string,
      });
      return id;
    }) as [string, string];
    return { workflowId, printStepId, shipStepId, locationId };
  }

  /** A lot arrives with that many containers. */
  #receive(materialId: string, containers: number): Lot {
    const books = this.#books;
    const lot: Lot = {
      id: books.id('MaterialLot'),
      name: `L-${String(++this.#lots).padStart(6, '0')}`,
      materialId,
      expiresAt: new Date(Math.floor(books.now) + twoYears * 2),
      since: books.now,
      full: 0n,
      version: 2,
      unopened: [],
      opened: false,
    };
    books.lots.set(lot.id, lot);
    this.#addContainers(lot, containers, 'RECEIVE_LOT');
    return lot;
  }

  #addContainers(lot: Lot, count: number, type: 'RECEIVE_LOT' | 'ADD_CONTAINERS'): void {
    const books = this.#books;
    const full = BigInt(5 + Math.floor(this.#random() * 20)) * 1_000n * gram;
    const first = lot.full / gram;
    const made: Container[] = Array.from({ length: count }, (_, place) => ({
      id: books.id('MaterialContainer'),
      name: `${lot.name}-${first}-${place + 1}`,
      lot,
      full,
      since: books.now,
      quantity: full,
      filling: null,
    }));
    lot.full += full * BigInt(count);
    lot.unopened.push(...made);
    books.post({
      type,
      lot,
      quantity: full * BigInt(count),
      movements: made.map((container) =>
        moved('SUPPLIER', 'CONTAINER', full, books.id('MaterialLink'), { container: this.#ofLot(container) }),
      ),
    });
  }

  #ofLot = ({ id, lot }: Container) => ({
    id,
    lotId: lot.id,
    expiresAt: lot.expiresAt,
    usageCyclesLimit: null,
  });

  /** Unopened containers of the lot that is in use, or of the next one. */
  #take(materialId: string, from: { lot: Lot | null }, count: number): Container[] {
    const open = this.#openLots[this.#materialIds.indexOf(materialId)] as Lot[];
    if (!from.lot || from.lot.unopened.length === 0) {
      if (from.lot === this.#recalledLot) this.#addContainers(this.#recalledLot, 40, 'ADD_CONTAINERS');
      else from.lot = open.pop() ?? this.#receive(materialId, 4 + Math.floor(this.#random() * 30));
    }
    return from.lot.unopened.splice(0, count);
  }

  #fillings(containers: readonly Container[], batch: Batch) {
    return containers.map((container) =>
      moved('CONTAINER', 'BATCH', container.quantity, this.#books.id('MaterialLink'), {
        destinationBatchId: batch.id,
        container: this.#ofLot(container),
      }),
    );
  }

  #initial(materialId: string, from: { lot: Lot | null }, count: number): Batch {
    const books = this.#books;
    const containers = this.#take(materialId, from, count);
    const batch = books.batch(materialId, true);
    this.#openAll('CREATE_INITIAL_BATCH', containers, batch);
    this.#count(batch);
    return batch;
  }

  #openAll(
    type: 'CREATE_INITIAL_BATCH' | 'ADD_CONTAINER',
    containers: readonly Container[],
    batch: Batch,
  ): void {
    this.#books.post({
      type,
      batch,
      lot: (containers[0] as Container).lot,
      quantity: containers.reduce((sum, each) => sum + each.quantity, 0n),
      movements: this.#fillings(containers, batch),
    });
    for (const container of containers) this.#books.open(container, batch);
  }

  /** Counts a new batch among what descends from the recalled lot. */
  #count(batch: Batch): void {
    if (batch.contents.mixed.lots.has(this.#recalledLot.id)) this.#recalled++;
  }

  /** From this to that share, in milligrams. */
  #part(quantity: bigint, least: number, most: number): bigint {
    const share = BigInt(Math.floor((least + this.#random() * (most - least)) * 10_000));
    const part = (quantity * share) / 10_000n;
    const rounded = part - (part % (gram / 1_000n));
    return rounded > 0n ? rounded : quantity;
  }

  #pick = <Item>(items: readonly Item[]): Item => items[Math.floor(this.#random() * items.length)] as Item;

  /** A campaign makes its next batches; one that has made all of its own ends, and another begins. */
  #advance(): void {
    const wanted = Math.max(1, Math.min(300, Math.floor(this.#options.batches / 200)));
    while (this.#campaigns.length < wanted) this.#campaigns.push(this.#begin());
    const place = Math.floor(this.#random() * this.#campaigns.length);
    const campaign = this.#campaigns[place] as Campaign;
    const before = this.#books.counts.batches;
    if (campaign.chain) this.#refresh(campaign);
    else this.#mixUp(campaign);
    campaign.pool = campaign.pool.filter((batch) => available(batch) > 0n);
    campaign.left -= this.#books.counts.batches - before;
    if (campaign.left > 0) return;
    this.#end(campaign);
    this.#campaigns[place] = this.#begin();
  }

  #begin(): Campaign {
    const random = this.#random;
    const chain = random() < 0.1;
    // Log-normal: most are short, some are long.
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    const size = chain ? 30 + random() * 60 : Math.exp(3.3 + 0.75 * normal);
    const left = Math.min(160, Math.max(3, Math.round(size)));
    // So many that in the end a tenth of all batches and pieces descend from the recalled lot.
    const recalled = this.#planned.recalled < this.#planned.all / 9;
    this.#planned.all += left;
    if (recalled) this.#planned.recalled += left;
    const materialId = recalled ? (this.#materialIds[0] as string) : this.#pick(this.#materialIds);
    return {
      materialId,
      left,
      chain,
      recalled,
      pool: [],
      lot: recalled ? this.#recalledLot : null,
    };
  }

  #end(campaign: Campaign): void {
    for (const batch of campaign.pool) if (this.#random() < 0.9) this.#scrap(batch);
    this.#putBack(campaign);
  }

  /** What is unopened of its lot goes back on the shelf: the next one may be another. */
  #putBack(campaign: Campaign): void {
    const { lot, materialId } = campaign;
    campaign.lot = null;
    if (!lot || lot === this.#recalledLot || lot.unopened.length === 0) return;
    const shelf = this.#openLots[this.#materialIds.indexOf(materialId)] as Lot[];
    shelf.splice(Math.floor(this.#random() * (shelf.length + 1)), 0, lot);
  }

  #virgin(campaign: Campaign): Batch {
    const batch = this.#initial(campaign.materialId, campaign, 1 + Math.floor(this.#random() * 2.2));
    // Only what it begins with is of the recalled lot.
    if (campaign.lot === this.#recalledLot) campaign.lot = this.#random() < 0.7 ? null : campaign.lot;
    else if (this.#random() < 0.3) this.#putBack(campaign);
    return batch;
  }

  /** Prints, sieves what is left, and mixes virgin powder in. */
  #refresh(campaign: Campaign): void {
    const [last] = campaign.pool;
    if (!last) {
      campaign.pool = [this.#virgin(campaign)];
      return;
    }
    const used = this.#print(last, null);
    if (!used) return;
    const virgin = this.#virgin(campaign);
    campaign.pool = [this.#blend([used, virgin], 1)];
    for (const batch of [last, used, virgin]) if (available(batch) > 0n) this.#scrap(batch);
  }

  #mixUp(campaign: Campaign): void {
    const { pool } = campaign;
    const random = this.#random();
    if (pool.length === 0 || random < 0.14) {
      const into = pool.length > 0 && this.#random() < 0.15 ? this.#pick(pool) : null;
      if (into) this.#openAll('ADD_CONTAINER', this.#take(campaign.materialId, campaign, 1), into);
      else pool.push(this.#virgin(campaign));
    } else if (random < 0.43) {
      const batch = this.#pick(pool);
      pool.push(this.#split(batch, this.#part(available(batch), 0.2, 0.6)));
    } else if (random < 0.65 || pool.length < 2) {
      const batch = this.#pick(pool);
      const others = pool.filter((each) => each !== batch && available(each) > 0n);
      const used = this.#print(batch, others.length > 0 && this.#random() < 0.12 ? this.#pick(others) : null);
      if (used) pool.push(used);
    } else {
      const count = Math.min(pool.length, 2 + Math.floor(5 * this.#random() ** 1.3));
      const sources = [...pool].sort((a, b) => hash(a) - hash(b)).slice(0, count);
      pool.push(this.#blend(sources, 0.8));
    }
  }

  #split(batch: Batch, quantity: bigint): Batch {
    const child = this.#books.batch(batch.materialId);
    const link = { sourceBatchId: batch.id, destinationBatchId: child.id };
    const movements = [moved('BATCH', 'BATCH', quantity, this.#books.id('MaterialLink'), link)];
    this.#books.post({ type: 'SPLIT', batch, quantity, movements });
    this.#count(child);
    return child;
  }

  /** Blends all of most batches, and half of the others. */
  #blend(sources: readonly Batch[], wholly: number): Batch {
    const first = sources[0] as Batch;
    const blend = this.#books.batch(first.materialId);
    const movements = sources.map((batch) => {
      const quantity = this.#random() < wholly ? available(batch) : this.#part(available(batch), 0.3, 0.7);
      const link = { sourceBatchId: batch.id, destinationBatchId: blend.id };
      return moved('BATCH', 'BATCH', quantity, this.#books.id('MaterialLink'), link);
    });
    const quantity = movements.reduce((sum, each) => sum + each.quantity, 0n);
    this.#books.post({ type: 'BLEND', batch: blend, quantity, movements });
    this.#count(blend);
    return blend;
  }

  #scrap(batch: Batch, quantity = available(batch)): void {
    const movements = [
      moved('BATCH', 'SCRAP', quantity, this.#books.id('MaterialLink'), { sourceBatchId: batch.id }),
    ];
    this.#books.post({ type: 'SCRAP', batch, quantity, reason: 'used up', movements });
  }

  /** Loads a machine, prints, and unloads it: a batch that was in a build once more, sieved. */
  #print(batch: Batch, topOff: Batch | null): Batch | null {
    const books = this.#books;
    const workstation = this.#pick(this.#workstations);
    this.#load(batch, workstation, this.#random() < 0.75 ? 1 : 0.6);
    const loaded = topOff ? this.#topOff(batch, topOff, workstation) : batch;
    this.#consume(loaded, workstation);
    const rest = quantityOf(loaded.contents.reserved);
    const chamber = this.#random() < 0.8 ? rest : this.#part(rest, 0.5, 0.9);
    const used = books.batch(batch.materialId);
    const out = { sourceBatchId: loaded.id, destinationBatchId: used.id, cycleShift: 1 };
    books.post({
      type: 'UNLOAD_CHAMBER',
      batch: loaded,
      workstation,
      quantity: chamber,
      movements: [moved('LOADED', 'BATCH', chamber, books.id('MaterialLink'), out)],
    });
    this.#count(used);
    if (chamber < rest) {
      const quantity = rest - chamber;
      const back = { sourceBatchId: loaded.id, destinationBatchId: loaded.id };
      const movements = [moved('LOADED', 'BATCH', quantity, books.id('MaterialLink'), back)];
      books.post({ type: 'UNLOAD_HOPPER', batch: loaded, workstation, quantity, movements });
      // The mixture of a topped off machine belongs to no campaign.
      if (topOff) this.#scrap(loaded);
    }
    const loss = this.#part(available(used), 0.002, 0.03);
    if (loss < available(used)) {
      const sieved = [
        moved('BATCH', 'SIEVE_LOSS', loss, books.id('MaterialLink'), { sourceBatchId: used.id }),
      ];
      books.post({ type: 'SIEVE', batch: used, quantity: available(used) - loss, movements: sieved });
    }
    return used;
  }

  #load(batch: Batch, workstation: Workstation, share: number): void {
    const quantity = share === 1 ? available(batch) : this.#part(available(batch), share, share);
    const within = { sourceBatchId: batch.id, destinationBatchId: batch.id };
    const movements = [moved('BATCH', 'LOADED', quantity, this.#books.id('MaterialLink'), within)];
    this.#books.post({ type: 'LOAD', batch, workstation, quantity, movements });
  }

  #topOff(loaded: Batch, batch: Batch, workstation: Workstation): Batch {
    const books = this.#books;
    const mixture = books.batch(loaded.materialId);
    const quantity = this.#part(available(batch), 0.3, 1);
    const destinationBatchId = mixture.id;
    const there = quantityOf(loaded.contents.reserved);
    books.post({
      type: 'TOP_OFF',
      batch,
      workstation,
      quantity,
      movements: [
        moved('LOADED', 'LOADED', there, books.id('MaterialLink'), {
          sourceBatchId: loaded.id,
          destinationBatchId,
        }),
        moved('BATCH', 'LOADED', quantity, books.id('MaterialLink'), {
          sourceBatchId: batch.id,
          destinationBatchId,
        }),
      ],
    });
    this.#count(mixture);
    return mixture;
  }

  /** A run uses some of what is loaded: half of them make pieces that are known. */
  #consume(batch: Batch, workstation: Workstation): void {
    const books = this.#books;
    const used = this.#part(quantityOf(batch.contents.reserved), 0.05, 0.25);
    const number = ++this.#runs;
    const runId = books.id('Run');
    const [startedAt, endedAt] = [books.now, books.now + 1_000].map((ms) =>
      new Date(Math.floor(ms)).toISOString(),
    ) as [string, string];
    books.emit('Run', {
      id: runId,
      number: `R-${String(number).padStart(7, '0')}`,
      status: 'COMPLETE',
      kind: 'PRINTER',
      workstationId: workstation.id,
      startedAt,
      endedAt,
    });
    const pieceIds =
      this.#random() < 0.5
        ? this.#piecesOf(batch, runId, 1 + Math.floor(this.#random() * 2), startedAt, endedAt)
        : [];
    const each = pieceIds.length > 0 ? used / BigInt(pieceIds.length + 1) : 0n;
    const from = { sourceBatchId: batch.id };
    const loss = used - each * BigInt(pieceIds.length);
    const movements = [
      ...pieceIds.map((pieceId) =>
        moved('LOADED', 'PIECE', each, books.id('MaterialLink'), { ...from, pieceId }),
      ),
      moved('LOADED', 'PROCESS_LOSS', loss, books.id('MaterialLink'), from),
    ];
    books.post({ type: 'CONSUME', batch, workstation, runId, quantity: used, movements });
    if (batch.contents.mixed.lots.has(this.#recalledLot.id)) this.#recalled += pieceIds.length;
  }

  #piecesOf(batch: Batch, runId: string, count: number, startedAt: string, endedAt: string): string[] {
    const books = this.#books;
    const { workflowId, printStepId, shipStepId, locationId } = this.#chapter;
    const order = this.#order;
    if (order.items === lineItemsOfAnOrder) {
      order.id = books.id('Order');
      order.number++;
      order.items = 0;
      const customer = (order.number * 7919) % customers;
      books.emit('Order', {
        id: order.id,
        number: `PO-${String(order.number).padStart(7, '0')}`,
        name: `Parts ${order.number}`,
        status: 'COMPLETE',
        customerName: `Customer ${customer}`,
        customerReference: `C-${customer}`,
        locationId,
      });
    }
    const position = ++order.items;
    const lineItemId = books.id('LineItem');
    books.emit('LineItem', {
      id: lineItemId,
      orderId: order.id,
      position,
      designName: `part-${order.number}-${position}.3mf`,
      status: 'COMPLETE',
      materialId: batch.materialId,
      workflowId,
      quantity: count,
    });
    return Array.from({ length: count }, (_, place) => {
      const id = books.id('Piece');
      const isShipped = this.#random() < 0.7;
      this.#pieces++;
      books.emit('Piece', {
        id,
        serial: `S-${String(this.#pieces).padStart(8, '0')}`,
        orderId: order.id,
        lineItemId,
        workflowId,
        copy: place + 1,
        status: isShipped ? 'COMPLETE' : 'QUEUED',
        stepPosition: 2,
        stepKind: 'SHIPPING',
      });
      const operation = { pieceId: id, startedAt, endedAt };
      books.emit('Operation', {
        ...operation,
        id: books.id('Operation'),
        processStepId: printStepId,
        position: 1,
        kind: 'PRINTER',
        status: 'COMPLETE',
        runId,
      });
      books.emit('Operation', {
        ...(isShipped ? operation : { pieceId: id }),
        id: books.id('Operation'),
        processStepId: shipStepId,
        position: 2,
        kind: 'SHIPPING',
        status: isShipped ? 'COMPLETE' : 'QUEUED',
        trackingId: isShipped ? `T-${this.#pieces}` : null,
      });
      return id;
    });
  }

  /** One more action on the silo: it is filled from lots, and everything else takes from it. */
  #feed(): void {
    const books = this.#books;
    const silo = this.#silo;
    const random = this.#random();
    if (available(silo) < 20_000n * gram || random < 0.2) {
      this.#openAll('ADD_CONTAINER', this.#take(silo.materialId, this.#siloLots, 1), silo);
    } else if (random < 0.6) {
      const child = this.#split(silo, 2_000n * gram);
      if (this.#random() < 0.9) this.#scrap(child);
    } else if (random < 0.75) {
      const quantity = 50n * gram;
      const from = { sourceBatchId: silo.id };
      const movements = [moved('BATCH', 'SAMPLE', quantity, books.id('MaterialLink'), from)];
      books.post({ type: 'SAMPLE', batch: silo, quantity, movements });
      const row = { batchId: silo.id, actionId: silo.lastActionId, quantity: '50' };
      books.emit('MaterialSample', {
        ...row,
        id: books.id('MaterialSample'),
        name: `Silo sample ${++this.#samples}`,
      });
    } else if (random < 0.9) this.#scrap(silo, 500n * gram);
    else {
      const quantity = 20n * gram;
      const from = { sourceBatchId: silo.id };
      const movements = [moved('BATCH', 'ADJUSTMENT', quantity, books.id('MaterialLink'), from)];
      books.post({ type: 'ADJUST', batch: silo, quantity, reason: 'stock-take', movements });
    }
  }

  /** The last batches stay in machines and on shelves. */
  #finish(): void {
    const books = this.#books;
    const live = [...books.live].filter((batch) => batch !== this.#silo && available(batch) > 0n);
    for (const [place, workstation] of this.#workstations.slice(0, 20).entries()) {
      const batch = live[place];
      if (batch) this.#load(batch, workstation, 1);
    }
    const silo = this.#silo;
    books.close();
    this.#done = {
      ...books.counts,
      lots: this.#lots,
      pieces: this.#pieces,
      recalledLotId: this.#recalledLot.id,
      recalled: this.#recalled,
      busyBatchId: silo.id,
      busyActions: silo.version,
    };
  }
}

const available = (batch: Batch): bigint => quantityOf(batch.contents.available);

/** Shuffles a pool: by the last digits of the name, turned about. */
const hash = ({ version, since, name }: Batch): number =>
  (Number(name.slice(-4)) * 7919 + version * 104_729 + Math.floor(since)) % 9973;
