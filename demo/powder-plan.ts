/**
 * Two years of powder as they might have been, from the first delivery to what is loaded now: only the acts, in the
 * order of time. Quantities are whole grams and known here, so that a start that was interrupted plans the same again.
 */
import type { CircuitPlan } from './factories.ts';
import { type Chance, chance } from './random.ts';

/** What a lot comes to: released at once unless said. */
export type LotFate = 'release' | 'store' | 'test' | 'scrap' | 'order';

/** What was measured of a sample, in the order of the instructions. */
export type Measured = readonly string[];

type Deed =
  | { do: 'buy'; order: string; grams: number }
  | { do: 'deliver'; lot: string; order: string; containers: number; grams: number; fate: LotFate }
  | { do: 'open'; batch: string; lot: string; containers: readonly number[] }
  | { do: 'blend'; batch: string; of: readonly string[] }
  | { do: 'load'; batch: string }
  | { do: 'topOff'; batch: string; with: string }
  | { do: 'unloadHopper'; grams: number }
  | { do: 'unloadChamber'; batch: string }
  | { do: 'sieve'; batch: string; grams: number }
  | { do: 'count'; batch: string; grams: number }
  | { do: 'scrap'; batch: string; grams: number; reason: string }
  | { do: 'split'; batch: string; from: string; grams: number }
  | { do: 'toLaboratory'; batch: string }
  | { do: 'sample'; batch: string; sample: string; grams: number; measured: Measured | null }
  | { do: 'stock' };

/** Something that was done to the powder of a circuit. */
export type PowderAct = Deed & {
  readonly circuit: CircuitPlan /** In days; 0 is now. */;
  readonly day: number;
};

interface Powder {
  readonly name: string;
  grams: number;
  cycles: number;
}

interface Lot {
  readonly name: string;
  readonly from: number;
  /** How many of its containers are opened. */
  opened: number;
}

const beginning = -730;
const buildEvery = 25;
const containerGrams = 5_000;
/** What a machine is filled with, and the least that it prints with. */
const fill = { most: 30_000, topped: 24_000, least: 10_000 };
const hour = 1 / 24;

/** All acts of all circuits, in ascending order of time. */
export function planPowder(circuits: readonly CircuitPlan[]): PowderAct[] {
  const acts = circuits.flatMap((circuit, place) => new Circuit(circuit, chance(4_711 + place)).plan());
  return acts.sort((a, b) => a.day - b.day);
}

/** The powder of one material in one machine: filled up with new powder, until it was used too often. */
class Circuit {
  readonly #plan: CircuitPlan;
  readonly #chance: Chance;
  readonly #acts: PowderAct[] = [];
  readonly #lots: Lot[] = [];
  /** What came out of the machine and was sieved, and what was left in its hopper. */
  #shelf: Powder[] = [];
  #build = 0;
  #day = beginning;
  #isRetained = false;

  constructor(plan: CircuitPlan, chance: Chance) {
    this.#plan = plan;
    this.#chance = chance;
  }

  plan(): PowderAct[] {
    this.#deliveries();
    for (let day = beginning; day < -buildEvery / 2; day += buildEvery) {
      this.#day = day + this.#chance.between(0, 5);
      this.#print();
    }
    this.#day = -1;
    this.#act({ do: 'stock' });
    this.#day += this.#chance.between(18, 20) * hour;
    this.#build++;
    this.#load(this.#feed());
    return this.#acts;
  }

