/** The two factories of the demonstration. Invented: no company, person or customer here exists. */
import type {
  CreateMaterialInput,
  CreateWorkstationTypeInput,
  MachineStatus,
  ProcessStepInput,
  Role,
} from '../client/generated/graphql.ts';
import type { LotFate } from './powder-plan.ts';

export type MaterialKey = 'titanium' | 'steel' | 'aluminium' | 'polyamide';
export type TypeKey = 'lpbf' | 'sls' | 'furnace' | 'edm' | 'blasting' | 'inspection' | 'shipping';
export type WorkflowKey = 'metal' | 'metalPrototype' | 'polymer';
export type ManufacturerKey = 'powder' | 'printers' | 'machines';

/** What a sensor of a machine measures, and the value around which it lies while the machine works and rests. */
export interface SensorPlan {
  readonly quantity: string;
  readonly unit: string;
  readonly working: number;
  readonly resting: number;
  /** How far it wanders. */
  readonly noise: number;
}

export interface StationPlan {
  readonly name: string;
  readonly type: TypeKey;
  /** Index of the location, and of the area within it. */
  readonly place: readonly [number, number];
  readonly inProgressMax?: number;
  readonly machine?: MachinePlan;
}

export interface MachinePlan {
  readonly name: string;
  readonly model: string;
  readonly ipAddress: string;
  readonly sensors: readonly (keyof typeof sensorPlans)[];
}

export interface FactoryPlan {
  readonly code: string;
  readonly name: string;
  readonly locations: readonly {
    readonly name: string;
    readonly address: string;
    readonly phone: string;
    readonly countriesServed: readonly string[];
    readonly areas: readonly { readonly name: string; readonly description: string }[];
  }[];
  readonly users: readonly { readonly name: string; readonly email: string; readonly role: Role }[];
  readonly stations: readonly StationPlan[];
  /** Machines that belong to no workstation: they prepare the powder. */
  readonly machines: readonly MachinePlan[];
  readonly customers: readonly string[];
  /** What it knows of its powder, where it records that. */
  readonly powder?: PowderPlan;
}

export interface PowderPlan {
  /** Index of the area of the first location where powder is kept, and of the location of the laboratory. */
  readonly store: number;
  readonly laboratory: number;
  readonly circuits: readonly CircuitPlan[];
}

/** A material, the machine that it goes round in, and its habits. */
export interface CircuitPlan {
  readonly material: MaterialKey;
  readonly code: string;
  /** Index among the stations. */
  readonly station: number;
  /** After how many builds powder is given up, and what a build takes of it. */
  readonly cycles: number;
  readonly partsGrams: readonly [least: number, most: number];
  /** How many containers a lot comes in. */
  readonly containers: number;
  /** What becomes of lots that are not simply released, by their number. */
  readonly fates: Readonly<Record<number, LotFate>>;
  /** What is measured of a sample. */
  readonly tests: readonly TestPlan[];
  /** What those measure as a rule, with noise and digits; and what a bad sample had. */
  readonly typical: readonly (readonly [value: number, noise: number, digits: number])[];
  readonly failing?: readonly string[];
  /** In kg. */
  readonly stock: { readonly minimum: string; readonly maximum: string };
}

export interface TestPlan {
  readonly operation: keyof typeof testOperations;
  readonly name: string;
  readonly unit: string;
  readonly lowerLimit?: string;
  readonly upperLimit?: string;
}

export interface DesignPlan {
  readonly name: string;
  /** Of a piece with its supports, in kg. */
  readonly mass: number;
  readonly material: MaterialKey;
  readonly workflow: WorkflowKey;
}

/** Names of what both factories have; the simulator finds the objects by them. */
export const manufacturers: Record<ManufacturerKey, { name: string; contactEmail: string; notes: string }> = {
  powder: {
    name: 'Feinkorn Metallpulver',
    contactEmail: 'auftrag@feinkorn.example',
    notes: 'Powders, gas atomized.',
  },
  printers: {
    name: 'Lichtbogen Systeme',
    contactEmail: 'vertrieb@lichtbogen.example',
    notes: 'Powder bed machines.',
  },
  machines: {
    name: 'Werkbank & Söhne',
    contactEmail: 'service@werkbank.example',
    notes: 'Furnaces, erosion, blasting.',
  },
};

export const materials: Record<
  MaterialKey,
  Omit<CreateMaterialInput, 'manufacturerId' | 'clientMutationId'>
