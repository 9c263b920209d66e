import type * as prisma from '../../prisma/generated/client/client.ts';
import { enumOf } from '../shared/enums.ts';

export const WorkflowTypeRef = enumOf<prisma.WorkflowType>('WorkflowType', 'What a workflow leads to.', {
  ADDITIVE_MANUFACTURING: 'Parts that are printed and finished.',
  SPECIMEN: 'Test specimens.',
  POWDER_MANUFACTURING: 'Powder that becomes stock.',
  PREPARATIVE: 'The preparation of an order: engineering, nesting, review.',
});

export const RequirementRef = enumOf<prisma.Requirement>(
  'Requirement',
  'Whether a technician gives something when a step is done.',
  {
    HIDDEN: 'It is not asked for.',
    OPTIONAL: 'It may be given.',
    REQUIRED: 'The step cannot be completed without it.',
  },
);

export const ShippingDirectionRef = enumOf<prisma.ShippingDirection>(
  'ShippingDirection',
  'Between whom a shipping step sends.',
  {
    TO_CUSTOMER: 'To the customer.',
    TO_SERVICE_PROVIDER: 'To a service provider who works on the pieces.',
    FROM_SERVICE_PROVIDER: 'Back from the service provider.',
  },
);
