import { Senders } from "senders";
import type { Clock, RequestEvent, ResponseEvent, SendersOptions, WaitEvent } from "senders";
import { Emulator } from "senders/testing";

/** Where requests go. */
export type BackendKind = "emulator" | "server" | "proxy";

/** What the activity panel listens to. */
export interface Hooks {
  onRequest(event: RequestEvent): void;
  onResponse(event: ResponseEvent): void;
  onWait(event: WaitEvent): void;
}

/** A client, and the emulator behind it if that lives in this page. */
export interface Backend {
  kind: BackendKind;
  client: Senders;
  /** Where requests go, for people. */
  place: string;
  /** What the page says of this choice. */
  note: string;
  /** What to look at first when it does not answer. */
  hint: string;
  local?: LocalEmulator;
}

/** Where each kind listens unless the user says otherwise. */
export const DEFAULT_URLS: Record<"server" | "proxy", string> = {
  server: "http://127.0.0.1:8421",
  proxy: "http://127.0.0.1:8080",
};

/**
 * The emulator in this page, in real time or so many times faster: the waits of the client and the life of the senders
 * alike, so that what is seen is the same.
 */
export class LocalEmulator {
  /** How many times faster than real time. */
  speed = 1;
  #realMs = performance.now();
  #ms = 0;

  private constructor(readonly emulator: Emulator) {}

  /** An emulator with nobody in it. */
  static async create(): Promise<LocalEmulator> {
    return new LocalEmulator(await Emulator.create({}, { realTime: true }));
  }

  /** From now on time passes so many times faster. */
  setSpeed(speed: number): void {
    this.#now();
    this.speed = speed;
  }

  /** Options for a client of this emulator. */
  options(hooks: Hooks): SendersOptions {
    return this.emulator.options({ ...hooks, clock: this.#clock, fetch: this.#fetch });
  }

  /** The faster time in milliseconds. The emulator is brought up to it. */
  #now(): number {
    const real = performance.now();
    const passed = (real - this.#realMs) * this.speed;
    this.#realMs = real;
    this.#ms += passed;
    return this.#ms;
  }

  readonly #fetch = (url: string, init: RequestInit): Promise<Response> => {
    const behind = Math.floor(this.#now() - this.emulator.nowMs);
    if (behind > 0) this.emulator.advance(behind);
    return this.emulator.fetch(url, init);
  };

  readonly #clock: Clock = {
    monotonicMs: () => this.#now(),
    unixMs: () => Math.floor(performance.timeOrigin + this.#now()),
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const abort = (): void => {
          clearTimeout(timer);
          reject(signal.reason as Error);
        };
        const timer = setTimeout(() => {
          signal.removeEventListener("abort", abort);
          resolve();
        }, ms / this.speed);
        signal.addEventListener("abort", abort, { once: true });
      }),
    limit: (ms, callback) => {
      const timer = setTimeout(callback, ms / this.speed);
      return () => clearTimeout(timer);
    },
  };
}

/** The client of a choice. A URL that cannot be one is an error of the library, whose `field` is `baseUrl`. */
export async function connect(kind: BackendKind, url: string, hooks: Hooks): Promise<Backend> {
  if (kind === "emulator") {
    const local = await LocalEmulator.create();
    const note = "The emulator runs in this page: no server, no account. Reloading the page forgets it.";
    return {
      kind,
      client: new Senders(local.options(hooks)),
      place: "the emulator in this page",
      note,
      hint: "",
      local,
    };
  }
  if (kind === "server") {
    // The emulator's own credentials, which everyone knows; real ones have no place in a page.
    const { accountSid, authToken } = Emulator;
    const client = new Senders({ ...hooks, baseUrl: url, accountSid, authToken, dangerouslyAllowBrowser: true });
    const note = "An emulator on this machine: cargo run -p senders-emulator -- --port 8421";
    return { kind, client, place: url, note, hint: "Does the emulator run there?" };
  }
  const note = "Your own server, which adds the credentials: this page has none and asks for none.";
  return {
    kind,
    client: new Senders({ ...hooks, baseUrl: url, noCredentials: true }),
    place: url,
    note,
    hint: "Does the proxy run there, and does it allow this page (CORS)?",
  };
}
