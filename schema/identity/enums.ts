import type * as prisma from '../../prisma/generated/client/client.ts';
import { enumOf } from '../shared/enums.ts';

export const RoleRef = enumOf<prisma.Role>('Role', 'What someone, or a token, may do.', {
  VIEWER: 'Sees the shop and changes nothing.',
  MACHINE: 'A connector or analyser: reports what machines and sensors say, and sees the shop.',
  OPERATOR: 'Plans and makes things, reports for machines, and sees the shop.',
  ADMINISTRATOR: 'May do everything: master data, people and tokens too.',
});
