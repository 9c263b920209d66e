import type { Client } from '../client/client.ts';
import type { BuildStatus, DemoMachinesQuery, MachineStatus } from '../client/generated/graphql.ts';
import { type FactoryPlan, powderStore, type SensorPlan, sensorPlans } from './factories.ts';
import * as mutations from './mutations.ts';
import { Machines } from './queries.ts';
import type { Chance } from './random.ts';
import { type Tally, Worker } from './shift.ts';

type Machine = DemoMachinesQuery['machines']['nodes'][number];
type Build = Machine['builds']['nodes'][number];

/** Minutes between two readings of a sensor. */
const readingsEvery = 2;
/** Minutes that a layer takes. */
const layerMinutes = 1.5;

const running: ReadonlySet<BuildStatus> = new Set(['PREHEAT', 'PROCESSING', 'PAUSED']);
const resting: readonly MachineStatus[] = ['IDLE', 'READY_TO_PRINT', 'READY_TO_PRINT', 'MAINTENANCE'];
const finds = ['spatter', 'recoater streak', 'short feed', 'edge elevation', 'smoke'];
const bySensor = new Map<string, SensorPlan>(Object.values(sensorPlans).map((plan) => [plan.quantity, plan]));

/**
 * The machines of a shop as their connector reports them: status, builds that grow layer by layer, readings, and what
 * a camera finds in the layers. It begins the builds of runs that are ready, and what it reports moves the runs.
 */
export class Connector extends Worker {
  readonly #names: ReadonlySet<string>;
  /** Layers that were begun, as a fraction, by machine; and values by sensor. */
  readonly #begun = new Map<string, number>();
  readonly #values = new Map<string, number>();
  #sinceReadings = readingsEvery;
  #finds = 0;

  constructor(plan: FactoryPlan, client: Client, chance: Chance, tally: Tally) {
    super(client, chance, tally);
    const stations = plan.stations.flatMap((station) => (station.machine ? [station.machine] : []));
    this.#names = new Set([...stations, ...plan.machines].map((machine) => machine.name));
  }

  async round(minutes: number): Promise<void> {
    const { machines, inAreas } = await this.client.request(Machines, {});
    // Machines of somebody else, such as a recording that is played, report for themselves.
    const ours = machines.nodes.filter((machine) => this.#names.has(machine.name));
    const working = new Set<string>();
    for (const machine of ours) {
      const works =
        machine.workstation?.kind === 'PRINTER'
          ? this.#print(machine, minutes)
          : this.#serve(machine, minutes);
      if (await works) working.add(machine.id);
    }
    this.#sinceReadings += minutes;
    if (this.#sinceReadings < readingsEvery) return;
    // The powder store is read as a machine is that rests.
    const nodes = inAreas.nodes.filter((sensor) => sensor.name.startsWith(powderStore));
    const store = { id: powderStore, sensors: { nodes } };
    await this.#read([...ours, store], working, this.#sinceReadings);
    this.#sinceReadings = 0;
  }

  /** A machine that works on whatever its workstation works on. Answers whether it does. */
  async #serve(machine: Machine, minutes: number): Promise<boolean> {
    const works = machine.workstation?.runs.nodes.some((run) => run.status === 'IN_PROGRESS') ?? false;
    if (works) await this.#say(machine, 'PRINTING');
    else await this.#rest(machine, minutes);
    return works;
  }

  /** A printer. Answers whether it is hot. */
  async #print(machine: Machine, minutes: number): Promise<boolean> {
    const [build] = machine.builds.nodes;
    if (build && running.has(build.status)) return this.#goOn(machine, build, minutes);
    const runs = machine.workstation?.runs.nodes ?? [];
    // The plate of a build that is done has not been taken out until somebody completes its run.
    if (runs.some((run) => run.status === 'IN_PROGRESS' && run.completionProposedAt)) return false;
    if (machine.status === 'ERROR' && !this.within(minutes, 45)) return false;
    const next =
      runs.find((run) => run.status === 'IN_PROGRESS') ??
      runs.find((run) => run.status === 'QUEUED_WORK_READY');
    if (!next || machine.status === 'MAINTENANCE') {
      await this.#rest(machine, minutes);
      return false;
    }
    this.#begun.delete(machine.id);
    const begun = await this.try(mutations.ReportBuild, {
      machineId: machine.id,
      name: next.number,
      status: 'PREHEAT',
      layers: this.chance.between(60, 200),
      currentLayer: 0,
      estimatedTime: `PT${this.chance.between(2, 6)}H`,
      newAttempt: true,
    });
    // It prints when it has warmed up.
    if (begun) await this.#say(machine, 'READY_TO_PRINT');
    return begun !== null;
  }

