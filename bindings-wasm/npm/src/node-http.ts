import type { ClientRequest, IncomingMessage } from "node:http";
import { Agent as HttpAgent, request as httpRequest } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import type { Socket } from "node:net";
import type { Readable } from "node:stream";
import { Transform } from "node:stream";
import { MessageChannel } from "node:worker_threads";
import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw } from "node:zlib";
import { TransportFailure } from "./errors.js";
import { turns } from "./turns.js";
import type { Transport, TransportRequest, TransportResponse } from "./types.js";

/** @ts-ignore: any, without `@types/node`. */
type Agent = import("node:http").Agent;
/** @ts-ignore: any, without `@types/node`. */
type SecureAgent = import("node:https").Agent;

/** Options of {@link nodeHttp}. */
export interface NodeHttpOptions {
  /** The agent, which keeps connections open between requests. Default: a new keep-alive agent. */
  agent?: Agent | undefined;
  /** The same for https. */
  httpsAgent?: SecureAgent | undefined;
}

/** A transport over `node:http` and `node:https`. */
export interface NodeHttpTransport extends Transport {
  /** Closes the connections that it keeps open. */
  close(): void;
}

/**
 * Sends with Node's own HTTP client, which costs a third of the CPU time of its `fetch`.
 *
 * It keeps connections open, and knows whether a request was sent before it failed. It uses a proxy only if an agent does.
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

/** The class of Node, for tests that simulate a page without one. */
const Channel = MessageChannel as unknown as typeof globalThis.MessageChannel;

async function send(request: TransportRequest, http: HttpAgent, https: HttpsAgent): Promise<TransportResponse> {
  const at = place(request.url);
  const agent = at.protocol === "https:" ? https : http;
  const kept: unknown = agent.freeSockets;
  if (request.method === "POST" && !(typeof kept === "object" && kept && Object.keys(kept).length === 0)) await turns(Channel);
  return exchange(request, at, agent);
}

function exchange(request: TransportRequest, at: Place, agent: HttpAgent): Promise<TransportResponse> {
  return new Promise((resolve, reject) => {
    const { method, url, body } = request;
    const { origin, protocol, hostname, port, host } = at;
    // Whether a byte of the request may have been sent: only events of the connection show it, not the code of an error.
    let connected = false;
    let stage: "connect" | "tls" = "connect";
    let timer: NodeJS.Timeout | undefined;
    let head: TransportResponse | undefined;
    let decoded: Readable | undefined;
    let settled = false;
    let over: unknown;
    let sent: ClientRequest | undefined;
    request.onAbort((reason) => {
      over = reason instanceof Error ? reason : new Error("aborted");
      if (!settled) sent?.destroy(over as Error);
    });
    // The request waited for its turn, and its caller no longer waits.
    if (over !== undefined) return reject(over as Error);
    // A list is sent unchanged, which costs less than an object.
    const headers = ["Host", host];
    for (const [name, value] of request.headers) headers.push(name, value);
    if (body !== undefined || method === "POST") headers.push("Content-Length", String(Buffer.byteLength(body ?? "")));
    const path = url.length > origin.length ? url.slice(origin.length) : "/";
    const options = { protocol, hostname, port, path, method, headers, agent };
    const outgoing: ClientRequest = protocol === "https:" ? httpsRequest(options) : httpRequest(options);
    sent = outgoing;

    const settle = (): void => {
      settled = true;
      clearTimeout(timer);
    };
    const answer = (response: TransportResponse): void => {
      settle();
      resolve(response);
    };
    const fail = (thrown: Failure): void => {
      if (settled) return;
      // The status decides, even if the rest cannot be read: Node refuses a head with an odd line in it.
      head ??= statusLine(thrown);
      if (head !== undefined && head.status >= 400) answer(head);
      else {
        settle();
        reject(failed(thrown, connected, stage));
      }
      // The error may come from the reader of the body: nothing more is decompressed.
      decoded?.destroy();
      outgoing.destroy();
    };

    // `on`, not `once`: it is cheaper for events that happen only once, and events after the end change nothing.
    outgoing.on("socket", (socket: Socket & { encrypted?: boolean; secureConnecting?: boolean }) => {
      const secure = socket.encrypted === true && socket.secureConnecting === true;
      if (!secure && !socket.connecting) {
        connected = true;
        return;
      }
      const late = `no connection within ${request.connectTimeoutMs} ms`;
      timer = setTimeout(
        () => outgoing.destroy(new TransportFailure("timeout", connected ? "unknown" : "no", late)),
        request.connectTimeoutMs,
      );
      const ready = (): void => {
        connected = true;
        clearTimeout(timer);
      };
      if (!socket.connecting) stage = "tls";
      socket.once("connect", secure ? () => (stage = "tls") : ready);
      if (secure) socket.once("secureConnect", ready);
    });
    outgoing.on("error", fail);
    outgoing.on("response", (response) => {
      const { statusCode: status = 0, rawHeaders } = response;
      const come = (head = { status, headers: pairs(rawHeaders) });
      if (status === 204 || status === 304) {
        // Such a response ends with its head. If it nevertheless has a framing, a body may follow: the next response must not get it.
        answer(come);
        if ("content-length" in response.headers || "transfer-encoding" in response.headers) response.destroy();
        else response.resume();
        return;
      }
      decoded = decode(response, fail);
      decoded.on("data", (chunk: Buffer) => {
        if (settled) return;
        try {
          request.write(chunk);
        } catch (thrown) {
          fail(thrown as Error);
        }
      });
      response.on("error", fail);
      response.on("aborted", () => fail(new TransportFailure("closed", "unknown", "the connection closed within the answer")));
      decoded.on("end", () => {
        if (response.complete && !settled) answer(come);
      });
    });
    outgoing.on("close", () => {
      if (head === undefined) fail(new TransportFailure("closed", "unknown", "the connection closed without an answer"));
    });
    outgoing.end(body);
  });
}

