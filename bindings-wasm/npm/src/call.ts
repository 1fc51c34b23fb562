import type { ResponseInfo, WithResponse } from "./types.js";

/** A result, and how to learn of its response. */
export interface Whole<T> {
  data: T;
  response: () => ResponseInfo;
}

/** A call under way: a promise of its result, with {@link Call.withResponse} for what came along. */
export class Call<T> extends Promise<T> {
  readonly #whole: Promise<Whole<T>>;

  /** What `then` and the like give is a plain promise. */
  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  /** @internal */
  constructor(whole: Promise<Whole<T>>) {
    super((resolve, reject) => {
      whole.then(({ data }) => resolve(data), reject);
    });
    this.#whole = whole;
  }

  /** The result together with the status, the headers and the request id of the last response. */
  async withResponse(): Promise<WithResponse<T>> {
    // Whoever asks this way is told of a failure this way, and only so.
    this.catch(() => undefined);
    const { data, response } = await this.#whole;
    return { data, ...response() };
  }
}
