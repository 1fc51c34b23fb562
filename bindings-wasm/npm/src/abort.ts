/** The aborts that follow a signal: one listener serves them all, since runtimes warn of more than ten. */
const followers = new WeakMap<AbortSignal, { all: Set<Abort>; listener: () => void }>();

/**
 * A light `AbortController` for one piece of work. A real one is made only if the signal is read, since it costs more than
 * all other bookkeeping of a request.
 */
export class Abort {
  /** The caller's signal. */
  readonly #given: AbortSignal | undefined;
  readonly #pending: Set<Abort>;
  readonly #listeners: ((reason: unknown) => void)[] = [];
  #controller: AbortController | undefined;
  #aborted = false;
  #reason: unknown;

  /** Adds itself to `pending` until `end`, and follows the caller's signal. */
  constructor(given: AbortSignal | undefined, pending: Set<Abort>) {
    this.#given = given;
    this.#pending = pending;
    pending.add(this);
    if (given === undefined) return;
    let group = followers.get(given);
    if (group === undefined) {
      const all = new Set<Abort>();
      const listener = (): void => all.forEach((one) => one.abort(given.reason));
      followers.set(given, (group = { all, listener }));
      given.addEventListener("abort", listener);
    }
    group.all.add(this);
    // A hook of the caller may have aborted it just before: its event is over.
    if (given.aborted) this.abort(given.reason);
  }

  /** Ends it: an abort has no effect any more. */
  end(): void {
    this.#pending.delete(this);
    const given = this.#given;
    const group = given && followers.get(given);
    if (group?.all.delete(this) && group.all.size === 0) {
      given?.removeEventListener("abort", group.listener);
      followers.delete(given as AbortSignal);
    }
  }

  /** Returns the signal, which is made when it is first read. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#aborted) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  /** Calls `callback` on abort; at once if it is already aborted. */
  onAbort(callback: (reason: unknown) => void): void {
    if (this.#aborted) callback(this.#reason);
    else this.#listeners.push(callback);
  }

  /** Resolves with `work`, or rejects as soon as the call is aborted, even if the transport ignores the signal. */
  race<T>(work: T | PromiseLike<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.onAbort(reject);
      Promise.resolve(work).then(resolve, reject);
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
