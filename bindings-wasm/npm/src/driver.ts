import { Abort } from "./abort.js";
import type { Engine } from "./engine.js";
import { Step } from "./engine.js";
import { TransportError, fromDetails } from "./errors.js";
import { classify, read, tooLarge } from "./transport.js";
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
}

/** What a step came to: a value on the way, or the end. */
export interface Came {
  done: boolean;
  value: unknown;
}

type RequestParts = Omit<TransportRequest, "body" | "signal" | "write" | "onAbort"> & { body: string | undefined };

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
  #response: { status: number; headers: string[]; requestId: string | undefined } | undefined;

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
    const { clock } = this.#with;
    for (;;) {
      if (this.#signal?.aborted) throw this.#signal.reason;
      const step = this.#engine.run((wasm) => wasm.step(this.#call, clock.monotonicMs(), clock.unixMs()));
      switch (step) {
        case Step.Send:
          await this.#send();
          break;
        case Step.Wait:
          await this.#pause();
          break;
        case Step.Yield:
        case Step.Done:
          return { done: step === Step.Done, value: this.#engine.json(this.#call) };
        case Step.Failed:
          throw fromDetails(this.#engine.run((wasm) => wasm.problem(this.#call)), this.#cause);
        default:
          throw this.#engine.die(new Error("a request that was answered is still out"));
      }
    }
  }

  /** Frees what the call holds; it may have ended or not. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    if (this.#engine.dead === undefined) this.#engine.run((wasm) => wasm.end(this.#call));
  }

  /** The last response. */
  response(): ResponseInfo {
    const { status = 0, headers: lines = [], requestId } = this.#response ?? {};
    const headers = new Headers();
    for (let at = 0; at + 1 < lines.length; at += 2) headers.append(lines[at] ?? "", lines[at + 1] ?? "");
    return { status, headers, requestId };
  }

  /** Runs `work`, which is over at once when the caller gives up, or when the instance is over. */
  async #abortable<T>(work: (abort: Abort) => Promise<T>): Promise<T> {
    const abort = new Abort();
    const signal = this.#signal;
    const giveUp = signal && ((): void => abort.abort(signal.reason));
    if (giveUp) signal.addEventListener("abort", giveUp, { once: true });
    const unwatch = this.#engine.watch((reason) => abort.abort(reason));
    try {
      return await new Promise<T>((resolve, reject) => {
        // A transport may not know of the signal: the call is over nevertheless.
        abort.onAbort(reject);
        work(abort).then(resolve, reject);
      });
    } finally {
      unwatch();
      if (giveUp) signal.removeEventListener("abort", giveUp);
    }
  }

  async #send(): Promise<void> {
    const { clock, transport, logger } = this.#with;
    const parts = requestParts(this.#engine.run((wasm) => wasm.request(this.#call)));
    this.#attempts += 1;
    const event: RequestEvent = {
      call: this.#number,
      operation: this.#operation,
      attempt: this.#attempts,
      method: parts.method,
      url: parts.url,
    };
    this.#with.onRequest?.(event);
    const started = clock.monotonicMs();
    let over = false;
    let limit: (() => void) | undefined;
    // Made only where somebody is told: copies of objects are dear.
    let came: Pick<ResponseEvent, "status" | "requestId" | "failure">;
    try {
      const { status, headers } = await this.#abortable((abort) => {
        limit = clock.limit(parts.attemptMs, () => abort.abort(tooLate(parts.attemptMs)));
        const write = (chunk: Uint8Array): void => {
          if (over) throw tooLate(parts.attemptMs);
          if (!this.#engine.run((wasm) => wasm.chunk(this.#call, chunk))) throw tooLarge();
        };
        if (transport === undefined) return this.#sendBuiltIn(abort.signal, write);
        return transport.send(new Sending(parts, abort, write));
      });
      over = true;
      const lines: string[] = [];
      for (const pair of headers) lines.push(pair[0], pair[1]);
      const requestId = this.#engine.run((wasm) =>
        wasm.respond(this.#call, clock.monotonicMs(), clock.unixMs(), status, lines.join("\n")),
      );
      this.#cause = undefined;
      this.#response = { status, headers: lines, requestId };
      came = requestId === undefined ? { status } : { status, requestId };
      logger?.debug(`${title(event)}: ${status} in ${Math.round(clock.monotonicMs() - started)} ms${requestId ? ` (${requestId})` : ""}`);
    } catch (thrown) {
      over = true;
      if (this.#engine.dead !== undefined) throw this.#engine.dead;
      if (this.#signal?.aborted) throw this.#signal.reason;
      const failure: TransportFailure = classify(thrown);
      this.#cause = thrown;
      this.#engine.run((wasm) =>
        wasm.fail(this.#call, clock.monotonicMs(), clock.unixMs(), failure.kind, failure.sent, failure.message),
      );
      came = { failure };
      logger?.warn(`${title(event)}: ${failure.kind} after ${Math.round(clock.monotonicMs() - started)} ms`);
    } finally {
      limit?.();
    }
    this.#with.onResponse?.({ ...event, durationMs: clock.monotonicMs() - started, ...came });
  }

  /** Sends with gloo-net. */
  async #sendBuiltIn(signal: AbortSignal, write: (chunk: Uint8Array) => void): Promise<TransportResponse> {
    return read(await this.#engine.run((wasm) => wasm.send(this.#call, signal, this.#with.page)), { write });
  }

  async #pause(): Promise<void> {
    const { clock, logger, onWait } = this.#with;
    const [delayMs, reason] = this.#engine.run((wasm) => [wasm.delay(this.#call), wasm.reason(this.#call)] as const);
    onWait?.({ call: this.#number, operation: this.#operation, reason, delayMs });
    logger?.debug(`senders ${this.#operation} waits ${delayMs} ms (${reason})`);
    await this.#abortable((abort) => clock.sleep(delayMs, abort.signal));
  }
}

/** Takes apart how `request` of `src/calls.rs` writes a request: a third of the time that JSON takes. */
function requestParts(text: string): RequestParts {
  const [head = "", body] = text.split("\0");
  const lines = head.split("\n");
  const [method = "", url = "", connectMs, attemptMs, maxResponseBytes] = lines;
  const headers: [string, string][] = [];
  for (let at = 5; at + 1 < lines.length; at += 2) headers.push([lines[at] ?? "", lines[at + 1] ?? ""]);
  return {
    method,
    url,
    headers,
    connectMs: Number(connectMs),
    attemptMs: Number(attemptMs),
    maxResponseBytes: Number(maxResponseBytes),
    body,
  };
}

/** A request as a transport gets it: its signal is made when it is asked for. */
class Sending implements TransportRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: [name: string, value: string][];
  declare readonly body?: string;
  readonly connectMs: number;
  readonly attemptMs: number;
  readonly maxResponseBytes: number;
  readonly write: (chunk: Uint8Array) => void;
  readonly #abort: Abort;

  constructor(parts: RequestParts, abort: Abort, write: (chunk: Uint8Array) => void) {
    this.method = parts.method;
    this.url = parts.url;
    this.headers = parts.headers;
    if (parts.body !== undefined) this.body = parts.body;
    this.connectMs = parts.connectMs;
    this.attemptMs = parts.attemptMs;
    this.maxResponseBytes = parts.maxResponseBytes;
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
