import type { ClientRequest } from "node:http";
import { Agent as HttpAgent, request as httpRequest } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import type { Socket } from "node:net";
import { TransportError } from "./errors.js";
import type { Transport, TransportRequest, TransportResponse } from "./types.js";

/** Options of {@link nodeHttp}. */
export interface NodeHttpOptions {
  /** Connections that are kept open between requests. Default: a keep-alive agent of its own. */
  agent?: HttpAgent | undefined;
  /** The same for https. */
  httpsAgent?: HttpsAgent | undefined;
}

/** A transport over `node:http` and `node:https`. */
export interface NodeHttpTransport extends Transport {
  /** Closes the connections it keeps. */
  close(): void;
}

/**
 * Sends with Node's own HTTP client, which costs a third of the CPU time of its `fetch`.
 *
 * It keeps connections open, and it can tell whether a request went out before it failed. It knows no proxies but
 * those of an agent.
 *
 * ```ts
 * import { Senders } from "senders";
 * import { nodeHttp } from "senders/node-http";
 * const client = new Senders({ transport: nodeHttp() });
 * ```
 */
export function nodeHttp(options: NodeHttpOptions = {}): NodeHttpTransport {
  const http = options.agent ?? new HttpAgent({ keepAlive: true });
  const https = options.httpsAgent ?? new HttpsAgent({ keepAlive: true });
  return {
    send: (request) => send(request, http, https),
    close: () => {
      if (options.agent === undefined) http.destroy();
      if (options.httpsAgent === undefined) https.destroy();
    },
  };
}

function send(request: TransportRequest, http: HttpAgent, https: HttpsAgent): Promise<TransportResponse> {
  return new Promise((resolve, reject) => {
    const { method, url, body } = request;
    const { origin, protocol, hostname, port, host } = place(url);
    const secure = protocol === "https:";
    let connected = false;
    let stage: "connect" | "tls" = "connect";
    let timer: NodeJS.Timeout | undefined;
    let answered = false;
    let settled = false;
    // As a list they go out as they are, which costs less than an object of them.
    const headers = ["Host", host];
    for (const [name, value] of request.headers) headers.push(name, value);
    if (body !== undefined || method === "POST") headers.push("Content-Length", String(Buffer.byteLength(body ?? "")));
    const path = url.length > origin.length ? url.slice(origin.length) : "/";
    const options = { protocol, hostname, port, path, method, headers, agent: secure ? https : http };
    const outgoing: ClientRequest = secure ? httpsRequest(options) : httpRequest(options);

    const settle = (): void => {
      settled = true;
      clearTimeout(timer);
    };
    const fail = (thrown: Error & { code?: string }): void => {
      settle();
      reject(connected || thrown instanceof TransportError ? thrown : notSent(thrown, stage));
    };
    request.onAbort((reason) => {
      if (!settled) outgoing.destroy(reason instanceof Error ? reason : new Error("aborted"));
    });

    // `on`, not `once`, for what comes once anyway: it is cheaper, and what comes behind the end changes nothing.
    outgoing.on("socket", (socket: Socket) => {
      if (!socket.connecting) {
        connected = true;
        return;
      }
      const late = `no connection within ${request.connectMs} ms`;
      timer = setTimeout(() => outgoing.destroy(new TransportError("timeout", "no", late)), request.connectMs);
      const ready = (): void => {
        connected = true;
        clearTimeout(timer);
      };
      socket.once("connect", secure ? () => (stage = "tls") : ready);
      if (secure) socket.once("secureConnect", ready);
    });
    outgoing.on("error", fail);
    outgoing.on("response", (response) => {
      answered = true;
      response.on("data", (chunk: Buffer) => {
        try {
          request.write(chunk);
        } catch (thrown) {
          outgoing.destroy(thrown as Error);
          fail(thrown as Error);
        }
      });
      response.on("error", fail);
      response.on("aborted", () => fail(new TransportError("closed", "unknown", "the connection closed within the answer")));
      response.on("end", () => {
        settle();
        if (response.complete) resolve({ status: response.statusCode ?? 0, headers: pairs(response.rawHeaders) });
      });
    });
    outgoing.on("close", () => {
      if (!answered) fail(new TransportError("closed", "unknown", "the connection closed without an answer"));
    });
    outgoing.end(body);
  });
}

/** Scheme, host and port of a URL: nearly always those of the last request. */
interface Place {
  /** What a URL begins with that leads there. */
  origin: string;
  protocol: string;
  hostname: string;
  port: string;
  /** What the header `Host` says. */
  host: string;
}

let last: Place | undefined;

/** Where a URL leads: taking URLs apart costs more than sending. */
function place(url: string): Place {
  if (last !== undefined && url.startsWith(last.origin) && url[last.origin.length] === "/") return last;
  const end = url.indexOf("/", "https://".length);
  const origin = end < 0 ? url : url.slice(0, end);
  const { protocol, host, hostname, port } = new URL(origin);
  return (last = { origin, protocol, hostname: hostname.replace(/^\[(.*)\]$/, "$1"), port, host });
}

function notSent(thrown: Error & { code?: string }, stage: "connect" | "tls"): TransportError {
  return new TransportError(stage, "no", thrown.message || thrown.code || "no connection", { cause: thrown });
}

function pairs(raw: string[]): [string, string][] {
  const all: [string, string][] = [];
  for (let at = 0; at + 1 < raw.length; at += 2) all.push([raw[at] ?? "", raw[at + 1] ?? ""]);
  return all;
}
