/**
 * What an `AbortController` does, for one request, without making one unless somebody asks for its signal: that costs more
 * than all the rest of a request's bookkeeping.
 */
export class Abort {
  #controller: AbortController | undefined;
  #listeners: ((reason: unknown) => void)[] = [];
  #aborted = false;
  #reason: unknown;

  /** The signal, made when it is first asked for. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#aborted) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  /** Calls back when it is aborted; at once if it is already. */
  onAbort(callback: (reason: unknown) => void): void {
    if (this.#aborted) callback(this.#reason);
    else this.#listeners.push(callback);
  }

  /** Aborts; only the first time counts. */
  abort(reason: unknown): void {
    if (this.#aborted) return;
    this.#aborted = true;
    this.#reason = reason;
    for (const tell of this.#listeners) tell(reason);
    this.#listeners = [];
    this.#controller?.abort(reason);
  }
}
