import type * as prisma from '../../prisma/generated/client/client.ts';
import { enumOf } from '../shared/enums.ts';

export const TestVerdictRef = enumOf<prisma.TestVerdict>(
  'TestVerdict',
  'What limits say of a measured value.',
  {
    PASS: 'It is within its limits.',
    FAIL: 'It is out of its limits.',
    RECORDED: 'There were no limits to hold it against.',
  },
);
