import type { Role } from '../../prisma/generated/client/client.ts';

/** Who asks, for which organization, with which rights. Made once a request or socket. */
export interface Caller {
  readonly organizationId: string;
  readonly tokenId: string;
  readonly userId: string | null;
  readonly role: Role;
}

// What each role may do besides reading; an administrator may do everything.
const holders = {
  read: ['VIEWER', 'MACHINE', 'OPERATOR', 'ADMINISTRATOR'],
  report: ['MACHINE', 'OPERATOR', 'ADMINISTRATOR'],
  work: ['OPERATOR', 'ADMINISTRATOR'],
  administer: ['ADMINISTRATOR'],
} as const satisfies Record<string, readonly Role[]>;

/**
 * A right: `read` (see the shop), `report` (machine data: builds, readings, anomalies), `work` (plan and make
 * things), `administer` (master data, people, tokens).
 */
export type Right = keyof typeof holders;

/** Whether the caller holds the right. */
export function may(caller: Caller, right: Right): boolean {
  return (holders[right] as readonly Role[]).includes(caller.role);
}

/** Who acts where no token does: the system itself. Its events carry no token. */
export function systemCaller(organizationId: string): Caller {
  return {
    organizationId,
    tokenId: '00000000-0000-0000-0000-000000000000',
    userId: null,
    role: 'ADMINISTRATOR',
  };
}
