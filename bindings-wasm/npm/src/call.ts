import type { ResponseInfo, WithResponse } from "./types.js";

/** A call under way: a promise of its result, with {@link Call.withResponse} for what came along. */
export class Call<T> extends Promise<T> {
  readonly #response: () => ResponseInfo;

  /** What `then` and the like give is a plain promise. */
  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  /** @internal */
  constructor(result: Promise<T>, response: () => ResponseInfo) {
    super((resolve, reject) => {
      result.then(resolve, reject);
    });
    this.#response = response;
  }

  /** The result together with the status, the headers and the request id of the last response. */
  async withResponse(): Promise<WithResponse<T>> {
    return { data: await this, ...this.#response() };
  }
}
