import type * as prisma from '../../prisma/generated/client/client.ts';
import type { ExcursionStatus } from '../../src/monitoring/excursion.state.ts';
import { enumOf } from '../shared/enums.ts';

export const SensorStateRef = enumOf<prisma.SensorState>('SensorState', 'Whether a sensor is heard.', {
  NEW: 'It has given no reading yet.',
  IDLE: 'It is heard.',
  ERROR: 'It has failed, as `reportSensor` said.',
});

export const SensorValueTypeRef = enumOf<prisma.SensorValueType>('SensorValueType', 'What a sensor says.', {
  NUMBER: 'Numbers in its unit.',
  TEXT: 'Texts: a mode, a program, a message.',
});

export const ReadingStateRef = enumOf<prisma.ReadingState>(
  'ReadingState',
  'Whether a reading says something.',
  {
    MEASURED: 'It has a value or a text.',
    UNAVAILABLE:
      'The sensor said that it cannot say: the machine is off, the probe is broken. Not zero, and not a missing reading.',
  },
);

export const ThresholdSeverityRef = enumOf<prisma.ThresholdSeverity>(
  'ThresholdSeverity',
  'How grave it is to be outside of limits.',
  { WARNING: 'Somebody should look.', ERROR: 'Harm is likely.' },
);

export const ExcursionDirectionRef = enumOf<prisma.ExcursionDirection>(
  'ExcursionDirection',
  'Which limit was passed.',
  { ABOVE: 'The upper one.', BELOW: 'The lower one.' },
);

export const ExcursionStatusRef = enumOf<ExcursionStatus>(
  'ExcursionStatus',
  'Whether somebody has taken note of an excursion.',
  { UNACKNOWLEDGED: 'Nobody has yet.', ACKNOWLEDGED: 'Somebody has.' },
);

export const AnomalyStatusRef = enumOf<prisma.AnomalyStatus>(
  'AnomalyStatus',
  'Whether somebody has decided about an anomaly.',
  {
    UNADDRESSED: 'Nobody has decided yet.',
    ADDRESSED: 'A decision stands.',
  },
);

export const AnomalyDecisionRef = enumOf<prisma.AnomalyDecision>(
  'AnomalyDecision',
  'What a person decides about an anomaly.',
  {
    IGNORE: 'It does no harm.',
    SCRAP: 'What it touches is scrapped.',
    REMANUFACTURE: 'What it touches is scrapped and made again.',
  },
);

export const AnomalyShapeRef = enumOf<prisma.AnomalyShape>(
  'AnomalyShape',
  'How the place of an anomaly is drawn.',
  {
    RECTANGLE: 'By the corners of a rectangle around it.',
    CONTOUR: 'By the points of its outline.',
  },
);

export const AnalysisKindRef = enumOf<prisma.AnalysisKind>('AnalysisKind', 'What an analysis looks at.', {
  RUN: 'A run while it is built, layer by layer.',
  PIECE: 'A piece after its printing.',
});
