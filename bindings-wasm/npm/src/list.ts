import { append } from "./append.js";
import type { Driver } from "./driver.js";
import type { Sender, SenderPage } from "./types.js";

/**
 * A lazy listing: nothing is sent until you iterate over it. Each iteration asks the server again.
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

  /** Returns the pages one by one, also the empty ones. */
  pages(): AsyncGenerator<SenderPage, void, undefined> {
    return values<SenderPage>(this.#begin);
  }

  /** Returns the senders one by one, with one page in memory at a time. */
  [Symbol.asyncIterator](): AsyncIterableIterator<Sender, undefined> {
    return new SenderIterator(this.pages());
  }

  /** Returns all senders in one array. Set {@link ListOptions.limit} if there may be many. */
  async toArray(): Promise<Sender[]> {
    const all: Sender[] = [];
    for await (const page of this.pages()) append(all, page.senders);
    return all;
  }

  /** Makes `await client.list()` return the first page, with one request. */
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

/**
 * Returns the values that a call has before its end, one by one. Nothing is sent until the first is asked for.
 *
 * @internal
 */
export async function* values<T>(begin: () => Driver | Promise<Driver>): AsyncGenerator<T, void, undefined> {
  const driver = await begin();
  driver.endIfForgotten();
  try {
    for (;;) {
      const { done, value } = await driver.next();
      if (done) return;
      yield value as T;
    }
  } finally {
    driver.end();
  }
}

/** An iterator over the senders of pages. It is faster than a generator: a sender in memory costs one promise. */
class SenderIterator implements AsyncIterableIterator<Sender, undefined> {
  readonly #pages: AsyncGenerator<SenderPage, void, undefined>;
  #senders: Sender[] = [];
  #at = 0;
  /** The fetch of the next page; every later `next` waits for it. */
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
