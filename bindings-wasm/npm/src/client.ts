import { Call } from "./call.js";
import { systemClock } from "./clock.js";
import type { Surroundings } from "./driver.js";
import { Driver } from "./driver.js";
import { Engine, engine } from "./engine.js";
import { isPage, variable } from "./environment.js";
import { argumentError } from "./errors.js";
import { SenderList } from "./list.js";
import { inCamelCase } from "./names.js";
import { checked, json, plain, requestJson } from "./plain.js";
import { FetchTransport } from "./transport.js";
import type {
  CallOptions,
  CreateSender,
  DeleteOptions,
  EnsureAllOptions,
  EnsureOptions,
  EnsureResult,
  Ensured,
  ListOptions,
  Sections,
  Sender,
  SendersOptions,
  StatusChange,
  WaitOptions,
} from "./types.js";

declare const __VERSION__: string;

/** The version of this package. */
export const VERSION: string = __VERSION__;

/** What may be shown of a client. */
export interface ShownClient {
  /** Where its requests go; undefined while the module is being loaded. */
  baseUrl: string | undefined;
  /** How it says who it is: `auth token`, `API key` or `none`. */
  credentials: string;
}

/** The options the module is given. */
type CoreOptions = Record<string, string | number>;

/** Called with each event of the call; awaited. */
type Notify = (value: unknown, driver: Driver) => unknown;

/** What a client keeps in an instance of the module. */
interface Held {
  engine: Engine;
  number: number;
}

/** Frees what forgotten clients keep, where the runtime can tell. */
const forgotten =
  typeof FinalizationRegistry === "function"
    ? new FinalizationRegistry<Held>(({ engine: at, number }) => {
        if (at.dead === undefined) at.run((wasm) => wasm.close(number));
      })
    : undefined;

/**
 * The client of one account: create, fetch, list, update, verify, delete, wait until online, ensure one or many.
 *
 * ```ts
 * const client = new Senders({ accountSid, authToken });
 * const sender = await client.create({ senderId: "whatsapp:+15017122661", profile: { name: "Example" } });
 * await client.waitUntilOnline(sender.sid, { onStatus: (change) => console.log(change.status) });
 * ```
 *
 * It holds no connection and need not be closed. What it sends and what it makes of the answers is the same in every
 * language of this library.
 */
export class Senders {
  readonly #options: CoreOptions;
  readonly #credentials: string;
  readonly #surroundings: Surroundings;
  #held: Held | undefined;
  #calls = 0;