> = {
  titanium: {
    name: 'Ti-6Al-4V',
    description: 'Titanium powder, 15 to 45 µm, for parts that are light and strong.',
    type: 'RAW_MATERIAL',
    family: 'METAL',
    manufacturingProcess: 'SLM',
    unit: 'kg',
    density: '4.43',
    usageCyclesLimit: 12,
    color: '#8A8D8F',
  },
  steel: {
    name: '316L',
    description: 'Stainless steel powder, 15 to 45 µm.',
    type: 'RAW_MATERIAL',
    family: 'METAL',
    manufacturingProcess: 'SLM',
    unit: 'kg',
    density: '7.99',
    usageCyclesLimit: 12,
    color: '#B4B8BA',
  },
  aluminium: {
    name: 'AlSi10Mg',
    description: 'Aluminium powder, 20 to 63 µm.',
    type: 'RAW_MATERIAL',
    family: 'METAL',
    manufacturingProcess: 'SLM',
    unit: 'kg',
    density: '2.67',
    color: '#D0D3D4',
  },
  polyamide: {
    name: 'PA12',
    description: 'Polyamide powder, half of it new.',
    type: 'RAW_MATERIAL',
    family: 'POLYMER',
    manufacturingProcess: 'SLS',
    unit: 'kg',
    density: '1.01',
    color: '#F2F0E6',
  },
};

export const workstationTypes: Record<
  TypeKey,
  Omit<CreateWorkstationTypeInput, 'manufacturerId' | 'clientMutationId'> & {
    readonly maker?: ManufacturerKey;
    readonly materials?: readonly MaterialKey[];
  }
> = {
  lpbf: {
    name: 'L-PBF printer',
    kind: 'PRINTER',
    technology: 'Laser powder bed fusion',
    manufacturingProcess: 'SLM',
    buildVolumeX: '280',
    buildVolumeY: '280',
    buildVolumeZ: '365',
    buildPlateShape: 'RECTANGULAR',
    batchingStrategy: 'BY_SIZE_XY',
    timeBefore: 'PT45M',
    timeAfter: 'PT1H',
    maker: 'printers',
    materials: ['titanium', 'steel', 'aluminium'],
  },
  sls: {
    name: 'SLS printer',
    kind: 'PRINTER',
    technology: 'Selective laser sintering',
    manufacturingProcess: 'SLS',
    buildVolumeX: '340',
    buildVolumeY: '340',
    buildVolumeZ: '600',
    buildPlateShape: 'RECTANGULAR',
    batchingStrategy: 'BY_SIZE_XYZ',
    timeBefore: 'PT2H',
    timeAfter: 'PT8H',
    maker: 'printers',
    materials: ['polyamide'],
  },
  furnace: {
    name: 'Stress relief furnace',
    kind: 'POST_PROCESSOR',
    description: 'Relieves what the laser has left in the metal, under argon.',
    batchingStrategy: 'MATCH_PREVIOUS',
    duration: 'PT4H',
    maker: 'machines',
  },
  edm: {
    name: 'Wire EDM',
    kind: 'POST_PROCESSOR',
    description: 'Cuts parts from the build plate.',
    batchingStrategy: 'MATCH_PREVIOUS',
    duration: 'PT2H',
    maker: 'machines',
  },
  blasting: {
    name: 'Bead blasting',
    kind: 'POST_PROCESSOR',
    description: 'Glass beads, 70 to 110 µm.',
    batchingStrategy: 'BY_NUMBER_OF_PARTS',
    partsPerRun: 40,
    duration: 'PT45M',
    maker: 'machines',
  },
  inspection: {
    name: 'Inspection',
    kind: 'OTHER',
    description: 'Measured and looked at; every piece.',
    batchingStrategy: 'BY_ORDER',
    duration: 'PT1H',
    isReview: true,
  },
  shipping: {
    name: 'Shipping',
    kind: 'SHIPPING',
    description: 'Packed and handed over.',
    batchingStrategy: 'BY_ORDER',
    duration: 'PT30M',
  },
};

type StepPlan = Omit<ProcessStepInput, 'workstationTypeId'> & { readonly type: TypeKey };

const inspect: StepPlan = { name: 'Inspect', type: 'inspection', notes: 'REQUIRED' };
const ship: StepPlan = {
  name: 'Ship',
  type: 'shipping',
  trackingId: 'REQUIRED',
  shippingDirection: 'TO_CUSTOMER',
};

export const workflows: Record<
  WorkflowKey,
  { name: string; description: string; steps: readonly StepPlan[] }
