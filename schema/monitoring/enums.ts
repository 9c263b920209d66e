import type * as prisma from '../../prisma/generated/client/client.ts';
import { enumOf } from '../shared/enums.ts';

export const SensorStateRef = enumOf<prisma.SensorState>('SensorState', 'Whether a sensor is heard.', {
  NEW: 'It has given no reading yet.',
  IDLE: 'Its last reading arrived as it should.',
  ERROR: 'It reports a fault.',
});

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
