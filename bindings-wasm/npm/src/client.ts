import { Call } from "./call.js";
import { systemClock } from "./clock.js";
import type { Surroundings } from "./driver.js";
import { Driver } from "./driver.js";
import { Engine, engine, forgotten } from "./engine.js";
import { isPage, variable, variables } from "./environment.js";
import { argumentError, internalError, isSendersError } from "./errors.js";
import { SenderList, values } from "./list.js";
import { checked, json, plain, readable, requestJson } from "./plain.js";
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

/** The public data of a client. */
export interface ShownClient {
  /** The URL of its requests; undefined while the module is loading. */
  baseUrl: string | undefined;
  /** The kind of its credentials: `auth token`, `API key` or `none`; `?` while the module is loading. */
  credentials: string;
}

/** The options that the module gets. */
type CoreOptions = Record<string, string | number>;

/** A function that is called with each event of the call, and awaited. */
type Notify = (value: unknown, driver: Driver) => unknown;

/** A client's place in an instance of the module. */
interface Held {
  engine: Engine;
  number: number;
}

/** A call that may register numbers. If an instance of the module dies, the next one must know these calls. */
interface Creating {
  /** The instance that knows it. */
  engine: Engine | undefined;
  /** One per line. */
  senderIds: string;
  /** When it ended, by the client's clock. */
  endedMs: number | undefined;
  /** Whether the server may have acted without a response. */
  unknown: boolean;
}

/** How many milliseconds an instance remembers a create: twelve seconds; without a response, as long as an attempt may take. */
const REMEMBERED_MS = { answered: 12_000, unknown: 612_000 };

/** A call before it begins. */
interface Prepared {
  args: object;
  options?: CallOptions | undefined;
  notify?: Notify | undefined;
  /** The callbacks by name. */
  callbacks?: object;
  /** The token of an earlier call. */
  given?: string | undefined;
}

/**
 * The client of one account: create, fetch, list, update, verify, delete, wait until online, ensure one or many.
 *
 * ```ts
 * const client = new Senders({ accountSid, authToken });
 * const sender = await client.create({ senderId: "whatsapp:+15017122661", profile: { name: "Example" } });
 * await client.waitUntilOnline(sender.sid, { onStatus: (change) => console.log(change.status) });
 * ```
 *
 * It holds no connection, and you need not close it. Its requests, and its treatment of the responses, are the same in every
 * language of this library.
 */
export class Senders {
  readonly #options: CoreOptions;
  /** The variables that complete the options; undefined in a page. */
  readonly #environment: Record<string, string> | undefined;
  readonly #surroundings: Surroundings;
  #held: Held | undefined;
  #calls = 0;
  /** First the calls that run, then the calls that ended, in that order. */
  readonly #creates = new Set<Creating>();
  /** When the last of them ended. */
  #lastMs = 0;

