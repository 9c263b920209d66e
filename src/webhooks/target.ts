/**
 * Where webhooks may be sent: to public addresses, and to hosts that the operator of this installation allows. A tenant
 * names the URL, so it must not become a way into the network that the server stands in.
 */
import { type LookupAddress, type LookupOptions, lookup as systemLookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** A URL that must not be sent to. The message is for the tenant and says nothing of our network. */
export class TargetRefusedError extends Error {
  override readonly name = 'TargetRefusedError';
}

/** Finds the addresses of a host name. */
export type Resolve = (host: string) => Promise<readonly LookupAddress[]>;

// One sentence for a name that is unknown and for one that leads inside: else it would tell which names exist there.
const noPublicAddress = 'has no public address, or its name cannot be resolved now.';

// The special-purpose registries of IANA, and 168.63.129.16: a public address at which a cloud serves its machines.
const special = new BlockList();
for (const [net, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['168.63.129.16', 32],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const)
  special.addSubnet(net, prefix, 'ipv4');
for (const [net, prefix] of [
  // IETF protocols with Teredo, documentation, 6to4.
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const)
  special.addSubnet(net, prefix, 'ipv6');
// All that is routed in public so far; loopback, mapped, translated, local and multicast addresses lie outside.
const routed = new BlockList();
routed.addSubnet('2000::', 3, 'ipv6');

/** Whether the address is one of the public Internet. */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !special.check(address, 'ipv4');
  return (
    family === 6 && !address.includes('%') && routed.check(address, 'ipv6') && !special.check(address, 'ipv6')
  );
}

const resolveBySystem: Resolve = (host) =>
  new Promise((resolve, reject) => {
    systemLookup(host, { all: true, verbatim: true }, (error, addresses) =>
      error ? reject(error) : resolve(addresses),
    );
  });

/** How long a name may take to be resolved when a webhook is saved, in ms. */
const patience = 4_000;

const insideNames = /(^|\.)(localhost|local|internal|intranet|lan|home\.arpa)$/;

/** The host of a URL without the brackets of IPv6. */
const bare = (host: string): string => host.replace(/^\[|\]$/g, '');

/** What may be sent to, and the resolution of names that holds connections to it. */
export class Targets {
  readonly #allowed: ReadonlySet<string>;
  readonly #resolve: Resolve;

  /** @param allowed hosts, `host` or `host:port`, that may be anywhere and may speak plain HTTP */
  constructor(allowed: readonly string[] = [], resolve: Resolve = resolveBySystem) {
    this.#allowed = new Set(allowed.map((host) => host.toLowerCase()));
    this.#resolve = resolve;
  }

  #isAllowed(url: URL): boolean {
    return this.#allowed.has(url.hostname) || this.#allowed.has(url.host);
  }

  /**
   * A URL as it was written, if its form is one that may be sent to. Forms that a parser has to interpret (numbers
   * that are addresses, escapes, accounts, other alphabets) are refused, whatever they mean.
   *
   * @throws TargetRefusedError
   */
  read(text: string): URL {
    const refuse = (message: string): never => {
      throw new TargetRefusedError(message);
    };
    if (!/^[\x21-\x7e]{1,2000}$/.test(text) || text.includes('\\'))
      refuse(
        'must be a URL of ASCII characters without spaces. Write an international name in its xn-- form.',
      );
    const authority = /^https?:\/\/([^/?#]*)/i.exec(text)?.[1] ?? '';
    const url = URL.parse(text);
    if (!url || authority === '') return refuse('must be a URL such as https://erp.example.com/hook.');
    if (authority.includes('@')) refuse('must hold no account or password.');
    if (text.includes('#')) refuse('must have no fragment.');
    const host = authority.toLowerCase().replace(/:[1-9]\d{0,4}$/, '');
    if (host !== url.hostname || host.endsWith('.'))
      refuse('must name its host plainly: a name without a dot at its end, or an address in its usual form.');
    if (this.#isAllowed(url)) return url;
    if (url.protocol !== 'https:') refuse('must begin with https://.');
    if (url.port !== '' && Number(url.port) < 1024) refuse('must use the port 443, or one from 1024 on.');
    const isAddress = isIP(bare(host)) !== 0;
    if (isAddress ? !isPublicAddress(bare(host)) : !host.includes('.') || insideNames.test(host))
      refuse(noPublicAddress);
    return url;
  }

  /**
   * Refuses a URL that must not be sent to, by its form and by what its name resolves to now.
   *
   * @throws TargetRefusedError
   */
  async check(text: string): Promise<void> {
    const url = this.read(text);
    if (this.#isAllowed(url) || isIP(bare(url.hostname)) !== 0) return;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new TargetRefusedError(noPublicAddress)), patience);
    });
    try {
      await Promise.race([this.#addressesOf(url), late]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Whether its host is an address that must not be connected to: none that would be resolved, and checked then. */
  leadsInside(url: URL): boolean {
    const host = bare(url.hostname);
    return isIP(host) !== 0 && !this.permits(url, host);
  }

  /** Whether a connection for that URL may stand with that address. */
  permits(url: URL, address: string | undefined): boolean {
    return address !== undefined && (this.#isAllowed(url) || isPublicAddress(address));
  }

  /** All addresses of the host: every one must be permitted, as each may be connected to. */
  async #addressesOf(url: URL): Promise<readonly LookupAddress[]> {
    const addresses = await this.#resolve(url.hostname).catch(() => []);
    if (addresses.length === 0 || !addresses.every(({ address }) => this.permits(url, address)))
      throw new TargetRefusedError(noPublicAddress);
    return addresses;
  }

  /** Resolves for a connection: the addresses that were checked are the ones that are connected to. */
  lookupFor(url: URL): LookupFunction {
    return (_host, options: LookupOptions, callback) => {
      this.#addressesOf(url).then(
        (addresses) => {
          const [first] = addresses;
          if (options.all) callback(null, [...addresses]);
          else callback(null, first?.address ?? '', first?.family);
        },
        (error: Error) => callback(error, []),
      );
    };
  }
}
