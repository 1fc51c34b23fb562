/** What follows a signal: one listener for all of it, since runtimes warn of more than ten. */
const followers = new WeakMap<AbortSignal, { all: Set<Abort>; listener: () => void }>();

/**
 * What an `AbortController` does, for one thing that takes time, without making one unless somebody asks for its signal:
 * that costs more than all the rest of a request's bookkeeping.
 */
export class Abort {
  /** The caller's. */
  readonly #given: AbortSignal | undefined;
  readonly #pending: Set<Abort>;
  readonly #listeners: ((reason: unknown) => void)[] = [];
  #controller: AbortController | undefined;
  #aborted = false;
  #reason: unknown;

  /** Until its end it stands among what is pending, and follows the caller's signal. */
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
    // A hook of the caller's may have aborted it a moment ago: its event is over.
    if (given.aborted) this.abort(given.reason);
  }

  /** Nothing is to be aborted any more. */
  end(): void {
    this.#pending.delete(this);
    const given = this.#given;
    const group = given && followers.get(given);
    if (group?.all.delete(this) && group.all.size === 0) {
      given?.removeEventListener("abort", group.listener);
      followers.delete(given as AbortSignal);
    }
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