  async #goOn(machine: Machine, build: Build, minutes: number): Promise<boolean> {
    const report = (status: BuildStatus, currentLayer = build.currentLayer ?? 0) =>
      this.try(mutations.ReportBuild, { machineId: machine.id, name: build.name, status, currentLayer });
    if (build.run && ['CANCELLED', 'COMPLETE', 'ERROR'].includes(build.run.status)) {
      await report('CANCELLED');
      await this.#say(machine, 'IDLE');
      return false;
    }
    if (build.status !== 'PROCESSING') {
      if (!this.within(minutes, build.status === 'PREHEAT' ? 15 : 20)) return true;
      await report('PROCESSING');
      await this.#say(machine, 'PRINTING');
      return true;
    }
    const layers = build.layers ?? 100;
    const before = Math.max(this.#begun.get(machine.id) ?? 0, build.currentLayer ?? 0);
    const now = Math.min(layers, before + minutes / layerMinutes);
    this.#begun.set(machine.id, now);
    const layer = Math.floor(now);
    if (layer >= layers) {
      await report('COMPLETE', layers);
      await this.#say(machine, 'PRINT_FINISHED');
      return false;
    }
    if (this.within(minutes, 3_000)) {
      await report('MACHINE_ERROR', layer);
      await this.#say(machine, 'ERROR', 'The recoater is blocked.');
      return false;
    }
    if (this.within(minutes, 240)) {
      await report('PAUSED', layer);
      await this.#say(machine, 'IDLE');
      return true;
    }
    if (layer > (build.currentLayer ?? 0)) await report('PROCESSING', layer);
    if (this.within(minutes, 20)) await this.#find(build, layer);
    return true;
  }

  async #find(build: Build, layer: number): Promise<void> {
    this.#finds++;
    await this.try(mutations.ReportAnomaly, {
      buildId: build.id,
      layer,
      source: 'Layer camera',
      externalId: `${build.id}-${layer}-${this.#finds}`,
      classification: this.chance.of(finds) ?? 'spatter',
      confidence: this.chance.between(55, 99) / 100,
      isDefect: this.chance.happens(0.1),
    });
  }

  /** Somebody switches a machine that has nothing to do on and off, opens it, serves it. */
  async #rest(machine: Machine, minutes: number): Promise<void> {
    // A machine without a workstation is switched on and off all day.
    const mean = machine.status === 'NOT_CONNECTED' ? 2 : machine.workstation ? 20 : 6;
    if (!this.within(minutes, mean)) return;
    const status = this.chance.of(resting.filter((each) => each !== machine.status));
    if (status) await this.#say(machine, status);
  }

  async #say(machine: Machine, status: MachineStatus, error: string | null = null): Promise<void> {
    if (machine.status === status) return;
    await this.try(mutations.ReportMachine, { machineId: machine.id, status, error });
  }

  /** One reading of each sensor: it nears what it reads at work or at rest, and wanders around it. */
  async #read(
    machines: readonly Pick<Machine, 'id' | 'sensors'>[],
    working: ReadonlySet<string>,
    minutes: number,
  ): Promise<void> {
    const observedAt = new Date().toISOString();
    const readings = machines.flatMap((machine) =>
      machine.sensors.nodes.flatMap((sensor) => {
        const plan = bySensor.get(sensor.quantity);
        if (!plan) return [];
        const target = working.has(machine.id) ? plan.working : plan.resting;
        const last = this.#values.get(sensor.id) ?? plan.resting;
        const settled = last + (target - last) * (1 - Math.exp(-minutes / 25));
        this.#values.set(sensor.id, settled);
        // Now and then a sensor has no value, which is not zero.
        const value = this.chance.happens(0.004)
          ? null
          : Math.round(this.chance.around(settled, plan.noise) * 1_000) / 1_000;
        return [{ sensorId: sensor.id, value, observedAt }];
      }),
    );
    if (readings.length > 0) await this.try(mutations.IngestReadings, { readings });
  }
}
