import type { Sender, Senders } from "senders";

/** How many requests one page of a filtered listing may take: the API cannot filter by status. */
const MOST_REQUESTS = 20;

/** The senders that are shown. */
export interface View {
  senders: Sender[];
  /** The number of the page, from 1. */
  number: number;
  /** How many senders were read to find these. */
  looked: number;
  hasPrevious: boolean;
  hasNext: boolean;
}

/** The pages of a listing, of which one is shown. */
export class Listing {
  pageSize = 20;
  /** The status of the senders to show; empty means all. */
  status = "";
  /** The token before each page; the first page has none. */
  #tokens: (string | undefined)[] = [undefined];
  #at = 0;

  /** Goes back to the first page, and forgets the later ones. */
  restart(): void {
    this.#tokens = [undefined];
    this.#at = 0;
  }

  /** Goes one page on or back; {@link load} then reads it. */
  turn(by: 1 | -1): void {
    this.#at = Math.min(Math.max(this.#at + by, 0), this.#tokens.length - 1);
  }

  /** Reads the current page. With a filter it reads server pages until it has found one page of matches. */
  async load(client: Senders, signal: AbortSignal): Promise<View> {
    const at = this.#at;
    const token = this.#tokens[at];
    const pages = client.list(token === undefined ? { pageSize: this.pageSize, signal } : { token, signal }).pages();
    const senders: Sender[] = [];
    let looked = 0;
    let requests = 0;
    let next: string | undefined;
    for await (const page of pages) {
      looked += page.senders.length;
      requests += 1;
      next = page.nextToken;
      senders.push(...page.senders.filter((sender) => this.status === "" || sender.status === this.status));
      if (this.status === "" || senders.length >= this.pageSize || requests === MOST_REQUESTS) break;
    }
    this.#tokens = this.#tokens.slice(0, at + 1);
    if (next !== undefined) this.#tokens.push(next);
    return { senders, number: at + 1, looked, hasPrevious: at > 0, hasNext: next !== undefined };
  }
}
