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

export const MaterialLotStatusRef = enumOf<prisma.MaterialLotStatus>(
  'MaterialLotStatus',
  'How far a lot is.',
  {
    ON_ORDER: 'Ordered, and not here yet.',
    RECEIVED: 'It arrived.',
    IN_STORAGE: 'Put away, and not released for use.',
    IN_TESTING: 'Being tested before its release.',
    AVAILABLE: 'Released: batches may be made of it.',
    IN_USE: 'Batches were made of it.',
    DONE: 'Nothing of it is left.',
    SCRAPPED: 'Thrown away.',
    RETURNED: 'Sent back to the supplier.',
  },
);

export const MaterialContainerTypeRef = enumOf<prisma.MaterialContainerType>(
  'MaterialContainerType',
  'Kinds of container.',
  {
    DISPOSABLE: 'The one that the material was delivered in; thrown away once empty.',
    PERMANENT: 'Filled again and again.',
    DOSE: 'Module that doses powder into a machine.',
    OVERFLOW: 'Module that takes up what a machine spills over.',
    BUILD: 'Module in which a machine builds.',
    CYCLONE: 'Module that separates powder from a stream of gas.',
  },
);

export const MaterialContainerStatusRef = enumOf<prisma.MaterialContainerStatus>(
  'MaterialContainerStatus',
  'What is in a container.',
  {
    NEW: 'As it was delivered, or never used.',
    IN_USE: 'It holds a batch.',
    EMPTY: 'It was emptied.',
  },
);

export const MaterialBatchStatusRef = enumOf<prisma.MaterialBatchStatus>(
  'MaterialBatchStatus',
  'What happens to a batch.',
  {
    NEW: 'Made, and nothing done with it yet.',
    IN_USE: 'Loaded in a machine.',
    IDLE: 'At hand.',
    DONE: 'Used up.',
  },
);

export const PowderQualityRef = enumOf<prisma.PowderQuality>('PowderQuality', 'What a powder is like.', {
  NEW: 'Virgin.',
  SIEVED: 'Used, and sieved since.',
  UNSIEVED: 'Used, and not sieved: it must not be loaded.',
  UNKNOWN: 'Nobody knows.',
});

export const MaterialActionTypeRef = enumOf<prisma.MaterialActionType>(
  'MaterialActionType',
  'What a person can do to a lot, a container or a batch, and what the quantity of the action says.',
  {
    ORDER_LOT: 'A lot was ordered: how much.',
    RECEIVE_LOT: 'A lot arrived: how much.',
    ADD_CONTAINERS: 'Containers were added to a lot: how much in all.',
    EDIT_CONTAINERS: 'Unopened containers of a lot were corrected: by how much.',
    REMOVE_CONTAINERS: 'Unopened containers were taken off a lot: how much.',
    SCRAP_LOT: 'A lot was scrapped: how much was unopened.',
    RETURN_LOT: 'A lot was sent back: how much.',
    CREATE_INITIAL_BATCH: 'A first batch was made of containers of a lot: how much.',
    ADD_CONTAINER: 'A container of a lot was added to a batch: how much.',
    CONTAINERIZE: 'What was loose was filled into containers: how much.',
    SPLIT: 'Part of a batch became one of its own: how much.',
    BLEND: 'Batches were blended into a new one: how much it is.',
    SIEVE: 'A batch was sieved: how much came out.',
    LOAD: 'Part of a batch was put into a machine: how much.',
    TOP_OFF: 'A batch was added to what a machine holds: how much.',
    CONSUME: 'A run used up what was in the machine: how much.',
    UNLOAD_CHAMBER: 'Powder that had been in a build was taken out: how much.',
    UNLOAD_HOPPER: 'Powder that had not been in a build was taken out: how much.',
    SAMPLE: 'A sample was taken for testing: how much; 0 where it was too little to count.',
    SCRAP: 'Part of a batch was thrown away: how much.',
    RETURN: 'Part of a batch was sent back to the supplier: how much.',
    ADJUST: 'A stock-take: how much there is.',
    RELOCATE: 'A batch was taken elsewhere.',
    DOCK: 'A batch was docked at a workstation.',
    UNDOCK: 'A batch was undocked.',
    EDIT_DETAILS: 'Details of a batch were corrected.',
    DEFER_BUILD: 'A modular build began whose consumption is told later: how much was set aside.',
    RECONCILE_BUILD: 'What a modular build used was told: how much.',
    LOAD_CONTAINER: 'A batch was filled into a container: how much.',
    TOP_OFF_CONTAINER: 'A container was topped off: how much was added.',
    TRANSFER_CONTAINER: 'What a container held was moved to another: how much.',
    UNLOAD_CONTAINER: 'A container was emptied into a bin: how much.',
    SPLIT_CONTAINER: 'Part of what a container held was filled into another: how much.',
    SCRAP_CONTAINER: 'What a container held was thrown away: how much.',
    CLEAN_CONTAINER: 'A container was cleaned.',
    RELOCATE_CONTAINER: 'A container was taken elsewhere.',
    DOCK_CONTAINER: 'A container was docked at a workstation.',
    UNDOCK_CONTAINER: 'A container was undocked.',
    SET_TARE: 'A container was weighed empty.',
    RECLASSIFY: 'A container became one of another type.',
    REVERSE: 'Another action was undone.',
  },
);

export const MaterialPlaceRef = enumOf<prisma.MaterialPlace>('MaterialPlace', 'Where material is, or went.', {
  SUPPLIER: 'Outside, before it was delivered.',
  CONTAINER: 'An unopened container of a lot.',
  BATCH: 'The part of a batch that is at hand.',
  LOADED: 'The part of a batch that is in a machine.',
  PIECE: 'A piece, with its supports.',
  SCRAP: 'Thrown away.',
  SIEVE_LOSS: 'What the sieve kept back.',
  PROCESS_LOSS: 'Lost in a build: fumes, filters, supports.',
  SAMPLE: 'Taken for testing.',
  RETURNED: 'Sent back to the supplier.',
  ADJUSTMENT: 'What a stock-take found too much or too little.',
});

export const StockActionTypeRef = enumOf<prisma.StockActionType>(
  'StockActionType',
  'What can be done to a stock that is counted by hand.',
  {
    CONSUME: 'Some of it was used.',
    REPLENISH: 'Some was added.',
    RECONCILE: 'It was counted: the difference.',
  },
);
