import { Abort } from "./abort.js";
import type { Engine } from "./engine.js";
import { Step, forgotten } from "./engine.js";
import { isChromium } from "./environment.js";
import type { SendersError } from "./errors.js";
import { TransportFailure, fromDetails, misuseError } from "./errors.js";
import type { Request, Terms } from "./request.js";
import { Sending, readRequest } from "./request.js";
import { classify, endsRendering, prepare, read, server, settable, tooLarge } from "./transport.js";
import type {
  Clock,
  Logger,
  RequestEvent,
  ResponseEvent,
  ResponseInfo,
  Transport,
  FailedAttempt,
  TransportResponse,
  WaitEvent,
} from "./types.js";

/** The settings that all calls of a client share. */
export interface Surroundings {
  /** The transport; undefined for gloo-net inside the module. */
  transport: Transport | undefined;
  clock: Clock;
  page: boolean;
  onRequest: ((event: RequestEvent) => void) | undefined;
  onResponse: ((event: ResponseEvent) => void) | undefined;
  onWait: ((event: WaitEvent) => void) | undefined;
  logger: Logger | undefined;
  /** The client's options; some of them are secrets that no text may show. */
  secrets: Readonly<Record<string, unknown>>;
  /** The terms of the last request. */
  terms: Terms | undefined;
}

/** The result of a step: an intermediate value, or the end. */
export interface Came {
  done: boolean;
  value: unknown;
}

/** A response without its body. */
interface Answer {
  status: number;
  headers: (readonly [name: string, value: string])[];
}

/** The operations whose response has only what was sent. */
const ECHOES = new Set(["update", "verify"]);

/** Drives the state machine of one call until it ends: the only loop of this package. */
export class Driver {
  readonly #engine: Engine;
  readonly #call: number;
  readonly #operation: string;
  readonly #with: Surroundings;
  readonly #signal: AbortSignal | undefined;
  readonly #number: number;
  #attempts = 0;
  #ended = false;
  #cause: unknown;
  #response: Answer = { status: 0, headers: [] };
  /** The time when the clock was last read. */
  lastMs = 0;

  constructor(
    engine: Engine,
    call: number,
    operation: string,
    surroundings: Surroundings,
    signal: AbortSignal | undefined,
    number: number,
  ) {
    this.#engine = engine;
    this.#call = call;
    this.#operation = operation;
    this.#with = surroundings;
    this.#signal = signal;
    this.#number = number;
  }

