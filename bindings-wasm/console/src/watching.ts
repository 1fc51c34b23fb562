import type { Sender, Senders } from "senders";
import { isSendersError } from "senders";

/** How many senders are watched at a time; the others wait for their turn. */
const AT_A_TIME = 6;

/** Statuses in which nothing happens until somebody does something. */
const RESTING = new Set(["ONLINE", "OFFLINE", "PENDING_VERIFICATION", "DRAFT", "STUBBED"]);

/** Whether a sender is on its way to another status by itself. Statuses this page does not know count as such. */
export function isPassing(sender: Sender): boolean {
  return !RESTING.has(sender.status);
}

/** What a watcher tells. */
export interface Watched {
  /** A sender as it was just seen. */
  seen(sender: Sender): void;
  /** A sender that is not there any more. */
  gone(sid: string): void;
  /** A watch that failed. */
  failed(error: unknown): void;
}

/** Follows senders with `waitUntilOnline` for as long as they are on show and on their way. */
export class Watcher {
  readonly #client: Senders;
  readonly #told: Watched;
  readonly #running = new Map<string, AbortController>();
  readonly #waiting = new Set<string>();

  constructor(client: Senders, told: Watched) {
    this.#client = client;
    this.#told = told;
  }

  /** Begins to follow a sender; one that is followed already is looked at anew. */
  watch(sid: string): void {
    this.stop(sid);
    this.#waiting.add(sid);
    this.#fill();
  }

  /** Whether a sender is being followed. */
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
          if (!signal.aborted) this.#told.seen(change.sender);
        },
      });
      if (!signal.aborted) this.#told.seen(sender);
    } catch (error) {
      if (!signal.aborted) this.#ended(sid, error);
    } finally {
      if (this.#running.get(sid) === controller) this.#running.delete(sid);
      this.#fill();
    }
  }

  #ended(sid: string, error: unknown): void {
    if (!isSendersError(error)) return this.#told.failed(error);
    switch (error.kind) {
      // The ends of a wait that the table shows by the status itself.
      case "verification_required":
      case "registration_failed":
      case "wait_timeout":
        if (error.sender !== undefined) this.#told.seen(error.sender);
        break;
      case "not_found":
        this.#told.gone(sid);
        break;
      default:
        this.#told.failed(error);
    }
  }
}