  /**
   * Without credentials the environment is asked, on servers: `TWILIO_API_KEY` and `TWILIO_API_SECRET` if both are set,
   * else `TWILIO_ACCOUNT_SID` and `TWILIO_AUTH_TOKEN`. In a page the environment is never asked, and credentials are refused
   * unless `dangerouslyAllowBrowser` is set: give the `baseUrl` of a proxy that adds them.
   *
   * Wrong options throw an {@link ArgumentError}, where the module is still being loaded not here but at the first call.
   */
  constructor(options: SendersOptions = {}) {
    const { fetch, transport, clock, onRequest, onResponse, onWait, logger, ...rest } = options;
    const { noCredentials, dangerouslyAllowBrowser, ...core } = rest;
    const page = isPage();
    if (fetch !== undefined && typeof fetch !== "function") throw argumentError("fetch", "must be a function");
    if (transport !== undefined && typeof transport?.send !== "function") {
      throw argumentError("transport", "must have a method send(request)");
    }
    for (const [name, hook] of Object.entries({ onRequest, onResponse, onWait })) isFunction(name, hook);
    has("clock", clock, ["monotonicMs", "unixMs", "sleep", "limit"]);
    has("logger", logger, ["debug", "warn"]);
    for (const [name, flag] of Object.entries({ noCredentials, dangerouslyAllowBrowser })) {
      if (flag !== undefined && typeof flag !== "boolean") throw argumentError(name, "must be true or false");
    }
    if (fetch !== undefined && transport !== undefined) {
      throw argumentError("transport", "must not be given together with fetch");
    }
    this.#options = { product: `senders-js/${VERSION}`, seed: randomSeed(), ...resolve(core, noCredentials, page) };
    const { authToken, apiSecret } = this.#options;
    this.#credentials = authToken ? "auth token" : apiSecret ? "API key" : "none";
    if (page && this.#credentials !== "none" && dangerouslyAllowBrowser !== true) {
      throw argumentError(
        "dangerouslyAllowBrowser",
        "must be true to use credentials in a page, where everyone who opens it can read them; " +
          "give the baseUrl of a proxy that adds them instead",
      );
    }
    this.#surroundings = {
      transport: fetch === undefined ? transport : new FetchTransport(fetch, page),
      clock: clock ?? systemClock,
      page,
      onRequest,
      onResponse,
      onWait,
      logger: logger ?? (!page && variable("SENDERS_LOG") === "debug" ? console : undefined),
      terms: undefined,
    };
    const at = engine();
    if (at instanceof Engine) this.#open(at);
    else at.catch(() => undefined);
  }

  /**
   * Registers a number or an agent.
   *
   * The answer only says that it was taken on: go on with {@link waitUntilOnline}. A WhatsApp sender needs `profile.name`.
   * It is never repeated when the server may have acted; then an {@link OutcomeUnknownError} says so. To register a number
   * once and only once use {@link ensure}.
   */
  create(request: CreateSender, options?: CallOptions): Call<Sender> {
    return this.#call("create", request, options);
  }

  /** Looks at one sender. */
  fetch(sid: string, options?: CallOptions): Call<Sender> {
    return this.#call("fetch", { sid }, options);
  }

  /** Lists senders, lazily: `for await (const sender of client.list())`. See {@link SenderList}. */
  list(options: ListOptions = {}): SenderList {
    const { channel, pageSize, limit, token, ...rest } = object(options);
    return new SenderList(() => this.#begin("list", { channel, pageSize, limit, token }, rest));
  }

  /**
   * Changes what it names and leaves the rest: `null` is null, `undefined` and what is left out stay untouched.
   *
   * The answer only echoes what was sent; other sections may be null in it.
   */
  update(sid: string, changes: Sections, options?: CallOptions): Call<Sender> {
    return this.#call("update", { ...object(changes, "the request"), sid }, options);
  }

  /** Gives the code that was sent to the number by text message or call. Then {@link waitUntilOnline} again. */
  verify(sid: string, code: string, options?: CallOptions): Call<Sender> {
    return this.#call("verify", { sid, code }, options);
  }

  /** Deletes a sender. */
  delete(sid: string, options: DeleteOptions = {}): Call<void> {
    const { missingOk, ...rest } = object(options);
    return this.#call("delete", { sid, missingOk }, rest, undefined, () => undefined);
  }

  /**
   * Looks at a sender until it is online, first at once, then after 2 seconds and ever more slowly, up to 30.
   *
   * It rejects with {@link VerificationRequiredError} when the sender needs a code (unless `waitForVerification`), with
   * {@link RegistrationFailedError} when it is offline with reasons, and with {@link WaitTimeoutError}.
   */
  waitUntilOnline(sid: string | undefined, options: WaitOptions = {}): Call<Sender> {
    const { timeoutMs, onStatus, waitForVerification, token, attemptTimeoutMs, ...rest } = object(options);
    const args = { sid, timeoutMs, waitForVerification, token };
    const notify = onStatus === undefined ? undefined : (change: unknown): unknown => onStatus(change as StatusChange);
    return this.#call("waitUntilOnline", args, { ...rest, timeoutMs: attemptTimeoutMs }, notify, undefined, { onStatus });
  }

  /**
   * Finds the sender of this id, or creates it if there is none; safe to call again and again.
   *
   * A sender that was there is not changed: `differences` names the fields of the request that it does not have. Two
   * processes at the same time need a lock of yours, or rely on the server to refuse the second create.
   */
  ensure(request: CreateSender, options: EnsureOptions = {}): Call<Ensured> {
    const { onToken, ...rest } = object(options);
    const stored = onToken === undefined ? undefined : (token: unknown): unknown => onToken(token as string);
    return this.#call("ensure", request, rest, stored, (value) => spelled(value as Ensured), { onToken });
  }

  /**
   * {@link ensure} for many senders, at most 10000: one listing serves them all, and one token. Creates are sent one after
   * the other.
   *
   * It resolves with a result for each, in the order given. A sender that cannot be had is an `error` in its result and
   * harms no other; but after a create that is refused for its credentials, or with 429 until the attempts ran out, no
   * further one is sent, and the others end with the same error. It rejects for a wrong argument (`senders[3].profile.name`),
   * an abort, and what a callback throws.
   *
   * ```ts
   * const results = await client.ensureAll(requests, { onToken: (token) => store(token) });
   * for (const { senderId, ensured, error } of results) console.log(senderId, ensured?.how ?? error?.message);
   * ```
   */
  ensureAll(senders: readonly CreateSender[], options: EnsureAllOptions = {}): Call<EnsureResult[]> {
    const { onToken, onResult, ...rest } = object(options);
    const ids = Array.isArray(senders) ? senders.map((sender?: CreateSender) => sender?.senderId) : [];
    const results: EnsureResult[] = [];
    const notify = (value: unknown, driver: Driver): unknown => {
      if (typeof value === "string") return onToken?.(value);
      const { index, ensured } = value as { index: number; ensured: Ensured | null };
      const senderId = ids[index] as string;
      const result = ensured === null ? { senderId, ensured, error: driver.problem() } : { senderId, ensured: spelled(ensured), error: null };
      results[index] = result;
      return onResult?.(result);
    };
    return this.#call("ensureAll", { senders }, rest, notify, () => results, { onToken, onResult });
  }

  #call<T>(
    operation: string,
    args: object,
    options: CallOptions | undefined,
    notify?: Notify,
    result: (value: unknown) => T = (value) => value as T,
    callbacks: object = {},
  ): Call<T> {
    const run: { by?: Driver } = {};
    return new Call(this.#run(run, operation, args, options, notify, result, callbacks), () => (run.by as Driver).response());
  }

  async #run<T>(
    run: { by?: Driver },
    operation: string,
    args: object,
    options: CallOptions | undefined,
    notify: Notify | undefined,
    result: (value: unknown) => T,
    callbacks: object,
  ): Promise<T> {
    for (const [name, callback] of Object.entries(callbacks)) isFunction(name, callback);
    const begun = this.#begin(operation, args, options);
    const driver = (run.by = begun instanceof Driver ? begun : await begun);
    try {
      for (;;) {
        const { done, value } = await driver.next(notify !== undefined);
        if (done) return result(value);
        await driver.wait(notify?.(value, driver));
      }
    } finally {
      driver.end();
    }
  }

  #begin(operation: string, args: object, options?: CallOptions): Driver | Promise<Driver> {
    const { signal, ...rest } = object(options);
    if (signal?.aborted) throw signal.reason;
    if (signal !== undefined && typeof signal?.addEventListener !== "function") throw argumentError("signal", "must be an AbortSignal");
    // Copied now: what the caller changes afterwards has no part in the call.
    const copies = [REQUESTS.has(operation) ? requestJson(args) : json(args), options ? json(rest) : ""] as const;
    const begin = (at: Engine): Driver => {
      const client = this.#open(at);
      const call = at.run((wasm) => wasm.begin(client, operation, ...copies));
      this.#calls += 1;
      return new Driver(at, call, operation, this.#surroundings, signal, this.#calls);
    };
    const at = engine();
    return at instanceof Engine ? begin(at) : at.then(begin);
  }

  /** This client in an instance of the module; a new instance gets it first. */
  #open(at: Engine): number {
    if (this.#held?.engine !== at) {
      this.#held = { engine: at, number: at.run((wasm) => wasm.open(json(this.#options))) };
      forgotten?.register(this, this.#held);
    }
    return this.#held.number;
  }

  /** What may be shown of a client. */
  toJSON(): ShownClient {
    const held = this.#held;
    const origin = held && held.engine.dead === undefined ? held.engine.run((wasm) => wasm.origin(held.number)) : undefined;
    return { baseUrl: origin ?? (this.#options["baseUrl"] as string | undefined), credentials: this.#credentials };
  }

  /** What Node, Deno and Bun show of it: no credentials. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    const { baseUrl, credentials } = this.toJSON();
    return `Senders { baseUrl: '${baseUrl ?? "?"}', credentials: <${credentials}> }`;
  }
}

// For the tests of this package: a panic on purpose, and what is still held.
Object.defineProperty(Senders, Symbol.for("senders.internals"), {
  value: {
    panic: async () => (await engine()).run((wasm) => wasm.panic()),
    openCalls: async () => (await engine()).run((wasm) => wasm.open_calls()),
  },
});

/** An argument that is an object, or left out. */
function object<T extends object>(given: T | undefined, name?: string): Partial<T> {
  return given === undefined ? {} : checked(given, name ?? "options");
}

function isFunction(name: string, value: unknown): void {
  if (value !== undefined && typeof value !== "function") throw argumentError(name, "must be a function");
}

/** Refuses an object of the caller's without these methods. */
function has(name: string, value: object | undefined, methods: string[]): void {
  if (value === undefined) return;
  const missing = methods.find((method) => typeof (value as Record<string, unknown> | null)?.[method] !== "function");
  if (missing !== undefined) throw argumentError(name, `must have a method ${missing}()`);
}

/** What `ensure` ends with, its fields named as in JavaScript. */
function spelled(ensured: Ensured): Ensured {
  return { ...ensured, differences: ensured.differences.map(inCamelCase) };
}

function randomSeed(): number {
  return Math.floor(Math.random() * Number.MAX_SAFE_INTEGER);
}

/** The operations whose arguments are a request of the API. */
const REQUESTS = new Set(["create", "update", "ensure", "ensureAll"]);
const CREDENTIALS = ["accountSid", "authToken", "apiKey", "apiSecret"];
const PLACES = ["baseUrl", "region", "edge"];

/** The options completed from the environment. What is given beats what is set there. */
function resolve(given: object, noCredentials: boolean | undefined, page: boolean): CoreOptions {
  const options = plain(given, "") as CoreOptions;
  const given_any = (names: string[]): boolean => names.some((name) => options[name] !== undefined);
  const take = (pairs: Record<string, string>): boolean => {
    const found = Object.entries(pairs).map(([name, key]) => [name, variable(key)] as const);
    if (found.some(([, value]) => value === undefined)) return false;
    Object.assign(options, Object.fromEntries(found));
    return true;
  };
  if (noCredentials === true && given_any(CREDENTIALS)) {
    throw argumentError("noCredentials", "must not be given together with credentials");
  }
  if (page) {
    if (!given_any(CREDENTIALS) && !given_any(PLACES)) {
      throw argumentError("baseUrl", "must be given in a page: the URL of a proxy that adds the credentials");
    }
    return options;
  }
  if (noCredentials !== true && !given_any(CREDENTIALS)) {
    const found =
      take({ apiKey: "TWILIO_API_KEY", apiSecret: "TWILIO_API_SECRET" }) ||
      take({ accountSid: "TWILIO_ACCOUNT_SID", authToken: "TWILIO_AUTH_TOKEN" });
    if (!found) {
      throw argumentError(
        "accountSid",
        "must be given with authToken, or apiKey with apiSecret, or set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN, " +
          "or TWILIO_API_KEY and TWILIO_API_SECRET, in the environment (noCredentials: true sends none, for a proxy that adds them)",
      );
    }
  }
  if (!given_any(PLACES)) take({ baseUrl: "SENDERS_BASE_URL" });
  if (options["baseUrl"] === undefined) {
    if (options["region"] === undefined) take({ region: "TWILIO_REGION" });
    if (options["edge"] === undefined) take({ edge: "TWILIO_EDGE" });
  }
  return options;
}
