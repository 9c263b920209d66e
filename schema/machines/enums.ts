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

export const HistoryFrequencyRef = enumOf<prisma.HistoryFrequency>(
  'HistoryFrequency',
  'How often the history of builds is collected from a machine.',
  {
    DAILY: 'Once a day.',
    MONTHLY: 'Once a month.',
    NEVER: 'Only what it reports by itself is known.',
  },
);

export const ConnectorHealthRef = enumOf<prisma.ConnectorHealth>(
  'ConnectorHealth',
  'How a program is that speaks with machines.',
  {
    HEALTHY: 'It works.',
    UNREACHABLE: 'Nothing was heard of it for too long.',
    AUTHENTICATION_ERROR: 'What it connects to refuses its sign-in.',
    CONFIGURATION_ERROR: 'It is set up wrongly.',
    DEGRADED: 'It works, but not in full.',
    UNKNOWN: 'It has not said yet.',
  },
);

export const CaptureStatusRef = enumOf<prisma.CaptureStatus>(
  'CaptureStatus',
  'How far the reading of a capture is.',
  {
    NEW: 'It waits for its content, or to be read.',
    PROCESSING: 'It is being read.',
    BATCH_PROCESSING: 'It is being read together with others.',
    COMPLETE: 'It was read, or is only kept.',
    FAILED: 'It could not be read: `error` says why.',
  },
);

export const CaptureFormatRef = enumOf<prisma.CaptureFormat>(
  'CaptureFormat',
  'How the content of a capture is written, and what a reading finds as JSON.',
  {
    JSON: 'JSON, as it is.',
    XML: 'XML: elements are members, attributes are members that begin with `@`, text is `#text`. A document type definition is refused.',
    CSV: 'Comma-separated values: a list of objects by the names in the first line.',
    TEXT: 'Text: a list of its lines.',
  },
);

export const CassetteStatusRef = enumOf<prisma.CassetteStatus>(
  'CassetteStatus',
  'Whether a cassette is in use.',
  {
    ACTIVE: 'The machine takes material from it.',
    LOADED: 'It is in the machine, and nothing is taken from it.',
    UNKNOWN: 'It is in no machine, or the machine does not say.',
  },
);

export const MachineCommandTypeRef = enumOf<prisma.MachineCommandType>(
  'MachineCommandType',
  'What a machine is asked to do.',
  {
    START_JOB: 'Start a job with a file, a preset or both.',
    PAUSE_JOB: 'Pause a job.',
    RESUME_JOB: 'Go on with a paused job.',
    CANCEL_JOB: 'Give a job up.',
    CHECK_CONFIGURATION: 'Check that it is set up well.',
  },
);

export const MachineCommandStatusRef = enumOf<prisma.MachineCommandStatus>(
  'MachineCommandStatus',
  'How far a command is.',
  {
    NEW: 'No collector has taken it.',
    PROCESSING: 'A collector has taken it and has not answered.',
    COMPLETE: 'The machine did it.',
    ERROR: 'It was not done, or nobody answered until its deadline.',
  },
);