> = {
  metal: {
    name: 'Metal, for use',
    description: 'Printed, relieved, cut, blasted, inspected, shipped.',
    steps: [
      { name: 'Print', type: 'lpbf' },
      { name: 'Relieve stress', type: 'furnace' },
      { name: 'Cut from the plate', type: 'edm' },
      { name: 'Blast', type: 'blasting' },
      inspect,
      ship,
    ],
  },
  metalPrototype: {
    name: 'Metal, prototype',
    description: 'Printed, cut and shipped as it is.',
    steps: [{ name: 'Print', type: 'lpbf' }, { name: 'Cut from the plate', type: 'edm' }, ship],
  },
  polymer: {
    name: 'Polymer',
    description: 'Sintered, blasted, inspected, shipped.',
    steps: [{ name: 'Sinter', type: 'sls' }, { name: 'Blast', type: 'blasting' }, inspect, ship],
  },
};

export const designs: readonly DesignPlan[] = [
  { name: 'Impeller, 9 blades', mass: 0.42, material: 'titanium', workflow: 'metal' },
  { name: 'Manifold block', mass: 0.9, material: 'aluminium', workflow: 'metal' },
  { name: 'Bearing housing', mass: 1.1, material: 'steel', workflow: 'metal' },
  { name: 'Bracket, satellite', mass: 0.28, material: 'titanium', workflow: 'metal' },
  { name: 'Heat exchanger core', mass: 0.75, material: 'aluminium', workflow: 'metalPrototype' },
  { name: 'Nozzle ring', mass: 0.65, material: 'steel', workflow: 'metalPrototype' },
  { name: 'Gripper finger', mass: 0.04, material: 'polyamide', workflow: 'polymer' },
  { name: 'Cable guide', mass: 0.02, material: 'polyamide', workflow: 'polymer' },
  { name: 'Drill jig', mass: 0.06, material: 'polyamide', workflow: 'polymer' },
];

export const sensorPlans = {
  chamber: { quantity: 'temperature', unit: 'Cel', working: 42, resting: 24, noise: 0.6 },
  oxygen: { quantity: 'oxygen', unit: '%', working: 0.08, resting: 20.9, noise: 0.01 },
  humidity: { quantity: 'humidity', unit: '%', working: 6, resting: 38, noise: 0.5 },
  bed: { quantity: 'bed temperature', unit: 'Cel', working: 171, resting: 28, noise: 0.8 },
  furnace: { quantity: 'furnace temperature', unit: 'Cel', working: 650, resting: 60, noise: 2 },
} as const satisfies Record<string, SensorPlan>;

/** How powder is tested. */
export const testOperations = {
  chemistry: { name: 'Chemistry', description: 'Inert gas fusion.' },
  flow: { name: 'Flow', description: 'Hall funnel, 25 cm3.' },
} as const;

/** Statuses in which a machine's sensors read what they read at work. */
export const workingStatuses: ReadonlySet<MachineStatus> = new Set(['PRINTING']);

const printerSensors = ['chamber', 'oxygen', 'humidity'] as const;
const sinterSensors = ['bed', 'oxygen'] as const;

/** The name of a machine's sensor. */
export const sensorName = (machine: string, quantity: string): string => `${machine} ${quantity}`;

/** The name of the area where powder is kept; its sensors are named after it. */
export const powderStore = 'Powder store';

