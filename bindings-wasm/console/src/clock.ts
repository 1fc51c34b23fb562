import type { Clock } from "senders";

/** A wait for a point in time. */
interface Waiting {
  at: number;
  wake: () => void;
}

/**
 * The time of the emulator in this page and of its client: as fast as real time or `speed` times faster. With `Infinity` it
 * is as fast as real time, but waits take no time.
 */
export class PageClock implements Clock {
  #speed = 1;
  #realMs = performance.now();
  #ms = 0;
  readonly #startedUnixMs = Date.now();
  readonly #waiting = new Set<Waiting>();
  /** The number of attempts in flight: each has a limit. */
  #attempts = 0;
  /** The number of those whose response the emulator delays. */
  #stalled = 0;
  #timer: number | undefined;

  /** Returns how many times faster it is than real time. */
  get speed(): number {
    return this.#speed;
  }

  /** Sets the speed, also for waits that have begun. */
  set speed(speed: number) {
    this.monotonicMs();
    this.#speed = speed;
    this.#arm();
  }

  readonly monotonicMs = (): number => {
    const real = performance.now();
    this.#ms += (real - this.#realMs) * this.#rate;
    this.#realMs = real;
    return this.#ms;
  };

  readonly unixMs = (): number => Math.floor(this.#startedUnixMs + this.monotonicMs());

  readonly sleep = (ms: number, signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const cancel = this.#wait(ms, () => {
        signal.removeEventListener("abort", abort);
        resolve();
      });
      const abort = (): void => {
        cancel();
        reject(signal.reason as Error);
      };
      signal.addEventListener("abort", abort, { once: true });
    });

  readonly limit = (ms: number, callback: () => void): (() => void) => {
    this.#attempts += 1;
    const cancel = this.#wait(ms, callback);
    return () => {
      this.#attempts -= 1;
      cancel();
    };
  };

  /** The same time for the emulator, whose sleep is a delayed response. */
  readonly emulators: Clock = {
    monotonicMs: this.monotonicMs,
    unixMs: this.unixMs,
    limit: this.limit,
    sleep: async (ms, signal) => {
      this.#stalled += 1;
      try {
        await this.sleep(ms, signal);
      } finally {
        this.#stalled -= 1;
        this.#arm();
      }
    },
  };

  get #rate(): number {
    return Number.isFinite(this.#speed) ? this.#speed : 1;
  }

  #wait(ms: number, wake: () => void): () => void {
    const waiting = { at: this.monotonicMs() + ms, wake };
    this.#waiting.add(waiting);
    this.#arm();
    return () => {
      this.#waiting.delete(waiting);
      this.#arm();
    };
  }

  /** Sets the timer for the wait that ends first. */
  #arm(): void {
    clearTimeout(this.#timer);
    if (this.#waiting.size === 0) return;
    const first = Math.min(...[...this.#waiting].map(({ at }) => at));
    // Nothing is skipped while a request is in flight: it would seem to take as long as the skipped time.
    const skips = !Number.isFinite(this.#speed) && this.#attempts === this.#stalled;
    const left = skips ? 0 : Math.max(0, first - this.monotonicMs()) / this.#rate;
    this.#timer = setTimeout(() => {
      if (skips) this.#ms = Math.max(this.monotonicMs(), first);
      const now = this.monotonicMs();
      for (const waiting of [...this.#waiting].sort((one, other) => one.at - other.at)) {
        if (waiting.at <= now && this.#waiting.delete(waiting)) waiting.wake();
      }
      this.#arm();
    }, left);
  }
}
