import type { InProcess } from "#testing-glue";
import glue from "#testing-glue";
import { builtin, codecs } from "./builtin.js";
import type { FetchInit, FetchResponse, Module, Place } from "./globals.js";
import { camelCase, snakeCase } from "./names.js";
import type { Clock, OfflineReason, Sender, SendersOptions, Transport } from "./types.js";

/** A rule for a fault; {@link Emulator.faults} lists all. */
export interface FaultRule {
  /** The fault's name, such as `rate-limited`. */
  fault: string;
  /** Only for this operation: `create`, `fetch`, `list`, `update`, `delete`. */
  operation?: string;
  /** Only for this method. */
  method?: string;
  /** Only for paths that begin with this. */
  path?: string;
  /** The first matching request to affect, counted from 1. */
  nth?: number;
  /** How many times it happens; null: without end. Default 1. */
  times?: number | null;
  /** The fault's parameters, such as `{ "retry-after": 1 }`. */
  params?: Record<string, unknown>;
}

/** A request that the emulator got, and its result. Credentials are redacted. */
export interface JournalEntry {
  /** The number of the request. */
  sequence: number;
  /** The emulator's time in milliseconds. */
  at_ms: number;
  /** The method. */
  method: string;
  /** Path and query. */
  target: string;
  /** The header lines. */
  headers: [string, string][];
  /** The body as text. */
  body: string;
  /** The operation. */
  operation: string | null;
  /** The status of the response; 0 if none was sent. */
  status: number;
  /** The fault that was applied. */
  fault: string | null;
  /** Whether it was executed. */
  acted: boolean;
  /** The request's id. */
  request_id: string;
}

/** Last digits of a phone number that have an effect: `whatsapp:+155500` + any digits + `digits`. */
export interface MagicNumber {
  /** The last five digits. */
  digits: string;
  /** The status of the refusal; 0 if nothing is refused. */
  status: number;
  /** The error code; 0 if nothing fails. */
  code: number;
  /** The effect. */
  message: string;
}

/** A fault that can be made to happen. */
export interface Fault {
  /** Its name, for {@link FaultRule.fault}. */
  name: string;
  /** Its effect. */
  text: string;
}

/** A change of a sender, for {@link Emulator.changeSender}. */
export interface SenderChange {
  /** Any status. */
  status?: Sender["status"];
  /** How many milliseconds it lasts. Default: until a request changes it. */
  forMs?: number;
  /** Codes, whole reasons, or null; without `status` the sender becomes OFFLINE. */
  offlineReasons?: readonly (number | OfflineReason | null)[];
  /** Any value. */
  qualityRating?: unknown;
  /** Any value. */
  messagingLimit?: unknown;
  /** The display name that waits for approval. */
  pendingDisplayName?: string;
  /** The result of its review; `COMPLETED` makes it the name. */
  pendingDisplayNameStatus?: string;
  /** How many milliseconds from now lists do not show the sender. */
  hideFromListMs?: number;
  /** How many milliseconds from now requests by its SID do not find it. */
  hideFromFetchMs?: number;
}

/** How often an id was registered. */
export interface SenderIdCount {
  /** The id. */
  senderId: string;
  /** How many senders have it now. */
  senders: number;
  /** How many creates of it were executed. */
  created: number;
  /** The SIDs of the senders that have it now, the oldest first. */
  sids: string[];
}

/** A sender that waits for its verification code. */
export interface WaitingCode {
  /** The SID. */
  sid: string;
  /** The address. */
  senderId: string;
  /** How the code is delivered: `sms` or `voice`. */
  verificationMethod: string;
  /** How many codes were sent. */
  codesSent: number;
  /** How many wrong codes were received since the last code was sent. */
  wrongCodes: number;
}

/** Options of {@link Emulator.create}. */
export interface EmulatorOptions {
  /** The clock of the emulator, such as a real one for a page. Default: time passes only when the client waits. */
  clock?: Clock | undefined;
}

interface Head {
  status: number;
  headers: [string, string][];
  delivery: "normal" | "refuse" | "close" | "stall" | "padded";
  amount: number | null;
}