export const factories: readonly FactoryPlan[] = [
  {
    code: 'nordlicht',
    name: 'Nordlicht Additive',
    locations: [
      {
        name: 'Flensburg',
        address: 'Am Polarkreis 7\n24937 Flensburg',
        phone: '+49 461 0000 100',
        countriesServed: ['DE', 'DK', 'SE', 'NO'],
        areas: [
          { name: 'Print hall', description: 'Powder bed machines, under dry air.' },
          { name: 'Finishing', description: 'Furnace, erosion, blasting.' },
          { name: 'Dispatch', description: 'Inspection and packing.' },
          { name: powderStore, description: 'Powder, sieved and not, under dry air.' },
        ],
      },
      {
        name: 'Kiel',
        address: 'Fördekai 21\n24103 Kiel',
        phone: '+49 431 0000 200',
        countriesServed: ['DE'],
        areas: [{ name: 'Laboratory', description: 'Trials and samples.' }],
      },
    ],
    users: [
      { name: 'Maren Petersen', email: 'maren@nordlicht.example', role: 'ADMINISTRATOR' },
      { name: 'Jannik Lorenzen', email: 'jannik@nordlicht.example', role: 'OPERATOR' },
      { name: 'Swantje Brodersen', email: 'swantje@nordlicht.example', role: 'OPERATOR' },
      { name: 'Ole Matthiesen', email: 'ole@nordlicht.example', role: 'VIEWER' },
    ],
    stations: [
      printer('Polaris', 'lpbf', 'LB 280 twin', 11),
      printer('Vega', 'lpbf', 'LB 280 twin', 12),
      printer('Capella', 'lpbf', 'LB 280', 13),
      printer('Mizar', 'sls', 'LS 340', 21),
      furnace('Furnace 1', 31),
      { name: 'Wire EDM 1', type: 'edm', place: [0, 1] },
      { name: 'Blasting cabin', type: 'blasting', place: [0, 1], inProgressMax: 2 },
      { name: 'Inspection bench', type: 'inspection', place: [0, 2], inProgressMax: 3 },
      { name: 'Packing table', type: 'shipping', place: [0, 2], inProgressMax: 6 },
    ],
    machines: [{ name: 'Sieve north', model: 'KS 70', ipAddress: '192.0.2.41', sensors: ['humidity'] }],
    customers: ['Windhuk Rotorbau', 'Ostsee Pumpen', 'Boreal Robotics', 'Sund Medizintechnik'],
    powder: {
      store: 3,
      laboratory: 1,
      circuits: [
        {
          material: 'titanium',
          code: 'TI',
          station: 0,
          cycles: 8,
          partsGrams: [2_400, 4_600],
          containers: 6,
          fates: { 11: 'test', 12: 'order' },
          tests: [
            { operation: 'chemistry', name: 'Oxygen in titanium', unit: '%', upperLimit: '0.2' },
            { operation: 'flow', name: 'Apparent density of titanium', unit: 'g/cm3', lowerLimit: '2.2' },
          ],
          typical: [
            [0.13, 0.015, 3],
            [2.45, 0.05, 2],
          ],
          failing: ['0.231', '2.41'],
          stock: { minimum: '40', maximum: '120' },
        },
        {
          material: 'steel',
          code: 'SS',
          station: 1,
          cycles: 9,
          partsGrams: [2_800, 5_200],
          containers: 8,
          fates: { 9: 'scrap', 11: 'store', 12: 'order' },
          tests: [
            { operation: 'chemistry', name: 'Oxygen in steel', unit: '%', upperLimit: '0.1' },
            { operation: 'flow', name: 'Apparent density of steel', unit: 'g/cm3', lowerLimit: '3.9' },
          ],
          typical: [
            [0.04, 0.008, 3],
            [4.3, 0.08, 2],
          ],
          stock: { minimum: '170', maximum: '320' },
        },
      ],
    },
  },
  {
    code: 'rhein',
    name: 'Rhein Präzision',
    locations: [
      {
        name: 'Worms',
        address: 'Nibelungenring 44\n67547 Worms',
        phone: '+49 6241 0000 300',
        countriesServed: ['DE', 'FR', 'CH', 'LU'],
        areas: [
          { name: 'Hall 1', description: 'Printing.' },
          { name: 'Hall 2', description: 'Finishing.' },
          { name: 'Gate', description: 'Inspection and shipping.' },
        ],
      },
    ],
    users: [
      { name: 'Katharina Weyland', email: 'katharina@rhein.example', role: 'ADMINISTRATOR' },
      { name: 'Tobias Herrmann', email: 'tobias@rhein.example', role: 'OPERATOR' },
      { name: 'Leyla Aydin', email: 'leyla@rhein.example', role: 'VIEWER' },
    ],
    stations: [
      printer('Hagen', 'lpbf', 'LB 400', 11),
      printer('Gunther', 'lpbf', 'LB 280', 12),
      printer('Volker', 'sls', 'LS 340', 21),
      furnace('Furnace A', 31),
      { name: 'Wire EDM A', type: 'edm', place: [0, 1] },
      { name: 'Wire EDM B', type: 'edm', place: [0, 1] },
      { name: 'Blasting', type: 'blasting', place: [0, 1], inProgressMax: 2 },
      { name: 'Metrology', type: 'inspection', place: [0, 2], inProgressMax: 3 },
      { name: 'Shipping', type: 'shipping', place: [0, 2], inProgressMax: 6 },
    ],
    machines: [{ name: 'Sieve', model: 'KS 50', ipAddress: '192.0.2.41', sensors: ['humidity'] }],
    customers: ['Loreley Antriebe', 'Pfalz Aerostruktur', 'Drachenfels Ventile', 'Neckar Motorsport'],
  },
];

function printer(name: string, type: 'lpbf' | 'sls', model: string, host: number): StationPlan {
  const sensors = type === 'lpbf' ? printerSensors : sinterSensors;
  return { name, type, place: [0, 0], machine: { name, model, ipAddress: `192.0.2.${host}`, sensors } };
}

function furnace(name: string, host: number): StationPlan {
  const machine = {
    name,
    model: 'WS 1000 argon',
    ipAddress: `192.0.2.${host}`,
    sensors: ['furnace'] as const,
  };
  return { name, type: 'furnace', place: [0, 1], inProgressMax: 2, machine };
}
