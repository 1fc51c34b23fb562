import type { ResponseInfo, WithResponse } from "./types.js";

/** A running call: a promise of its result; {@link Call.withResponse} adds the response. */
export class Call<T> extends Promise<T> {
  readonly #response: () => ResponseInfo;

  /** Makes `then` and similar methods return a plain promise. */
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

  /** Returns the result with the status, the headers and the request id of the last response. */
  async withResponse(): Promise<WithResponse<T>> {
    return { data: await this, ...this.#response() };
  }
}
