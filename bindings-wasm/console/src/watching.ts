import type { Sender, Senders } from "senders";
import { isSendersError } from "senders";

/** How many senders are watched at the same time; the others wait. */
const AT_A_TIME = 6;

/** The statuses that do not change until someone acts. */
const RESTING = new Set(["ONLINE", "OFFLINE", "PENDING_VERIFICATION", "DRAFT", "STUBBED"]);

/** Returns whether a sender's status will change by itself. Statuses that this page does not know count as such. */
export function isPassing(sender: Sender): boolean {
  return !RESTING.has(sender.status);
}

/** The callbacks of a watcher. */
export interface Watched {
  /** Called with a sender that was just read. */
  seen(sender: Sender): void;
  /** Called with a sender that no longer exists. */
  gone(sid: string): void;
  /** Called with the error of a watch. */
  failed(error: unknown): void;
}

/** A follower of senders with `waitUntilOnline`, as long as they are shown and their status will change. */
export class Watcher {
  readonly #client: Senders;
  readonly #watched: Watched;
  readonly #running = new Map<string, AbortController>();
  readonly #waiting = new Set<string>();

  constructor(client: Senders, watched: Watched) {
    this.#client = client;
    this.#watched = watched;
  }

  /** Begins to follow a sender; one that is already followed is fetched again. */
  watch(sid: string): void {
    this.stop(sid);
    this.#waiting.add(sid);
    this.#fill();
  }

  /** Returns whether a sender is followed. */
  has(sid: string): boolean {
    return this.#running.has(sid) || this.#waiting.has(sid);
  }

  stop(sid: string): void {
    this.#waiting.delete(sid);
    this.#running.get(sid)?.abort();
    this.#running.delete(sid);
  }

  stopAll(): void {
    for (const sid of [...this.#running.keys(), ...this.#waiting]) this.stop(sid);
  }

  #fill(): void {
    for (const sid of this.#waiting) {
      if (this.#running.size >= AT_A_TIME) return;
      this.#waiting.delete(sid);
      void this.#follow(sid);
    }
  }

  async #follow(sid: string): Promise<void> {
    const controller = new AbortController();
    const { signal } = controller;
    this.#running.set(sid, controller);
    try {
      const sender = await this.#client.waitUntilOnline(sid, {
        signal,
        onStatus: (change) => {
          if (!signal.aborted) this.#watched.seen(change.sender);
        },
      });
      if (!signal.aborted) this.#watched.seen(sender);
    } catch (error) {
      if (!signal.aborted) this.#ended(sid, error);
    } finally {
      if (this.#running.get(sid) === controller) this.#running.delete(sid);
      this.#fill();
    }
  }

  #ended(sid: string, error: unknown): void {
    if (!isSendersError(error)) return this.#watched.failed(error);
    switch (error.kind) {
      // These ends of a wait are visible in the table, by the status.
      case "verification_required":
      case "registration_failed":
      case "wait_timeout":
        if (error.sender !== undefined) this.#watched.seen(error.sender);
        break;
      case "not_found":
        this.#watched.gone(sid);
        break;
      default:
        this.#watched.failed(error);
    }
  }
}