  /**
   * Creates a client. Without credentials it reads the environment on servers: `TWILIO_API_KEY` and `TWILIO_API_SECRET` if
   * both are set, else `TWILIO_ACCOUNT_SID` and `TWILIO_AUTH_TOKEN`. In a page it never reads the environment, and refuses
   * credentials unless `dangerouslyAllowBrowser` is set: give the `baseUrl` of a proxy that adds them.
   *
   * Wrong options throw an {@link ArgumentError}: here, or at the first call if the module is still loading.
   */
  constructor(options: SendersOptions = {}) {
    const given = readable("options", () => ({ ...checked(options, "options") }));
    const { fetch, transport, clock, onRequest, onResponse, onWait, logger, ...rest } = given;
    const { dangerouslyAllowBrowser, ...core } = rest;
    const page = isPage();
    if (fetch !== undefined && typeof fetch !== "function") throw argumentError("fetch", "must be a function");
    has("transport", transport, ["send"]);
    for (const [name, hook] of Object.entries({ onRequest, onResponse, onWait })) isFunction(name, hook);
    has("clock", clock, ["monotonicMs", "unixMs", "sleep", "limit"]);
    has("logger", logger, ["debug", "warn"]);
    if (dangerouslyAllowBrowser !== undefined && typeof dangerouslyAllowBrowser !== "boolean") {
      throw argumentError("dangerouslyAllowBrowser", "must be true or false");
    }
    if (fetch !== undefined && transport !== undefined) {
      throw argumentError("transport", "must not be given together with fetch");
    }
    this.#options = { seed: randomSeed(), ...(plain(withoutFunctions(core), "") as CoreOptions) };
    this.#environment = page ? undefined : variables();
    if (!page) {
      // Everything may come from the environment.
    } else if (!this.#has(CREDENTIALS) && !this.#has(PLACES)) {
      throw argumentError("baseUrl", "must be given in a page: the URL of a proxy that adds the credentials");
    } else if (this.#has(CREDENTIALS) && dangerouslyAllowBrowser !== true) {
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
      secrets: { ...this.#options, environment: this.#environment },
      terms: undefined,
    };
    const at = engine();
    if (at instanceof Engine) this.#open(at);
    else at.catch(() => undefined);
  }

  /**
   * Registers a number or an agent.
   *
   * The response only says that the request was accepted: continue with {@link waitUntilOnline}. A WhatsApp sender needs
   * `profile.name`. If the server may have acted, the request is not repeated, and the call rejects with an
   * {@link OutcomeUnknownError}. To register a number exactly once, use {@link ensure}.
   */
  create(request: CreateSender, options?: CallOptions): Call<Sender> {
    return this.#call("create", () => ({ args: request, options }));
  }

  /** Fetches one sender. */
  fetch(sid: string, options?: CallOptions): Call<Sender> {
    return this.#call("fetch", () => ({ args: { sid }, options }));
  }

  /** Lists senders, lazily: `for await (const sender of client.list())`. See {@link SenderList}. */
  list(options: ListOptions = {}): SenderList {
    return new SenderList(() => this.#begin("list", {}, options));
  }

  /**
   * Changes the given fields of a sender. `null` is sent as null; `undefined` and absent fields are not changed.
   *
   * The response only repeats what was sent; other sections may be null in it.
   */
  update(sid: string, changes: Sections, options?: CallOptions): Call<Sender> {
    return this.#call("update", () => ({ args: readable("the request", () => ({ ...object(changes, "the request"), sid })), options }));
  }

  /** Sends the code that the number received by text message or call. Then call {@link waitUntilOnline} again. */
  verify(sid: string, code: string, options?: CallOptions): Call<Sender> {
    return this.#call("verify", () => ({ args: { sid, code }, options }));
  }

  /**
   * Deletes a sender. Before you register the number again, turn two-factor authentication off for it in WhatsApp Manager
   * (Twilio's Senders API page).
   */
  delete(sid: string, options: DeleteOptions = {}): Call<void> {
    return this.#call(
      "delete",
      () => ({ args: { sid }, options }),
      () => undefined,
    );
  }

  /**
   * Fetches a sender until it is online: first at once, then after 2 seconds, then after longer pauses, up to 30.
   *
   * It rejects with {@link VerificationRequiredError} when the sender needs a code (unless `waitForVerification`), with
   * {@link RegistrationFailedError} when it is offline with reasons, and with {@link WaitTimeoutError}.
   */
  waitUntilOnline(sid: string | undefined, options: WaitOptions = {}): Call<Sender> {
    return this.#call("waitUntilOnline", () => {
      const { onStatus, ...rest } = object(options);
      const notify = onStatus && ((change: unknown): unknown => onStatus(change as StatusChange));
      return { args: { sid }, options: rest, notify, callbacks: { onStatus } };
    });
  }

  /**
   * Does the same as {@link waitUntilOnline}, as an iterator over the changes of status: it ends when the sender is online, and
   * rejects with the same errors. Nothing is sent until you iterate over it. You can leave the loop at any time.
   *
   * ```ts
   * for await (const { status, token } of client.statuses(sid)) console.log(status);
   * ```
   */
  statuses(sid: string | undefined, options: Omit<WaitOptions, "onStatus"> = {}): AsyncGenerator<StatusChange, void, undefined> {
    return values<StatusChange>(() => this.#begin("waitUntilOnline", { sid }, options));
  }

  /**
   * Finds the sender with this id, or creates it if there is none; safe to call again and again.
   *
   * An existing sender is not changed: `differences` names the fields of the request that it does not have. For two
   * processes at the same time, use your own lock, or rely on the server to refuse the second create.
   */
  ensure(request: CreateSender, options: EnsureOptions = {}): Call<Ensured> {
    const prepare = (): Prepared => {
      const { onToken, ...rest } = object(options);
      // Needed without a callback too: an error has the token.
      return { args: request, options: rest, notify: (token) => onToken?.(token as string), callbacks: { onToken }, given: rest.token };
    };
    return this.#call("ensure", prepare, (value) => value as Ensured);
  }

  /**
   * Does {@link ensure} for at most 10000 senders, with one listing and one token for all. Creates are sent one after
   * the other.
   *
   * It resolves with one result per sender, in the given order. If one sender fails, its result has an `error`, and the
   * others go on. But if a create is refused for its credentials, or with 429 also in the last attempt, no more creates are
   * sent, and the others end with the same error. It rejects for a wrong argument (`senders[3].profile.name`), an abort, and
   * what a callback throws.
   *
   * ```ts
   * const results = await client.ensureAll(requests, { onToken: (token) => store(token) });
   * for (const { senderId, ensured, error } of results) console.log(senderId, ensured?.resolution ?? error?.message);
   * ```
   */
  ensureAll(senders: readonly CreateSender[], options: EnsureAllOptions = {}): Call<EnsureResult[]> {
    const results: EnsureResult[] = [];
    const prepare = (): Prepared => {
      const { onToken, onResult, ...rest } = object(options);
      const ids = readable("senders", () => idsOf(senders));
      const notify = (value: unknown, driver: Driver): unknown => {
        if (typeof value === "string") return onToken?.(value);
        const { index, ensured } = value as { index: number; ensured: Ensured | null };
        const senderId = ids[index] as string;
        const result = ensured === null ? { senderId, ensured, error: driver.problem() } : { senderId, ensured, error: null };
        results[index] = result;
        return onResult?.(result);
      };
      return { args: { senders }, options: rest, notify, callbacks: { onToken, onResult }, given: rest.token };
    };
    return this.#call("ensureAll", prepare, () => results);
  }

  #call<T>(operation: string, prepare: () => Prepared, result: (value: unknown) => T = (value) => value as T): Call<T> {
    const run: { by?: Driver } = {};
    return new Call(this.#run(run, operation, prepare, result), () => (run.by as Driver).response());
  }

  async #run<T>(run: { by?: Driver }, operation: string, prepare: () => Prepared, result: (value: unknown) => T): Promise<T> {
    const { args, options, notify, callbacks = {}, given } = readable("options", prepare);
    for (const [name, callback] of Object.entries(callbacks)) isFunction(name, callback);
    const creating = CREATES.has(operation) ? this.#creating(args) : undefined;
    let token = given;
    try {
      const begun = this.#begin(operation, args, options, creating);
      const driver = (run.by = begun instanceof Driver ? begun : await begun);
      for (;;) {
        const { done, value } = await driver.next(notify !== undefined);
        if (done) {
          const came = result(value);
          if (creating) creating.unknown = Array.isArray(came) && came.some(({ error }: EnsureResult) => error?.mayHaveExecuted);
          return came;
        }
        if (typeof value === "string") token = value;
        await driver.wait(notify?.(value, driver));
      }
    } catch (thrown) {
      const isOne = operation !== "ensureAll";
      // It was never sent, or certainly had no effect.
      const isNothing = run.by === undefined || (isOne && isSendersError(thrown) && !thrown.mayHaveExecuted);
      if (creating && isNothing) this.#creates.delete(creating);
      const dead = run.by?.dead;
      if (dead === undefined || thrown !== dead) throw thrown;
      const of = creating ? { senderId: isOne ? creating.senderIds : undefined, resumeToken: token } : undefined;
      throw internalError(dead.message, dead.cause, of);
    } finally {
      // Moved to the end, after the calls that ended before.
      if (creating && run.by && this.#creates.delete(creating)) {
        creating.endedMs = this.#lastMs = run.by.lastMs;
        this.#creates.add(creating);
      }
      run.by?.end();
    }
  }

  /** Stores the senders that a call may register, and removes the calls that no instance remembers any more. */
  #creating(args: object): Creating {
    const ids = readable("the request", () => {
      const { senderId, senders } = Object(args) as { senderId?: unknown; senders?: unknown };
      return senders === undefined ? [senderId] : idsOf(senders);
    });
    const creating: Creating = {
      engine: undefined,
      senderIds: ids.filter((id) => typeof id === "string").join("\n"),
      endedMs: undefined,
      unknown: true,
    };
    for (const one of this.#creates) {
      if (one.endedMs === undefined) continue;
      if (this.#lastMs - one.endedMs > REMEMBERED_MS[one.unknown ? "unknown" : "answered"]) this.#creates.delete(one);
      else if (!one.unknown) break;
    }
    this.#creates.add(creating);
    return creating;
  }

  #begin(operation: string, args: object, options?: CallOptions, creating?: Creating): Driver | Promise<Driver> {
    const { signal, ...rest } = readable("options", () => ({ ...object(options) }));
    if (readable("signal", () => signal?.aborted)) throw signal?.reason;
    if (signal !== undefined) has("signal", signal, ["addEventListener", "removeEventListener"]);
    object(rest.headers, "headers");
    const isRequest = REQUESTS.has(operation);
    // Copied now, so that later changes by the caller do not affect the call.
    const copies = [isRequest ? requestJson(args) : json(args), options ? json(withoutFunctions(rest)) : ""] as const;
    const begin = (at: Engine, again: boolean): Driver => {
      const client = this.#open(at);
      const start = (args: string): number => at.run((wasm) => wasm.begin(client, operation, args, copies[1]));
      let call: number;
      try {
        call = start(copies[0]);
      } catch (thrown) {
        // The value may be one that the server sent.
        if (!again || !isRequest) throw thrown;
        call = start(requestJson(args, true));
      }
      if (creating) creating.engine = at;
      this.#calls += 1;
      return new Driver(at, call, operation, this.#surroundings, signal, this.#calls);
    };
    const at = engine();
    return at instanceof Engine ? begin(at, true) : at.then((at) => begin(at, false));
  }

  /** Returns the client's number in an instance. A new instance first gets the client, and the creates of the one before. */
  #open(at: Engine): number {
    let held = this.#held;
    if (held?.engine !== at) {
      held = { engine: at, number: at.run((wasm) => wasm.open(json(this.#options), this.#environment ? json(this.#environment) : "")) };
      forgotten?.register(this, { ...held, what: "close" });
      const before = [...this.#creates].filter(({ engine }) => engine !== undefined);
      const now = before.length > 0 ? this.#surroundings.clock.monotonicMs() : 0;
      for (const one of before) {
        const { number } = held;
        at.run((wasm) => wasm.remember(number, one.senderIds, one.unknown, one.endedMs ?? now));
        one.engine = at;
      }
      this.#held = held;
    }
    return held.number;
  }

  /** Returns the public data of the client. */
  toJSON(): ShownClient {
    const held = this.#held;
    const read = (of: "origin" | "credentials"): string | undefined =>
      held?.engine.dead === undefined ? held?.engine.run((wasm) => wasm[of](held.number)) : undefined;
    return { baseUrl: read("origin") ?? (this.#options["baseUrl"] as string | undefined), credentials: read("credentials") ?? "?" };
  }

  /** Returns whether one of these options is given. */
  #has(names: string[]): boolean {
    return names.some((name) => this.#options[name] !== undefined);
  }

  /** Returns the text that Node, Deno and Bun show for it: no credentials. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    const { baseUrl, credentials } = this.toJSON();
    return `Senders { baseUrl: '${baseUrl ?? "?"}', credentials: <${credentials}> }`;
  }
}

// For the tests of this package: causes a panic, and counts the open calls.
Object.defineProperty(Senders, Symbol.for("senders.internals"), {
  value: {
    panic: async () => (await engine()).run((wasm) => wasm.panic()),
    openCalls: async () => (await engine()).run((wasm) => wasm.open_calls()),
  },
});

/** Returns an argument that is an object or absent; an absent one as an empty object. */
function object<T extends object>(given: T | undefined, name?: string): Partial<T> {
  return given === undefined ? {} : checked(given, name ?? "options");
}

/** Replaces functions by objects: the module then says which option was meant, as for any other value. */
function withoutFunctions(options: object): object {
  return Object.fromEntries(
    Object.entries(options).map(([name, value]: [string, unknown]) => [name, typeof value === "function" ? {} : value]),
  );
}

function isFunction(name: string, value: unknown): void {
  if (value !== undefined && typeof value !== "function") throw argumentError(name, "must be a function");
}

/** Throws if an object of the caller does not have these methods. */
function has(name: string, value: object | undefined, methods: string[]): void {
  if (value === undefined) return;
  const missing = readable(name, () => methods.find((method) => typeof (value as Record<string, unknown> | null)?.[method] !== "function"));
  if (missing !== undefined) throw argumentError(name, `must have a method ${missing}()`);
}

function randomSeed(): number {
  return Math.floor(Math.random() * Number.MAX_SAFE_INTEGER);
}

/** Returns the ids of many senders, as given. */
function idsOf(senders: unknown): unknown[] {
  return Array.isArray(senders) ? senders.map((sender?: CreateSender) => sender?.senderId) : [];
}

/** The operations that may register a number. */
const CREATES = new Set(["create", "ensure", "ensureAll"]);
/** The operations whose arguments are a request of the API. */
const REQUESTS = new Set(["create", "update", "ensure", "ensureAll"]);
const CREDENTIALS = ["accountSid", "authToken", "apiKey", "apiSecret"];
const PLACES = ["baseUrl", "region", "edge"];
