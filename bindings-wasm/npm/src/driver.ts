import { Abort } from "./abort.js";
import type { Engine } from "./engine.js";
import { Step } from "./engine.js";
import { TransportError, fromDetails } from "./errors.js";
import { classify, read, settable, tooLarge } from "./transport.js";
import type {
  Clock,
  Logger,
  RequestEvent,
  ResponseEvent,
  ResponseInfo,
  Transport,
  TransportFailure,
  TransportRequest,
  TransportResponse,
  WaitEvent,
} from "./types.js";

/** What all calls of a client have in common. */
export interface Surroundings {
  /** What sends; undefined for gloo-net inside the module. */
  transport: Transport | undefined;
  clock: Clock;
  page: boolean;
  onRequest: ((event: RequestEvent) => void) | undefined;
  onResponse: ((event: ResponseEvent) => void) | undefined;
  onWait: ((event: WaitEvent) => void) | undefined;
  logger: Logger | undefined;
  /** Of the last request. */
  terms: Terms | undefined;
}

/** What a step came to: a value on the way, or the end. */
export interface Came {
  done: boolean;
  value: unknown;
}

type Lines = (readonly [name: string, value: string])[];

/** Obeys the machine of one call until it ends: the one loop of this package. */
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
  #response: { status: number; headers: Lines } = { status: 0, headers: [] };

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

  /** Runs until there is a value or the end. */
  async next(): Promise<Came> {
    let step = this.#step();
    for (;;) {
      switch (step) {
        case Step.Send:
          step = await this.#send();
          break;
        case Step.Wait:
          await this.#pause();
          step = this.#step();
          break;
        case Step.Yield:
        case Step.Done:
          return { done: step === Step.Done, value: this.#engine.json(this.#call) };
        case Step.Failed:
          throw fromDetails(this.#engine.run((wasm) => wasm.problem(this.#call)), this.#cause);
        default:
          throw this.#engine.die(new Error("a request that was answered is still out"));
      }
      if (this.#signal?.aborted) throw this.#signal.reason;
    }
  }

  #step(): number {
    const { clock } = this.#with;
    if (this.#signal?.aborted) throw this.#signal.reason;
    return this.#engine.run((wasm) => wasm.step(this.#call, clock.monotonicMs(), clock.unixMs()));
  }

  /** Frees what the call holds; it may have ended or not. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    if (this.#engine.dead === undefined) this.#engine.run((wasm) => wasm.end(this.#call));
  }

  /** The last response. */
  response(): ResponseInfo {
    const { status, headers } = this.#response;
    const all = new Headers();
    for (const [name, value] of headers) all.append(name, value);
    return { status, headers: all, requestId: this.#requestId(this.#lines(headers)) };
  }

  /** The headers that are read, as the module takes them. */
  #lines(headers: Lines): string {
    let lines = "";
    for (const [name, value] of headers) if (this.#engine.read.has(name.toLowerCase())) lines += `${name}\n${value}\n`;
    return lines;
  }

  #requestId(lines: string): string | undefined {
    if (this.#engine.dead !== undefined) return undefined;
    return this.#engine.run((wasm) => wasm.request_id(lines));
  }

  /** Sends the request that is due, and answers what to do next. */
  async #send(): Promise<number> {
    const { clock, transport, logger, onRequest, onResponse } = this.#with;
    const { method, url, terms, body } = this.#request();
    this.#attempts += 1;
    const event: RequestEvent = { call: this.#number, operation: this.#operation, attempt: this.#attempts, method, url };
    onRequest?.(event);
    const started = clock.monotonicMs();
    const abort = new Abort(this.#signal, this.#engine.pending);
    const limit = clock.limit(terms.attemptMs, () => abort.abort(tooLate(terms.attemptMs)));
    let over = false;
    const write = (chunk: Uint8Array): void => {
      if (over) throw tooLate(terms.attemptMs);
      if (!this.#engine.run((wasm) => wasm.chunk(this.#call, chunk))) throw tooLarge();
    };
    let step: number;
    let came: Pick<ResponseEvent, "status" | "requestId" | "failure"> | undefined;
    try {
      const { status, headers: given } = await abort.race(
        transport === undefined
          ? this.#sendBuiltIn(terms, abort.signal, write)
          : transport.send(new Sending(method, url, terms, body, abort, write)),
      );
      over = true;
      const headers = [...given];
      const lines = this.#lines(headers);
      step = this.#engine.run((wasm) => wasm.respond(this.#call, clock.monotonicMs(), clock.unixMs(), status, lines));
      this.#cause = undefined;
      this.#response = { status, headers };
      // Made only where somebody is told.
      if (onResponse !== undefined || logger !== undefined) {
        const requestId = this.#requestId(lines);
        came = requestId === undefined ? { status } : { status, requestId };
        logger?.debug(`${title(event)}: ${status} in ${Math.round(clock.monotonicMs() - started)} ms${requestId ? ` (${requestId})` : ""}`);
      }
    } catch (thrown) {
      over = true;
      if (this.#engine.dead !== undefined) throw this.#engine.dead;
      if (this.#signal?.aborted) throw this.#signal.reason;
      const failure: TransportFailure = classify(thrown);
      this.#cause = thrown;
      step = this.#engine.run((wasm) =>
        wasm.fail(this.#call, clock.monotonicMs(), clock.unixMs(), failure.kind, failure.sent, failure.message),
      );
      came = { failure };
      logger?.warn(`${title(event)}: ${failure.kind} after ${Math.round(clock.monotonicMs() - started)} ms`);
    } finally {
      limit();
      abort.end();
    }
    onResponse?.({ ...event, durationMs: clock.monotonicMs() - started, ...came });
    return step;
  }

  /** The request that is due: how `request` of `src/calls.rs` writes it is read in a third of the time that JSON takes. */
  #request(): Request {
    const text = this.#engine.run((wasm) => wasm.request(this.#call));
    const url = text.indexOf("\n") + 1;
    const rest = text.indexOf("\n", url) + 1;
    const body = text.indexOf("\0", rest);
    const common = text.slice(rest, body < 0 ? text.length : body);
    // Nearly every request of a client has the same headers: they are taken apart once.
    if (this.#with.terms?.text !== common) this.#with.terms = terms(common);
    return {
      method: text.slice(0, url - 1),
      url: text.slice(url, rest - 1),
      terms: this.#with.terms,
      body: body < 0 ? undefined : text.slice(body + 1),
    };
  }

  /** Sends with gloo-net. */
  async #sendBuiltIn(terms: Terms, signal: AbortSignal, write: (chunk: Uint8Array) => void): Promise<TransportResponse> {
    const headers = (terms.made ??= new Headers(settable(terms.headers, this.#with.page)));
    return read(await this.#engine.run((wasm) => wasm.send(this.#call, headers, signal)), { write });
  }

  async #pause(): Promise<void> {
    const { clock, logger, onWait } = this.#with;
    const [delayMs, reason] = this.#engine.run((wasm) => [wasm.delay(this.#call), wasm.reason(this.#call)] as const);
    onWait?.({ call: this.#number, operation: this.#operation, reason, delayMs });
    logger?.debug(`senders ${this.#operation} waits ${delayMs} ms (${reason})`);
    const abort = new Abort(this.#signal, this.#engine.pending);
    try {
      await abort.race(clock.sleep(delayMs, abort.signal));
    } finally {
      abort.end();
    }
  }
}

interface Request {
  method: string;
  url: string;
  terms: Terms;
  body: string | undefined;
}

/** What most requests of a client have in common. */
export interface Terms extends Pick<TransportRequest, "headers" | "connectMs" | "attemptMs" | "maxResponseBytes"> {
  /** As it was written. */
  text: string;
  /** The headers for the runtime's own `fetch`. */
  made?: Headers;
}

function terms(text: string): Terms {
  const lines = text.split("\n");
  const [connectMs, attemptMs, maxResponseBytes] = lines.map(Number) as [number, number, number];
  const headers: (readonly [string, string])[] = [];
  for (let at = 3; at + 1 < lines.length; at += 2) headers.push(Object.freeze([lines[at] ?? "", lines[at + 1] ?? ""] as const));
  return { text, headers: Object.freeze(headers), connectMs, attemptMs, maxResponseBytes };
}

/** A request as a transport gets it: its signal is made when it is asked for. */
class Sending implements TransportRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: TransportRequest["headers"];
  declare readonly body?: string;
  readonly connectMs: number;
  readonly attemptMs: number;
  readonly maxResponseBytes: number;
  readonly write: (chunk: Uint8Array) => void;
  readonly #abort: Abort;

  constructor(
    method: string,
    url: string,
    { headers, connectMs, attemptMs, maxResponseBytes }: Terms,
    body: string | undefined,
    abort: Abort,
    write: (chunk: Uint8Array) => void,
  ) {
    this.method = method;
    this.url = url;
    this.headers = headers;
    if (body !== undefined) this.body = body;
    this.connectMs = connectMs;
    this.attemptMs = attemptMs;
    this.maxResponseBytes = maxResponseBytes;
    this.write = write;
    this.#abort = abort;
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  onAbort(callback: (reason: unknown) => void): void {
    this.#abort.onAbort(callback);
  }
}

function tooLate(ms: number): TransportError {
  return new TransportError("timeout", "unknown", `no answer within ${ms} ms`);
}

function title({ operation, attempt, method, url }: RequestEvent): string {
  return `senders ${operation} #${attempt} ${method} ${url}`;
}
