// The conformance driver of the npm package: reads a task per line on standard input, writes a trace per line on
// standard output.
//
// It runs the package's public interface with a transport that responds from the task's script and a clock that only
// the driver moves. It judges nothing: it reports what it saw, and the runner compares. The protocol is described in
// ../../vectors/README.md. SENDERS_PACKAGE names the folder of the package; the default is the one of this
// repository.
import { createInterface } from "node:readline";
import { fileURLToPath, pathToFileURL } from "node:url";

const folder = process.env.SENDERS_PACKAGE ?? fileURLToPath(new URL("../../../bindings-wasm/npm", import.meta.url));
const { Senders, TransportFailure, isSendersError } = await import(pathToFileURL(`${folder}/dist/esm/node.js`).href);

const START_UNIX_MS = 1_767_225_600_000; // 2026-01-01T00:00:00Z
const DEFAULTS = { accountSid: `AC${"0".repeat(32)}`, authToken: "0".repeat(32) };

/** Not an error of the package: the call needs more responses than the script has. */
class ScriptRanOut {}

/**
 * Converts a name of the vectors to its JavaScript form, and back: each form is the mirror image of the other, so a
 * key that is
 * wrong on one side (`wabaId` on the wire) is wrong on the other (`waba_id` in JavaScript).
 */
function mirrored(name) {
  if (/^[a-z][a-z0-9]*(_[a-z][a-z0-9]*)+$/.test(name)) return name.replace(/_(.)/g, (_, letter) => letter.toUpperCase());
  if (/^[a-z]+[A-Z][a-zA-Z0-9]*$/.test(name)) return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return name;
}

/** Returns plain data with every key mirrored. */
function renamed(value) {
  if (Array.isArray(value)) return value.map(renamed);
  if (typeof value !== "object" || value === null) return value;
  const out = Object.create(null);
  for (const [key, item] of Object.entries(value)) out[mirrored(key)] = renamed(item);
  return out;
}

/** Mirrors the names in a message about an argument; the caller's own value stays as it is. */
function inTheirWords(message) {
  const [rule, ...got] = message.split(", got ");
  return [rule.replace(/\w+/g, mirrored), ...got].join(", got ");
}

/** The transport and the clock of one task. */
class World {
  constructor(replies, events, maxBytes) {
    this.replies = replies.values();
    this.events = events;
    this.maxBytes = maxBytes;
    this.nowMs = 0;
    this.ranOut = false;
  }

  clock = {
    monotonicMs: () => this.nowMs,
    unixMs: () => START_UNIX_MS + this.nowMs,
    sleep: async (ms) => {
      this.nowMs += ms;
      this.#waited.ms = ms;
    },
    limit: () => () => undefined,
  };

  #waited;

