/** Whether the server has another build of this page than the one that runs, so that it must be loaded again. */
export class PageVersion {
  readonly #ask: () => Promise<string | null>;
  #own: string | null = null;

  /** @param ask answers what names the build that the server has now (its ETag); null where it does not say */
  constructor(ask: () => Promise<string | null>) {
    this.#ask = ask;
  }

  /** To be called whenever the connection is open; what it first hears is taken for its own. */
  async isOutdated(): Promise<boolean> {
    const current = await this.#ask().catch(() => null);
    if (current === null) return false;
    this.#own ??= current;
    return current !== this.#own;
  }
}
