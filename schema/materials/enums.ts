import type * as prisma from '../../prisma/generated/client/client.ts';
import { enumOf } from '../shared/enums.ts';

export const MaterialTypeRef = enumOf<prisma.MaterialType>('MaterialType', 'What a material is for.', {
  BASE: 'Parts are made of it.',
  SUPPORT: 'Holds a part while it is built, and is removed.',
  CONSUMABLE: 'Used up in the shop without becoming a part: filters, blasting media, gas.',
  RAW_MATERIAL: 'Stock from which another material, or a part by cutting, is made.',
});

export const MaterialFamilyRef = enumOf<prisma.MaterialFamily>(
  'MaterialFamily',
  'What a material is by nature.',
  {
    POLYMER: 'A plastic or resin.',
    METAL: 'A metal or alloy.',
    CERAMIC: 'A ceramic.',
    COMPOSITE: 'Several materials that act as one, such as a filled polymer.',
    SAND: 'Foundry sand.',
    WAX: 'Casting wax.',
    OTHER: 'None of the other families.',
  },
);

export const ManufacturingProcessRef = enumOf<prisma.ManufacturingProcess>(
  'ManufacturingProcess',
  'How parts are made.',
  {
    BINDER_JETTING: 'A liquid binder is printed into powder.',
    SLA: 'Stereolithography: a laser cures resin.',
    DLP: 'A projector cures resin, a layer at once.',
    LCD_SLA: 'Light through an LCD mask cures resin.',
    CLIP: 'Continuous liquid interface production: resin is cured without stopping between layers.',
    SLS: 'Selective laser sintering of polymer powder.',
    MJF: 'Multi Jet Fusion: agents are jetted on polymer powder, which infrared light fuses.',
    FDM: 'Fused deposition: filament is melted and laid down.',
    POLYJET: 'Droplets of photopolymer are jetted and cured.',
    EBM: 'An electron beam melts metal powder in vacuum.',
    DMLS: 'Direct metal laser sintering.',
    SLM: 'Selective laser melting of metal powder.',
    SDL: 'Selective deposition lamination: sheets are cut and glued.',
    CNC: 'Milling or turning under numerical control.',
    PRESS_BRAKE: 'Sheet metal is bent on a press brake.',
    LASER_CUTTING: 'Sheet is cut by laser.',
    WATERJET: 'Material is cut by a jet of water.',
    OTHER: 'None of the other processes.',
  },
);