let instance: ReturnType<typeof glue> | undefined;
let load: () => Module | Promise<Module>;

/** Sets the loader of the module. */
export function setTestingLoader(loader: typeof load): void {
  load = loader;
}

async function loaded(): Promise<ReturnType<typeof glue>> {
  if (instance === undefined) {
    const module = await load();
    const made = glue(codecs());
    made.initSync({ module });
    instance = made;
  }
  return instance;
}

/**
 * The Senders API in this process, for tests: no server, no network, and no real time passes.
 *
 * ```ts
 * import { Senders } from "senders";
 * import { Emulator } from "senders/testing";
 *
 * const emulator = await Emulator.create();
 * const client = new Senders(emulator.options());
 * const sender = await client.create({ senderId: "whatsapp:+15550100001", profile: { name: "Example" } });
 * await client.waitUntilOnline(sender.sid);
 * ```
 *
 * Numbers lead a sender's life by their digits: `+155501…` verifies itself and comes online; any other number waits for a
 * code, of which `000000` is wrong and any other six digits are right; see {@link magicNumbers} for the rest.
 */
export class Emulator {
  /** The credentials it takes unless the switches say otherwise. */
  static readonly accountSid = `AC${"0".repeat(32)}`;
  /** The auth token that belongs to them. */
  static readonly authToken = "0".repeat(32);

  readonly #inner: InProcess;
  readonly #exports: ReturnType<typeof glue>;
  readonly #limits = new Set<{ at: number; callback: () => void }>();
  /** The clock that was given, if one was, and what it showed at first. */
  readonly #given: { clock: Clock; startedMs: number; startedUnixMs: number } | undefined;
  /** Milliseconds that {@link advance} added to what it shows. */
  #skippedMs = 0;

  /** @internal */
  constructor(inner: InProcess, made: ReturnType<typeof glue>, clock: Clock | undefined) {
    this.#inner = inner;
    this.#exports = made;
    this.#given = clock && { clock, startedMs: clock.monotonicMs(), startedUnixMs: clock.unixMs() };
    this.clock = clock ?? this.#virtual;
  }

  /** An emulator with these switches, such as `{ "duplicate-status": "409", "step-ms": 0 }`. */
  static async create(switches: Record<string, string | number | boolean> = {}, options: EmulatorOptions = {}): Promise<Emulator> {
    const made = await loaded();
    return new Emulator(new made.InProcess(JSON.stringify(switches)), made, options.clock);
  }

  /** Options for a client that talks to this emulator, yours laid over them. */
  options(more: SendersOptions = {}): SendersOptions {
    const given = ["accountSid", "authToken", "apiKey", "apiSecret", "noCredentials"].some((name) => name in more);
    const credentials = given ? {} : { accountSid: Emulator.accountSid, authToken: Emulator.authToken };
    return {
      ...credentials,
      baseUrl: "http://localhost",
      seed: 0,
      dangerouslyAllowBrowser: true,
      clock: this.clock,
      ...more,
      transport: more.transport ?? (more.fetch === undefined ? this.transport : undefined),
    };
  }

  /** The emulator as a transport. It uses nothing of the runtime that tests put something else in the place of. */
  readonly transport: Transport = {
    send: async (request) => {
      const { TextEncoder } = codecs();
      const body = new TextEncoder().encode(request.body ?? "");
      const signal = (): AbortSignal => request.signal;
      const { status, headers, answer, spaces } = await this.#deliver(request.method, request.url, request.headers, body, signal);
      if (answer !== undefined) request.write(answer);
      for (let left = spaces; left > 0; left -= PIECE) request.write(new Uint8Array(Math.min(left, PIECE)).fill(SPACE));
      return { status, headers };
    },
  };

  /** The emulator as a `fetch`. */
  readonly fetch = async (url: string | Place, init: FetchInit = {}): Promise<FetchResponse> => {
    const signal = init.signal ?? undefined;
    signal?.throwIfAborted();
    const body = new Uint8Array(await new Response(init.body ?? null).arrayBuffer());
    const lines = [...new Headers(init.headers)];
    const { status, headers, answer, spaces } = await this.#deliver(init.method ?? "GET", String(url), lines, body, () => signal);
    return new Response(answer && (spaces > 0 ? withSpaces(answer, spaces) : answer), { status, headers });
  };

