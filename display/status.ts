/** What the page says of its connection. */
import type { ConnectionState } from './live/connection.ts';

/** ms after which what is shown counts as stale. */
export const staleAfter = 60_000;

export type Liveness =
  | { readonly kind: 'live' | 'connecting' | 'refused' }
  | { readonly kind: 'reconnecting' | 'stale'; readonly since: number }
  | { readonly kind: 'trouble'; readonly problem: string };

/** How much what is shown can be relied on, at an instant. */
export function livenessOf(
  connection: ConnectionState,
  followed: { hasState: boolean; problem: string | null },
  now: number,
): Liveness {
  switch (connection.kind) {
    case 'refused':
    case 'connecting':
      return { kind: connection.kind };
    case 'lost':
      return {
        kind: now - connection.since >= staleAfter ? 'stale' : 'reconnecting',
        since: connection.since,
      };
    case 'open':
      if (followed.problem !== null) return { kind: 'trouble', problem: followed.problem };
      return { kind: followed.hasState ? 'live' : 'connecting' };
  }
}
