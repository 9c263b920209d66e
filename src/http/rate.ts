/** How often something may be asked from one address. */
import { isIPv6 } from 'node:net';

const window = 60_000;
/** Addresses that are remembered: a network that sends from ever new ones must not fill the memory. */
const mostAddresses = 50_000;

/**
 * Counts by address and minute, in this process. What has one budget is an IPv4 address, or the 64 bits of an IPv6
 * network, all of which one household has.
 */
export class RateLimit {
  readonly #perMinute: number;
  readonly #counts = new Map<string, number>();
  #minute = 0;

  constructor(perMinute: number) {
    this.#perMinute = perMinute;
  }

  /** Takes one. Answers after how many seconds to come again where none is left, else null. */
  take(address: string, now: Date): number | null {
    const minute = Math.floor(now.getTime() / window);
    if (minute !== this.#minute) {
      this.#minute = minute;
      this.#counts.clear();
    }
    const key = networkOf(address);
    const taken = this.#counts.get(key) ?? 0;
    // Where so many ask in one minute, all others share one budget.
    const counted = taken > 0 || this.#counts.size < mostAddresses ? key : '';
    const count = (this.#counts.get(counted) ?? 0) + 1;
    if (count > this.#perMinute) return Math.ceil(((minute + 1) * window - now.getTime()) / 1_000);
    this.#counts.set(counted, count);
    return null;
  }
}

/** The network that an address counts for. */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped) return mapped;
  if (!isIPv6(address)) return address;
  const [head = '', tail] = (address.split('%')[0] ?? '').toLowerCase().split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail ? tail.split(':') : [];
  const zeros = tail === undefined ? 0 : 8 - left.length - right.length;
  const groups = [...left, ...Array.from({ length: Math.max(zeros, 0) }, () => '0'), ...right];
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}