  /** Gives a request to the emulator; returns its response, and how many spaces follow the body. */
  async #deliver(
    method: string,
    url: string,
    headers: readonly (readonly [name: string, value: string])[],
    body: Uint8Array,
    signal: () => AbortSignal | undefined,
  ): Promise<Pick<Head, "status" | "headers"> & { answer: Uint8Array<ArrayBuffer> | undefined; spaces: number }> {
    this.#catchUp();
    const { pathname, search, host } = new URL(url);
    const lines = ["Host", host];
    for (const [name, value] of headers) lines.push(name.toLowerCase(), value);
    const delivered = this.#inner.send(method, pathname + search, lines, body);
    const head = JSON.parse(delivered.head()) as Head;
    const answer = delivered.body();
    delivered.free();
    switch (head.delivery) {
      case "refuse":
        throw fetchFailed("ECONNREFUSED", "connection refused", String(url));
      case "close":
        throw fetchFailed("ECONNRESET", "the connection was closed");
      case "stall":
        await this.#stall(head.amount, signal());
        signal()?.throwIfAborted();
        break;
      default:
        // Not at once, as from a network.
        await Promise.resolve();
    }
    const bodyless = [101, 204, 205, 304].includes(head.status);
    const spaces = head.delivery === "padded" && !bodyless ? (head.amount ?? 0) : 0;
    return { status: head.status, headers: head.headers, answer: bodyless ? undefined : answer, spaces };
  }

  /** Returns the clock for a client: the given one, or a virtual one without real waits. */
  readonly clock: Clock;

  readonly #virtual: Clock = {
    monotonicMs: () => this.nowMs,
    unixMs: () => this.unixMs,
    sleep: async (ms, signal) => {
      // A turn of the event loop, so that other work in progress runs first.
      await turn();
      signal.throwIfAborted();
      this.#inner.advance(ms);
    },
    limit: (ms, callback) => {
      const limit = { at: this.nowMs + ms, callback };
      this.#limits.add(limit);
      return () => this.#limits.delete(limit);
    },
  };

  /** Returns the milliseconds since it was made, on its own clock. */
  get nowMs(): number {
    this.#catchUp();
    return this.#inner.now_ms();
  }

  /** Returns the emulator's time in milliseconds since 1970. */
  get unixMs(): number {
    return this.#given ? this.#given.startedUnixMs + this.nowMs : this.#inner.unix_ms();
  }

  /** Lets time pass. */
  advance(ms: number): void {
    this.#catchUp();
    this.#skippedMs += ms;
    this.#inner.advance(ms);
  }

  /** Returns all requests so far. */
  journal(): JournalEntry[] {
    return JSON.parse(this.#inner.journal()) as JournalEntry[];
  }

  /** Forgets the requests so far. */
  clearJournal(): void {
    this.#inner.clear_journal();
  }

  /** Makes a fault happen. */
  inject(rule: FaultRule): void {
    this.#inner.inject(JSON.stringify(rule));
  }

  /** Removes all rules for faults. */
  clearFaults(): void {
    this.#inner.clear_faults();
  }

  /** Changes a switch from now on. */
  setSwitch(name: string, value: string | number | boolean): void {
    this.#inner.set_switch(name, String(value));
  }

  /** Adds senders. */
  seedSenders(count: number): void {
    this.#inner.seed_senders(count);
  }

  /** Returns all senders, as the API writes them: snake_case. */
  senders(): Record<string, unknown>[] {
    return JSON.parse(this.#inner.senders()) as Record<string, unknown>[];
  }

  /** Sets a sender's status; returns false if there is no such sender. */
  setStatus(sid: string, status: Sender["status"]): boolean {
    return this.#inner.set_status(sid, status);
  }

  /** Changes a sender without a request. Absent fields are not changed. */
  changeSender(sid: string, change: SenderChange): void {
    const isRecord = (value: unknown): value is object => typeof value === "object" && value !== null && !Array.isArray(value);
    this.#inner.change_sender(
      sid,
      JSON.stringify(change, (_, value: unknown) => (isRecord(value) ? respelled(value, snakeCase) : value)),
    );
  }

  /** Returns every `senderId` that a sender has or had. */
  senderIds(): SenderIdCount[] {
    const rows = JSON.parse(this.#inner.sender_ids()) as object[];
    return rows.map((row) => respelled(row, camelCase) as unknown as SenderIdCount);
  }

  /** Returns the senders that wait for a verification code. */
  waitingCodes(): WaitingCode[] {
    const rows = JSON.parse(this.#inner.waiting_codes()) as object[];
    return rows.map((row) => respelled(row, camelCase) as unknown as WaitingCode);
  }

  /** Forgets senders, requests and faults; the switches stay. */
  reset(): void {
    this.#inner.reset();
  }

  /** Returns the numbers that have an effect. */
  magicNumbers(): MagicNumber[] {
    return JSON.parse(this.#exports.magic_number_table()) as MagicNumber[];
  }

  /** Returns all faults. */
  faults(): Fault[] {
    return JSON.parse(this.#exports.fault_table()) as Fault[];
  }

  /** Advances the emulator to the time of the given clock. */
  #catchUp(): void {
    if (this.#given === undefined) return;
    const { clock, startedMs } = this.#given;
    const behind = clock.monotonicMs() - startedMs + this.#skippedMs - this.#inner.now_ms();
    if (behind >= 1) this.#inner.advance(Math.floor(behind));
  }

  /** Lets a request hang this long, or without end; calls back for limits that are reached meanwhile. */
  async #stall(ms: number | null, signal: AbortSignal | undefined): Promise<void> {
    if (this.#given !== undefined && ms !== null) {
      await this.#given.clock.sleep(ms, signal ?? new AbortController().signal);
      return;
    }
    const nearest = Math.min(...[...this.#limits].map(({ at }) => at));
    const until = ms === null ? nearest : this.nowMs + ms;
    if (Number.isFinite(until)) {
      this.#inner.advance(Math.max(0, until - this.nowMs));
      for (const limit of [...this.#limits]) {
        if (limit.at <= this.nowMs && this.#limits.delete(limit)) limit.callback();
      }
    }
    if (ms === null && signal?.aborted !== true) {
      await new Promise<void>((resolve) => signal?.addEventListener("abort", () => resolve(), { once: true }));
    }
  }
}

function fetchFailed(code: string, message: string, path?: string): TypeError {
  return new TypeError("fetch failed", { cause: Object.assign(new Error(message), { code, path }) });
}

/**
 * Resolves in a later turn of the event loop. Tests may replace timers, and must then advance them; they do not replace
 * messages. Without messages it uses a timer, or at least a later job.
 */
function turn(): Promise<void> {
  const Channel = globalThis.MessageChannel ?? builtin<Pick<typeof globalThis, "MessageChannel">>("worker_threads")?.MessageChannel;
  return new Promise((resolve) => {
    try {
      const { port1, port2 } = new Channel();
      port1.onmessage = () => {
        port1.close();
        resolve();
      };
      port2.postMessage(0);
    } catch {
      if (typeof setTimeout === "function") setTimeout(resolve, 0);
      else resolve();
    }
  });
}

/** Returns the object with other names. */
function respelled(object: object, spell: (name: string) => string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [spell(name), value]));
}

const PIECE = 65_536;
const SPACE = 32;

/** Returns a body with `spaces` spaces after it, made while it is read. */
function withSpaces(body: Uint8Array<ArrayBuffer>, spaces: number): ReadableStream<Uint8Array> {
  let left = spaces;
  return new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(body),
    pull: (controller) => {
      if (left <= 0) return controller.close();
      controller.enqueue(new Uint8Array(Math.min(left, PIECE)).fill(SPACE));
      left -= PIECE;
    },
  });
}
