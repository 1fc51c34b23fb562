/**
 * What an `AbortController` does, for one thing that takes time, without making one unless somebody asks for its signal:
 * that costs more than all the rest of a request's bookkeeping.
 */
export class Abort {
  /** The caller's. */
  readonly #given: AbortSignal | undefined;
  readonly #pending: Set<Abort>;
  readonly #listeners: ((reason: unknown) => void)[] = [];
  #giveUp: (() => void) | undefined;
  #controller: AbortController | undefined;
  #aborted = false;
  #reason: unknown;

  /** Until its end it stands among what is pending, and follows the caller's signal. */
  constructor(given: AbortSignal | undefined, pending: Set<Abort>) {
    this.#given = given;
    this.#pending = pending;
    pending.add(this);
    if (given === undefined) return;
    this.#giveUp = () => this.abort(given.reason);
    given.addEventListener("abort", this.#giveUp, { once: true });
  }

  /** Nothing is to be aborted any more. */
  end(): void {
    this.#pending.delete(this);
    if (this.#giveUp) this.#given?.removeEventListener("abort", this.#giveUp);
  }

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

  /** What `work` comes to, but for an abort before: a transport may not know of the signal, and the call is over nevertheless. */
  race<T>(work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.onAbort(reject);
      work.then(resolve, reject);
    });
  }

  /** Aborts; only the first time counts. */
  abort(reason: unknown): void {
    if (this.#aborted) return;
    this.#aborted = true;
    this.#reason = reason;
    for (const tell of this.#listeners) tell(reason);
    this.#controller?.abort(reason);
  }
}
