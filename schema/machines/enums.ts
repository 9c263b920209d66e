import type * as prisma from '../../prisma/generated/client/client.ts';
import { enumOf } from '../shared/enums.ts';

export const WorkstationKindRef = enumOf<prisma.WorkstationKind>(
  'WorkstationKind',
  'Which kind of work is done somewhere.',
  {
    PRINTER: 'Builds parts by adding material.',
    POST_PROCESSOR: 'Works on parts that exist: heat treatment, machining, blasting, inspection.',
    SHIPPING: 'Packs parts and sends them.',
    OTHER: 'Any other work.',
  },
);

export const BuildPlateShapeRef = enumOf<prisma.BuildPlateShape>(
  'BuildPlateShape',
  'The outline of a build plate.',
  {
    RECTANGULAR: 'A rectangle of buildVolumeX by buildVolumeY.',
    CIRCULAR: 'A circle, or an ellipse, with the diameters buildVolumeX and buildVolumeY.',
  },
);

export const MaterialModeRef = enumOf<prisma.MaterialMode>(
  'MaterialMode',
  'How a workstation mixes materials.',
  {
    SINGLE_MATERIAL: 'One material in a run.',
    MULTIPLE_MATERIALS_PER_RUN: 'Pieces of different materials may share a run.',
  },
);

export const BatchingStrategyRef = enumOf<prisma.BatchingStrategy>(
  'BatchingStrategy',
  'By what pieces are grouped into runs.',
  {
    BY_SIZE_XYZ: 'As many as fit into the volume.',
    BY_SIZE_XY: 'As many as fit onto the plate, none above another.',
    BY_NUMBER_OF_PARTS: 'Up to a number of pieces: partsPerRun.',
    MATCH_PREVIOUS: 'The pieces that were together in the run before.',
    SINGLE: 'Each piece in a run of its own.',
    BY_JOB: 'The pieces of one job.',
    BY_ORDER: 'The pieces of one order.',
  },
);

export const MachineStatusRef = enumOf<prisma.MachineStatus>(
  'MachineStatus',
  'What a machine says that it does.',
  {
    NOT_CONNECTED: 'It has never reported.',
    OFFLINE: 'It was connected and cannot be reached now.',
    IDLE: 'It does nothing.',
    READY_TO_PRINT: 'It is prepared and waits for a start.',
    PRINTING: 'It builds.',
    WORKING: 'It works, at something other than printing.',
    PRINT_FINISHED: 'The build is done and has not been taken out.',
    MAINTENANCE: 'It is being serviced.',
    ERROR: 'It has stopped with an error.',
    UNKNOWN: 'It reports something that has no other name here.',
  },
);