/** Returns the decompressed body. The client does not ask for compression, but some servers compress nevertheless. */
function decode(response: IncomingMessage, fail: (thrown: Error) => void): Readable {
  const given = (response.headers["content-encoding"] ?? "").toLowerCase();
  const codings = given
    .split(",")
    .map((coding) => coding.trim())
    .filter((coding) => coding !== "" && coding !== "identity");
  if (codings.length === 0) return response;
  const refuse = (why: string): void => fail(new TransportFailure("protocol", "unknown", why));
  if (codings.length > MOST_CODINGS || !codings.every((coding) => coding in DECODERS)) {
    refuse(`the content encoding \`${given.slice(0, 64)}\` is not supported`);
    return response;
  }
  let body: Readable = response;
  for (const coding of codings.reverse()) {
    const made = DECODERS[coding as keyof typeof DECODERS]();
    made.on("error", (thrown) => refuse(`the body is not ${coding}: ${thrown.message}`));
    body = body.pipe(made);
  }
  return body;
}

/** The highest number of codings, one inside the other, that are decoded. */
const MOST_CODINGS = 3;

/** The decoders. They work piece by piece: no more is decompressed than the client takes. */
const DECODERS = {
  gzip: createGunzip,
  "x-gzip": createGunzip,
  deflate: createDeflated,
  br: createBrotliDecompress,
};

/** Returns a decoder for `deflate`: with the header of zlib, as documented, or without it, as some servers send it. */
function createDeflated(): Transform {
  let unzip: Transform | undefined;
  const all = new Transform({
    transform(chunk: Buffer, _, done) {
      if (unzip === undefined) {
        unzip = isZlib(chunk) ? createInflate() : createInflateRaw();
        unzip.on("data", (piece) => {
          if (!this.push(piece)) unzip?.pause();
        });
        unzip.on("error", (thrown) => this.destroy(thrown));
      }
      unzip.write(chunk, () => done());
    },
    flush(done) {
      if (unzip === undefined) return done();
      unzip.on("end", () => done());
      unzip.end();
    },
    destroy(thrown, done) {
      unzip?.destroy();
      done(thrown);
    },
  });
  const read = all._read.bind(all);
  all._read = (size) => {
    unzip?.resume();
    read(size);
  };
  return all;
}

/** Returns whether it begins with the header of zlib: deflate, and a check sum of its two bytes. */
function isZlib(chunk: Buffer): boolean {
  const [first = 0, second] = chunk;
  return (first & 0x0f) === 8 && (second === undefined || ((first << 8) | second) % 31 === 0);
}

/** Scheme, host and port of a URL: nearly always those of the last request. */
interface Place {
  /** The beginning of its URLs. */
  origin: string;
  protocol: string;
  hostname: string;
  port: string;
  /** The value of the header `Host`. */
  host: string;
}

let last: Place | undefined;

/** Returns the place of a URL. The last one is kept, since parsing a URL costs more than sending. */
function place(url: string): Place {
  if (last !== undefined && url.startsWith(last.origin) && url[last.origin.length] === "/") return last;
  const end = url.indexOf("/", "https://".length);
  const origin = end < 0 ? url : url.slice(0, end);
  const { protocol, host, hostname, port } = new URL(origin);
  return (last = { origin, protocol, hostname: hostname.replace(/^\[(.*)\]$/, "$1"), port, host });
}

/** Returns the error for a failure, which depends on the state of the connection. */
function failed(thrown: Failure, connected: boolean, stage: "connect" | "tls"): Error {
  const { code, kind } = thrown;
  const text = thrown.message || String(code ?? "no connection");
  if (!connected) return new TransportFailure(kind === "timeout" ? kind : stage, "no", text, { cause: thrown });
  // An error of the client. Its class is another copy, since this entry is a separate file.
  if (kind !== undefined && thrown.sent !== "no") return thrown;
  return new TransportFailure(KINDS.find(([, codes]) => codes.test(String(code)))?.[0] ?? "closed", "unknown", text, { cause: thrown });
}

/** An error of Node, or one of this package. */
type Failure = Error & { code?: unknown; kind?: string; sent?: string; rawPacket?: unknown };

/** Reads the status line of a response head that Node refuses; Node's error has the bytes. */
function statusLine({ rawPacket }: Failure): TransportResponse | undefined {
  const status = rawPacket instanceof Uint8Array ? STATUS_LINE.exec(String.fromCharCode(...rawPacket.subarray(0, 13))) : null;
  return status ? { status: Number(status[1]), headers: [] } : undefined;
}

const STATUS_LINE = /^HTTP\/1\.[01] ([1-5][0-9]{2})[ \r\n]/;

/** The kinds of failures after the connection is open, by their codes. */
const KINDS: [kind: string, codes: RegExp][] = [
  ["protocol", /^HPE_/],
  ["tls", /^(ERR_SSL_|ERR_TLS_|EPROTO)/],
  ["timeout", /^ETIMEDOUT$/],
];

function pairs(raw: string[]): [string, string][] {
  const all: [string, string][] = [];
  for (let at = 0; at + 1 < raw.length; at += 2) all.push([raw[at] ?? "", raw[at + 1] ?? ""]);
  return all;
}
