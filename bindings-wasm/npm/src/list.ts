import { append } from "./append.js";
import type { Driver } from "./driver.js";
import type { Sender, SenderPage } from "./types.js";

/**
 * A listing, lazy: nothing is sent until it is gone through. Each time it is gone through the server is asked anew.
 *
 * ```ts
 * for await (const sender of client.list({ limit: 500 })) console.log(sender.sid, sender.status);
 * for await (const page of client.list({ pageSize: 100 }).pages()) console.log(page.senders.length, page.nextToken);
 * const first = await client.list({ pageSize: 10 });
 * ```
 */
export class SenderList implements AsyncIterable<Sender>, PromiseLike<SenderPage> {
  readonly #begin: () => Driver | Promise<Driver>;

  /** @internal */
  constructor(begin: () => Driver | Promise<Driver>) {
    this.#begin = begin;
  }

  /** Every page as it comes, the empty ones too. */
  async *pages(): AsyncGenerator<SenderPage, void, undefined> {
    const driver = await this.#begin();
    driver.endIfForgotten();
    try {
      for (;;) {
        const { done, value } = await driver.next();
        if (done) return;
        yield value as SenderPage;
      }
    } finally {
      driver.end();
    }
  }

  /** Every sender, one page in memory at a time. */
  [Symbol.asyncIterator](): AsyncIterableIterator<Sender, undefined> {
    return new SenderIterator(this.pages());
  }

  /** All senders in one array. Give {@link ListOptions.limit} where there may be many. */
  async toArray(): Promise<Sender[]> {
    const all: Sender[] = [];
    for await (const page of this.pages()) append(all, page.senders);
    return all;
  }

  /** `await client.list()` is the first page, and sends one request. */
  then<A = SenderPage, B = never>(
    resolve?: ((page: SenderPage) => A | PromiseLike<A>) | null,
    reject?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.#first().then(resolve, reject);
  }

  async #first(): Promise<SenderPage> {
    for await (const page of this.pages()) return page;
    return { senders: [] };
  }
}

/** Goes through the senders of pages. Quicker than a generator: a sender that is there costs one promise. */
class SenderIterator implements AsyncIterableIterator<Sender, undefined> {
  readonly #pages: AsyncGenerator<SenderPage, void, undefined>;
  #senders: Sender[] = [];
  #at = 0;
  /** The fetching of the next page, which every `next` behind it has to wait for. */
  #more: Promise<unknown> | undefined;

  constructor(pages: AsyncGenerator<SenderPage, void, undefined>) {
    this.#pages = pages;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<Sender, undefined>> {
    if (this.#more !== undefined) return this.#more.then(() => this.next());
    const value = this.#senders[this.#at];
    if (value !== undefined) {
      this.#at += 1;
      return Promise.resolve({ done: false, value });
    }
    const more = this.#turn();
    const settled = (): void => {
      this.#more = undefined;
    };
    this.#more = more.then(settled, settled);
    return more;
  }

  async #turn(): Promise<IteratorResult<Sender, undefined>> {
    for (;;) {
      const page = await this.#pages.next();
      if (page.done) return { done: true, value: undefined };
      [this.#senders, this.#at] = [page.value.senders, 1];
      const [value] = this.#senders;
      if (value !== undefined) return { done: false, value };
    }
  }

  async return(): Promise<IteratorResult<Sender, undefined>> {
    this.#senders = [];
    await this.#pages.return();
    return { done: true, value: undefined };
  }
}