  /** Runs until there is a value or the end. An intermediate value is read only if it is wanted. */
  async next(wanted = true): Promise<Came> {
    let step = this.#step();
    for (;;) {
      if (this.#signal?.aborted) throw this.#signal.reason;
      switch (step) {
        case Step.Send:
          step = await this.#send();
          break;
        case Step.Wait:
          await this.#pause();
          step = this.#step();
          break;
        case Step.Yield:
          if (!wanted) return { done: false, value: undefined };
        // falls through
        case Step.Done:
          return { done: step === Step.Done, value: this.#engine.json(this.#call, ECHOES.has(this.#operation)) };
        case Step.Failed:
          throw this.problem();
        default:
          throw this.#engine.die(new Error("a request whose response was reported is still out"));
      }
    }
  }

  /** Returns the error of the call, or of the number whose result is the last value. */
  problem(): SendersError {
    const details = this.#engine.run((wasm) => wasm.problem(this.#call));
    const twice = details.kind === "outcome_unknown" && this.#with.page && isChromium();
    return fromDetails(details, this.#cause, twice ? "; over HTTP/1.1 Chromium may have sent the request again by itself" : "");
  }

  #step(): number {
    const now = this.#now("monotonicMs");
    const unix = this.#now("unixMs");
    return this.#engine.run((wasm) => wasm.step(this.#call, now, unix));
  }

  /** Reads the caller's clock. If it throws, only this call must end: the module does not read it. */
  #now(which: "monotonicMs" | "unixMs"): number {
    const now: unknown = this.#with.clock[which]();
    if (Number.isFinite(now)) {
      if (which === "monotonicMs") this.lastMs = now as number;
      return now as number;
    }
    throw misuseError(`the clock's ${which}() must return a number`, "fix the clock; check whether the call took effect if it was sent");
  }

  /** Frees the call's data, whether it has ended or not. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    forgotten?.unregister(this);
    if (this.#engine.dead === undefined) this.#engine.run((wasm) => wasm.end(this.#call));
  }

  /** Frees the call's data if it is forgotten. */
  endIfForgotten(): void {
    forgotten?.register(this, { engine: this.#engine, number: this.#call, what: "end" }, this);
  }

  /** Returns the error that ended the call's instance, if it has ended. */
  get dead(): Error | undefined {
    return this.#engine.dead;
  }

  /** Returns a text of others in a form that may be shown. */
  #shown(text: string): string {
    const safe = server.withoutSecrets?.(text, this.#with.secrets) ?? text;
    return this.#engine.dead === undefined ? this.#engine.run((wasm) => wasm.one_line(safe)) : "";
  }

  /** Calls a hook without awaiting it. What it throws, or rejects with, is reported and changes nothing of the call. */
  #tell<E>(name: string, hook: ((event: E) => unknown) | undefined, event: E): void {
    const failed = (thrown: unknown): void => {
      const text = `${this.#title()}: ${name} failed: ${this.#shown(textOf(thrown))}`;
      if (this.#with.logger !== undefined) return this.#log("warn", text);
      try {
        console.warn(text);
      } catch {
        // Tests may make it throw; the call continues.
      }
    };
    try {
      const returned = hook?.(event);
      if (isThenable(returned)) Promise.resolve(returned).then(undefined, failed).catch(ignore);
    } catch (thrown) {
      failed(thrown);
    }
  }

  /** Writes to the logger. What it throws changes nothing of the call: the server may have acted already. */
  #log(level: "debug" | "warn", message: string): void {
    try {
      const returned: unknown = this.#with.logger?.[level](message);
      if (isThenable(returned)) Promise.resolve(returned).catch(ignore);
    } catch {
      // There is no other place to report it.
    }
  }

  /** Returns the beginning of each line of the log. */
  #title(): string {
    return `senders call ${this.#number} ${this.#operation}`;
  }

  /** Waits for the caller's `work`; rejects as soon as the call is aborted. */
  async wait(work: unknown): Promise<void> {
    if (!isThenable(work)) return;
    const abort = new Abort(this.#signal, this.#engine.pending);
    try {
      await abort.race(work);
    } finally {
      abort.end();
    }
  }

  /** Returns the last response. */
  response(): ResponseInfo {
    const { status, headers } = this.#response;
    const all = new Headers();
    for (const [name, value] of headers) {
      try {
        all.append(name, value);
      } catch {
        // A caller's transport may return a header that `Headers` refuses.
      }
    }
    return { status, headers: all, requestId: this.#requestId() };
  }

  /** Returns the id of the last request that had a response. */
  #requestId(): string | undefined {
    if (this.#engine.dead !== undefined) return undefined;
    return this.#engine.run((wasm) => wasm.request_id(this.#lines()));
  }

  /** Returns the headers of the last response that the core reads, in the module's format. */
  #lines(): string {
    let lines = "";
    for (const [name, value] of this.#response.headers) {
      if (this.#engine.read.has(name.toLowerCase())) lines += `${name}\n${value}\n`;
    }
    return lines;
  }

  #respond(now: number, answer: Answer): number {
    this.#response = answer;
    const unix = this.#now("unixMs");
    const lines = this.#lines();
    return this.#engine.run((wasm) => wasm.respond(this.#call, now, unix, answer.status, lines));
  }

  #fail(now: number, { kind, sent, message }: FailedAttempt): number {
    const unix = this.#now("unixMs");
    return this.#engine.run((wasm) => wasm.fail(this.#call, now, unix, kind, sent, message));
  }

  /** Sends the request that is due, and returns the next step. */
  async #send(): Promise<number> {
    const { clock, transport, onRequest, onResponse } = this.#with;
    const missing = transport === undefined && ["fetch", "Headers", "Request"].find((name) => typeof globals[name] !== "function");
    if (missing) {
      throw misuseError(`there is no \`${missing}\` here, and nothing was sent`, "give the client a `fetch` or a `transport`");
    }
    const request = this.#request();
    const { method, url, terms } = request;
    this.#attempts += 1;
    const event: RequestEvent = { call: this.#number, operation: this.#operation, attempt: this.#attempts, method, url };
    this.#tell("onRequest", onRequest, event);
    if (this.#signal?.aborted) throw this.#signal.reason;
    const started = this.#now("monotonicMs");
    const abort = new Abort(this.#signal, this.#engine.pending);
    const limit = clock.limit(terms.attemptTimeoutMs, () => abort.abort(tooLate(terms.attemptTimeoutMs)));
    let over = false;
    const write = (chunk: Uint8Array): void => {
      if (over) throw tooLate(terms.attemptTimeoutMs);
      if (!ArrayBuffer.isView(chunk)) throw new TransportFailure("protocol", "unknown", "the body is no bytes");
      // From any kind of view, makes one that the module can read.
      const bytes = new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      if (!this.#engine.run((wasm) => wasm.chunk(this.#call, bytes))) throw tooLarge();
    };
    let came: Answer | FailedAttempt;
    try {
      const { status, headers } = await abort.race(
        transport === undefined ? this.#sendBuiltIn(request, abort.signal, write) : transport.send(new Sending(request, abort, write)),
      );
      if (!Number.isInteger(status) || status < 100 || status > 999) throw new TransportFailure("protocol", "unknown", "no status");
      came = { status, headers: [...headers].filter(isHeader) };
      this.#cause = undefined;
    } catch (thrown) {
      if (this.#engine.dead !== undefined) throw this.#engine.dead;
      if (this.#signal?.aborted) throw this.#signal.reason;
      if (endsRendering(thrown)) throw thrown;
      came = classify(thrown, url, transport === undefined);
      came.message = this.#shown(came.message) || "no message";
      this.#cause = thrown;
    } finally {
      over = true;
      limit();
      abort.end();
    }
    const ended = this.#now("monotonicMs");
    const step = "kind" in came ? this.#fail(ended, came) : this.#respond(ended, came);
    if (onResponse === undefined && this.#with.logger === undefined) return step;
    const durationMs = ended - started;
    const took = `${Math.round(durationMs)} ms`;
    if ("kind" in came) {
      this.#log("warn", `${this.#title()}: ${place(event)}: ${came.kind} after ${took}`);
      this.#tell("onResponse", onResponse, { ...event, durationMs, failure: came });
    } else {
      const { status } = came;
      const requestId = this.#requestId();
      this.#log("debug", `${this.#title()}: ${place(event)}: status ${status} in ${took}${requestId ? ` (${requestId})` : ""}`);
      this.#tell("onResponse", onResponse, { ...event, durationMs, status, ...(requestId && { requestId }) });
    }
    return step;
  }

  /** Returns the request that is due. */
  #request(): Request {
    const request = readRequest(
      this.#engine.run((wasm) => wasm.request(this.#call)),
      this.#with.terms,
    );
    this.#with.terms = request.terms;
    return request;
  }

  /** Sends with gloo-net. */
  async #sendBuiltIn(
    { method, terms, body }: Request,
    signal: AbortSignal,
    write: (chunk: Uint8Array) => void,
  ): Promise<TransportResponse> {
    const headers = (terms.made ??= new Headers(settable(terms.headers, this.#with.page)));
    const init = await prepare(method, headers, signal);
    init.method = method;
    if (body !== undefined) init.body = body;
    return read(await this.#engine.run((wasm) => wasm.send(this.#call, init)), { write });
  }

  async #pause(): Promise<void> {
    const { clock, onWait } = this.#with;
    const [delayMs, reason] = this.#engine.run((wasm) => [wasm.delay(this.#call), wasm.reason(this.#call)] as const);
    this.#tell("onWait", onWait, { call: this.#number, operation: this.#operation, reason, delayMs });
    this.#log("debug", `${this.#title()}: waiting ${delayMs} ms: ${reason}`);
    const abort = new Abort(this.#signal, this.#engine.pending);
    try {
      await abort.race(clock.sleep(delayMs, abort.signal));
    } finally {
      abort.end();
    }
  }
}

const globals = globalThis as Record<string, unknown>;

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return Object(value) === value && typeof (value as PromiseLike<unknown>).then === "function";
}

/** Returns a thrown value as text. */
function textOf(thrown: unknown): string {
  try {
    return String(thrown);
  } catch {
    return "no message";
  }
}

/** Returns whether it is a header of one line; a transport may return anything. */
function isHeader(header: readonly unknown[]): boolean {
  return header.length === 2 && header.every((part) => typeof part === "string" && !/[\r\n]/.test(part));
}

function tooLate(ms: number): TransportFailure {
  return new TransportFailure("timeout", "unknown", `no answer within ${ms} ms`);
}

/** Returns the request of an event as the log shows it. */
function place({ attempt, method, url }: RequestEvent): string {
  return `request ${attempt} ${method} ${url}`;
}

function ignore(): void {
  // Reported already, or without a place to report it.
}
