import type { Abort } from "./abort.js";
import type { TransportRequest } from "./types.js";

/** A request as the module writes it. */
export interface Request {
  method: string;
  url: string;
  terms: Terms;
  body: string | undefined;
}

/** The part that is the same in most requests of a client. */
export interface Terms extends Pick<TransportRequest, "headers" | "connectTimeoutMs" | "attemptTimeoutMs" | "maxResponseBytes"> {
  /** The text that was read. */
  text: string;
  /** The headers for the runtime's own `fetch`. */
  made?: Headers;
}

/**
 * Reads a request in the format of `request` of `src/calls.rs`, in a third of the time that JSON takes. Nearly every request
 * of a client has the terms of the last one: they are parsed once.
 */
export function readRequest(text: string, last: Terms | undefined): Request {
  const url = text.indexOf("\n") + 1;
  const rest = text.indexOf("\n", url) + 1;
  const body = text.indexOf("\0", rest);
  const common = text.slice(rest, body < 0 ? text.length : body);
  return {
    method: text.slice(0, url - 1),
    url: text.slice(url, rest - 1),
    terms: last?.text === common ? last : terms(common),
    body: body < 0 ? undefined : text.slice(body + 1),
  };
}

function terms(text: string): Terms {
  const lines = text.split("\n");
  const [connectTimeoutMs, attemptTimeoutMs, maxResponseBytes] = lines.map(Number) as [number, number, number];
  const headers: (readonly [string, string])[] = [];
  for (let at = 3; at + 1 < lines.length; at += 2) headers.push(Object.freeze([lines[at] ?? "", lines[at + 1] ?? ""] as const));
  return { text, headers: Object.freeze(headers), connectTimeoutMs, attemptTimeoutMs, maxResponseBytes };
}

/**
 * A request as a transport gets it: its signal is made when it is read. Headers and body may hold secrets and are read
 * through getters: `console.log` and `JSON.stringify` do not show them.
 */
export class Sending implements TransportRequest {
  readonly method: string;
  readonly url: string;
  readonly connectTimeoutMs: number;
  readonly attemptTimeoutMs: number;
  readonly maxResponseBytes: number;
  readonly write: (chunk: Uint8Array) => void;
  readonly #abort: Abort;
  readonly #request: Request;

  constructor(request: Request, abort: Abort, write: (chunk: Uint8Array) => void) {
    const { method, url, terms } = request;
    this.#request = request;
    this.method = method;
    this.url = url;
    this.connectTimeoutMs = terms.connectTimeoutMs;
    this.attemptTimeoutMs = terms.attemptTimeoutMs;
    this.maxResponseBytes = terms.maxResponseBytes;
    this.write = write;
    this.#abort = abort;
  }

  get headers(): TransportRequest["headers"] {
    return this.#request.terms.headers;
  }

  get body(): string | undefined {
    return this.#request.body;
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  onAbort(callback: (reason: unknown) => void): void {
    this.#abort.onAbort(callback);
  }
}