  #act(deed: Deed): void {
    this.#acts.push({ ...deed, circuit: this.#plan, day: this.#day });
    // Nobody does two things at once.
    this.#day += hour / 4;
  }

  /** Two lots to begin with, one every quarter of a year, one that has just come and one that is on its way. */
  #deliveries(): void {
    const { containers } = this.#plan;
    const days = [-735, -735, ...Array.from({ length: 8 }, (_, place) => -652 + place * 83), -9, 12];
    for (const [place, day] of days.entries()) {
      const order = `PO-${this.#plan.code}-${(place >> 1) + 1}`;
      this.#day = day - (place % 2 === 0 ? 14 : 0);
      if (place % 2 === 0) this.#act({ do: 'buy', order, grams: 2 * containers * containerGrams });
      this.#day = day;
      const lot = `${this.#plan.code}-L${String(place + 1).padStart(2, '0')}`;
      const fate = this.#plan.fates[place + 1] ?? 'release';
      // What is on its way was noted today; a later day would put it after everything else.
      if (fate === 'order') this.#day = -2;
      const grams = containerGrams;
      this.#act({ do: 'deliver', lot, order, containers, grams, fate });
      if (fate === 'release') this.#lots.push({ name: lot, from: day, opened: 0 });
    }
  }

  get #name(): string {
    return `${this.#plan.code}-${String(this.#build).padStart(3, '0')}`;
  }

  /** Opens at most so many containers of the oldest lot that has one; null where none is left. */
  #open(most: number): Powder | null {
    const lot = this.#lots.find((each) => each.from < this.#day && each.opened < this.#plan.containers);
    if (!lot || most < 1) return null;
    const count = Math.min(most, this.#plan.containers - lot.opened);
    const containers = Array.from({ length: count }, (_, place) => lot.opened + place);
    lot.opened += count;
    const name = `${lot.name} ${containers.map((place) => place + 1).join('+')}`;
    this.#act({ do: 'open', batch: name, lot: lot.name, containers });
    return { name, grams: count * containerGrams, cycles: 0 };
  }

  /** What is loaded next: what is there, with new powder where that is too little. */
  #feed(): Powder {
    const of = this.#shelf;
    this.#shelf = [];
    const sum = () => of.reduce((grams, each) => grams + each.grams, 0);
    if (sum() < fill.topped) {
      while (sum() <= fill.most - containerGrams) {
        const opened = this.#open(Math.floor((fill.most - sum()) / containerGrams));
        if (!opened) break;
        of.push(opened);
      }
    }
    const [first] = of;
    if (!first || sum() < fill.least) throw new Error(`${this.#name}: the powder is used up.`);
    if (of.length === 1) return first;
    const cycles = Math.max(...of.map((each) => each.cycles));
    this.#act({ do: 'blend', batch: this.#name, of: of.map((each) => each.name) });
    return { name: this.#name, grams: sum(), cycles };
  }

  #load(powder: Powder): void {
    this.#act({ do: 'load', batch: powder.name });
  }

  #print(): void {
    this.#build++;
    let loaded = this.#feed();
    this.#load(loaded);
    if (loaded.grams < fill.topped + 3_000 && this.#chance.happens(0.4)) {
      const more = this.#open(1);
      if (more) {
        const name = `${this.#name} topped off`;
        this.#act({ do: 'topOff', batch: name, with: more.name });
        loaded = { name, grams: loaded.grams + more.grams, cycles: loaded.cycles };
      }
    }
    this.#day += this.#chance.between(20, 44) * hour;
    const hopper = this.#chance.happens(0.25) ? this.#chance.between(1_500, 4_000) : 0;
    if (hopper > 0) {
      this.#act({ do: 'unloadHopper', grams: hopper });
      this.#shelf.push({ ...loaded, grams: hopper });
    }
    const used = { name: `${this.#name} used`, grams: loaded.grams - hopper, cycles: loaded.cycles + 1 };
    this.#act({ do: 'unloadChamber', batch: used.name });
    this.#scrap(used, this.#chance.between(...this.#plan.partsGrams), 'Became parts that were not recorded.');
    this.#sieve(used);
    this.#keep(used);
    if (used.cycles < this.#plan.cycles) this.#shelf.unshift(used);
    else this.#retire(used);
  }

  #sieve(powder: Powder): void {
    powder.grams -= Math.round((powder.grams * this.#chance.between(12, 30)) / 1_000);
    this.#act({ do: 'sieve', batch: powder.name, grams: powder.grams });
  }

  #scrap(powder: Powder, grams: number, reason: string): void {
    powder.grams -= grams;
    this.#act({ do: 'scrap', batch: powder.name, grams, reason });
  }

  /** Samples, stock-takes, and a bag for the laboratory. */
  #keep(powder: Powder): void {
    const { code, typical } = this.#plan;
    if (this.#build % 4 === 0) {
      const measured = typical.map(([value, noise, digits]) =>
        this.#chance.around(value, noise).toFixed(digits),
      );
      this.#sample(powder, `${code}-S${this.#build}`, this.#build % 8 === 0 ? measured : null);
    }
    if (this.#build % 5 === 0) {
      powder.grams += this.#chance.between(-90, 40);
      this.#act({ do: 'count', batch: powder.name, grams: powder.grams });
    }
    if (this.#build % 13 === 0) {
      const bag = `${this.#name} trial`;
      this.#split(powder, bag, 1_500);
      this.#act({ do: 'toLaboratory', batch: bag });
    }
  }

  /** Used too often: it goes, but for a can of it once, which fails its test. */
  #retire(powder: Powder): void {
    if (!this.#isRetained && this.#plan.failing && this.#day > -400) {
      this.#isRetained = true;
      const can = { name: `${this.#name} retained`, grams: 2_000, cycles: powder.cycles };
      this.#split(powder, can.name, can.grams);
      this.#sample(can, `${this.#plan.code}-S${this.#build}R`, this.#plan.failing);
    }
    this.#scrap(powder, powder.grams, `Used ${powder.cycles} times: sent to be melted down.`);
  }

  #split(powder: Powder, batch: string, grams: number): void {
    powder.grams -= grams;
    this.#act({ do: 'split', batch, from: powder.name, grams });
  }

  #sample(powder: Powder, sample: string, measured: Measured | null): void {
    powder.grams -= 50;
    this.#act({ do: 'sample', batch: powder.name, sample, grams: 50, measured });
  }
}