  onWait = ({ reason }) => {
    this.#waited = { ms: 0, reason };
    this.events.push({ wait: this.#waited });
  };

  send = async (request) => {
    this.events.push({
      request: {
        method: request.method,
        url: request.url,
        headers: request.headers,
        body_base64: Buffer.from(request.body ?? "").toString("base64"),
        timeouts: { attempt_ms: request.attemptTimeoutMs, connect_ms: request.connectTimeoutMs },
      },
    });
    const { value: reply } = this.replies.next();
    if (reply === undefined) {
      this.ranOut = true;
      this.giveUp.abort(new ScriptRanOut());
      throw new Error("the script has no more replies");
    }
    if (reply.failure) {
      this.nowMs += reply.failure.took_ms;
      const { kind, sent } = reply.failure;
      if (kind === "response_too_large") request.write(new Uint8Array(this.maxBytes + 1));
      throw new TransportFailure(kind, sent, `scripted: ${kind}`);
    }
    const { status, headers, body_base64, took_ms } = reply.response;
    this.nowMs += took_ms;
    const body = Buffer.from(body_base64, "base64");
    // In pieces, as they arrive from a network.
    for (let at = 0; at < body.length; at += 1000) request.write(body.subarray(at, at + 1000));
    return { status, headers };
  };

  giveUp = new AbortController();
}

function client(config, world) {
  const { credentials, ...options } = config;
  const given = ["account_sid", "auth_token", "api_key", "api_secret"].some((name) => name in options);
  return new Senders({
    ...(credentials === "none" ? { noCredentials: true } : given ? {} : DEFAULTS),
    ...renamed({ seed: 0, ...options }),
    transport: world,
    clock: world.clock,
    onWait: world.onWait,
  });
}

async function list(api, args, options, events, stop) {
  let [request, seen] = [args, 0];
  for (;;) {
    let stopped = false;
    for await (const page of api.list({ ...request, ...options }).pages()) {
      events.push({ page: { sids: page.senders.map(({ sid }) => sid), has_next: page.nextToken !== undefined } });
      seen += 1;
      if (seen !== stop) continue;
      if (page.nextToken === undefined) return { crash: "no token to resume from" };
      [request, stopped] = [{ token: page.nextToken }, true];
      break;
    }
    if (!stopped) return { listed: true };
  }
}

async function wait(api, { sid, ...args }, options, events, stop) {
  let [request, seen, token] = [args, 0, undefined];
  for (;;) {
    const left = new AbortController();
    const onStatus = (change) => {
      events.push({ status: change.status });
      seen += 1;
      token = change.token;
      if (seen === stop) left.abort("stop");
    };
    try {
      const signal = AbortSignal.any([options.signal, left.signal]);
      return { sender: await api.waitUntilOnline(sid, { ...request, ...options, signal, onStatus }) };
    } catch (thrown) {
      if (thrown !== "stop") throw thrown;
      [request, sid] = [{ token }, undefined];
    }
  }
}

/** Replaces `{"$received": text, …changes}` by that section as a call returned it, with the changes applied. */
async function withReceived(request) {
  for (const [name, value] of Object.entries(request)) {
    if (typeof value?.$received !== "string") continue;
    const { $received: text, ...changes } = value;
    const send = async ({ write }) => {
      write(Buffer.from(`{"sid":"XE${"0".repeat(32)}","status":"ONLINE","${mirrored(name)}":${text}}`));
      return { status: 200, headers: [] };
    };
    const sender = await new Senders({ ...DEFAULTS, transport: { send } }).fetch(`XE${"0".repeat(32)}`);
    // The vectors have the changed fields after the fields that were read.
    for (const field of Object.keys(changes)) delete sender[name][field];
    request[name] = Object.assign(sender[name], changes);
  }
  return request;
}

async function run({ given, replies }, events) {
  const config = given.config ?? {};
  const world = new World(replies, events, config.max_response_bytes ?? 10 << 20);
  const api = client(config, world);
  const { operation, resume_after: stop } = given;
  const { max_retries, ...args } = given.args;
  const signal = world.giveUp.signal;
  const options = max_retries === undefined ? { signal } : { signal, maxRetries: max_retries };
  if (operation === "wait_until_online") return wait(api, renamed(args), options, events, stop);
  if (args.timeout_ms !== undefined) options.timeoutMs = args.timeout_ms;
  delete args.timeout_ms;
  const { sid, code, ...request } = await withReceived(renamed(args));
  switch (operation) {
    case "list":
      return list(api, request, options, events, stop);
    case "create":
      return { sender: await api.create(request, options) };
    case "ensure": {
      const { resolution, sender } = await api.ensure(request, options);
      return { ensured: { resolution, sender } };
    }
    case "update":
      return { sender: await api.update(sid, request, options) };
    case "verify":
      return { sender: await api.verify(sid, code, options) };
    case "delete":
      await api.delete(sid, { ...request, ...options });
      return { deleted: true };
    case "fetch":
      return { sender: await api.fetch(sid, options) };
    default:
      return { crash: `no operation ${operation}` };
  }
}

/** Returns the field at a path such as `profile.emails[0].email` from the typed interface; null if no value of its type is there. */
function read(sender, path) {
  let value = sender;
  for (const [, name, place] of path.matchAll(/(\w+)|\[(\d+)\]/g)) {
    if (typeof value !== "object" || value === null) return null;
    value = place === undefined ? value[mirrored(name)] : value[Number(place)];
  }
  return value === undefined ? null : renamed(value);
}

function errorFields(error) {
  const fields = {
    kind: error.kind,
    status: error.status,
    code: error.code,
    message: error.kind === "invalid_argument" ? inTheirWords(error.message) : error.message,
    more_info: error.moreInfo,
    request_id: error.requestId,
    retry_after: error.retryAfterMs === undefined ? undefined : error.retryAfterMs / 1000,
    retryable: error.retryable,
    may_have_executed: error.mayHaveExecuted,
    attempts: error.attempts,
    next_step: error.nextStep,
    sender_id: error.senderId,
    sid: error.sid,
    statuses: error.statuses,
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

async function trace(task) {
  const events = [];
  let end;
  try {
    end = await run(task, events);
    const found = end.sender ?? end.ensured?.sender;
    if (found !== undefined && task.read.length > 0) {
      end.reads = Object.fromEntries(task.read.map((path) => [path, read(found, path)]));
    }
    if (end.sender) end.sender = renamed(end.sender);
    if (end.ensured) end.ensured.sender = renamed(end.ensured.sender);
  } catch (thrown) {
    if (isSendersError(thrown)) end = { error: errorFields(thrown) };
    else if (thrown instanceof ScriptRanOut) end = { crash: "the script has no more replies" };
    else end = { crash: String(thrown) };
  }
  return { id: task.id, events, end };
}

for (const name of Object.keys(process.env)) if (/^(TWILIO|SENDERS)_/.test(name)) delete process.env[name];
for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await trace(JSON.parse(line)))}\n`);
}
