/** The shared library: materials of additive manufacturing that a new shop need not type in. */
import { Decimal } from 'decimal.js';
import type {
  ManufacturingProcess,
  MaterialFamily,
  MaterialType,
} from '../../prisma/generated/client/client.ts';

/** A material of the library, in the columns of a Material. */
export interface MaterialTemplate {
  /** Its permanent name in the library. */
  code: string;
  name: string;
  description: string;
  type: MaterialType;
  family: MaterialFamily;
  manufacturingProcess: ManufacturingProcess | null;
  unit: string;
  /** g/cm3 of the solid, or of the liquid where it is cured. */
  density: Decimal;
}

type Entry = readonly [
  code: string,
  name: string,
  process: ManufacturingProcess | null,
  density: string,
  description: string,
  more?: { unit?: string; type?: MaterialType },
];

const library: Readonly<Partial<Record<MaterialFamily, readonly Entry[]>>> = {
  METAL: [
    [
      '316l',
      '316L',
      'SLM',
      '7.99',
      'Austenitic stainless steel powder: tough, weldable and resistant to corrosion.',
    ],
    ['17-4ph', '17-4PH', 'SLM', '7.78', 'Stainless steel powder that is hardened by precipitation.'],
    [
      'ti-6al-4v-eli',
      'Ti-6Al-4V ELI (Grade 23)',
      'SLM',
      '4.43',
      'Titanium powder low in oxygen, for implants and aircraft.',
    ],
    [
      'alsi10mg',
      'AlSi10Mg',
      'SLM',
      '2.67',
      'Aluminium casting alloy as powder: light, and a good conductor of heat.',
    ],
    [
      'in718',
      'IN718',
      'SLM',
      '8.19',
      'Nickel alloy powder that keeps its strength in heat up to some 700 °C.',
    ],
    ['in625', 'IN625', 'SLM', '8.44', 'Nickel alloy powder that resists heat, oxidation and sea water.'],
    [
      'cocrmo',
      'CoCrMo',
      'SLM',
      '8.30',
      'Cobalt-chromium powder for dental frames and implants: hard and bio-compatible.',
    ],
    [
      'cucrzr',
      'CuCrZr',
      'SLM',
      '8.89',
      'Copper powder that can be hardened, for heat exchangers and electrodes.',
    ],
    [
      '1.2709',
      'Maraging steel MS1 (1.2709)',
      'SLM',
      '8.10',
      'Tool steel powder that is aged to high hardness, for mould inserts.',
    ],
    [
      'ti-6al-4v-ebm',
      'Ti-6Al-4V for EBM',
      'EBM',
      '4.43',
      'Coarser titanium powder, melted by electron beam in vacuum.',
    ],
    [
      '316l-binder',
      '316L for binder jetting',
      'BINDER_JETTING',
      '7.99',
      'Fine stainless steel powder that is bound, then sintered.',
    ],
  ],
  POLYMER: [
    ['pa12', 'PA12', 'SLS', '1.01', 'Nylon powder: the usual choice for durable parts without supports.'],
    [
      'pa12-mjf',
      'PA12 for MJF',
      'MJF',
      '1.01',
      'Nylon powder for fusing with jetted agents, largely reusable.',
    ],
    ['pa11', 'PA11', 'SLS', '1.03', 'Nylon powder from castor oil: more ductile than PA12.'],
    ['tpu', 'TPU', 'SLS', '1.20', 'Flexible polyurethane powder that rebounds like rubber.'],
    ['peek', 'PEEK', 'FDM', '1.30', 'High-temperature thermoplastic filament that resists chemicals.'],
    ['pla', 'PLA', 'FDM', '1.24', 'Filament from starch: easy to print, soft above 60 °C.'],
    ['abs', 'ABS', 'FDM', '1.04', 'Tough filament for functional parts.'],
    [
      'petg',
      'PETG',
      'FDM',
      '1.27',
      'Filament between PLA and ABS: clear, tough and little inclined to warp.',
    ],
    ['pva', 'PVA', 'FDM', '1.23', 'Filament for supports that are dissolved in water.', { type: 'SUPPORT' }],
    [
      'resin-standard',
      'Standard resin',
      'SLA',
      '1.12',
      'Photopolymer for models with fine detail.',
      { unit: 'L' },
    ],
    ['resin-tough', 'Tough resin', 'SLA', '1.15', 'Photopolymer that bends before it breaks.', { unit: 'L' }],
    [
      'resin-castable',
      'Castable resin',
      'DLP',
      '1.10',
      'Photopolymer with wax that burns out without ash.',
      { unit: 'L' },
    ],
  ],
  COMPOSITE: [
    ['pa12-gf', 'PA12-GF', 'SLS', '1.22', 'Nylon powder with glass beads: stiffer, and it creeps less.'],
    [
      'nylon-cf',
      'Nylon CF',
      'FDM',
      '1.18',
      'Nylon filament with chopped carbon fibre for stiff, light parts.',
    ],
  ],
  SAND: [
    ['foundry-sand', 'Foundry sand', 'BINDER_JETTING', '2.65', 'Silica sand for printed moulds and cores.'],
  ],
  WAX: [
    ['casting-wax', 'Casting wax', 'POLYJET', '0.98', 'Wax for patterns that are melted out of the mould.'],
  ],
  CERAMIC: [
    ['alumina', 'Alumina', 'DLP', '3.95', 'Aluminium oxide in photopolymer, sintered to a hard insulator.'],
    [
      'zirconia',
      'Zirconia',
      'DLP',
      '6.05',
      'Zirconium oxide in photopolymer, sintered to the toughest of ceramics.',
    ],
  ],
};

/** All templates, by family. */
export const materialTemplates: readonly MaterialTemplate[] = Object.entries(library).flatMap(
  ([family, entries]) =>
    entries.map(([code, name, manufacturingProcess, density, description, more]) => ({
      code,
      name,
      description,
      type: more?.type ?? 'BASE',
      family: family as MaterialFamily,
      manufacturingProcess,
      unit: more?.unit ?? 'kg',
      density: new Decimal(density),
    })),
);

const byCode = new Map(materialTemplates.map((template) => [template.code, template]));

/** The template of that code. A code stays, so that materials that were made from it go on naming it. */
export function templateOf(code: string): MaterialTemplate | null {
  return byCode.get(code) ?? null;
}
