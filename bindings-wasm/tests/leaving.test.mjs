// Abandoned calls, unusable callbacks, and many calls at once: each affects only itself.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ACCOUNT, SID, json, rejection, senders } from "./support.mjs";

const { ArgumentError, OutcomeUnknownError, Senders } = senders;
const NUMBER = { senderId: "whatsapp:+15017122661", profile: { name: "N" } };
const SENDER = { sid: SID, status: "CREATING", sender_id: NUMBER.senderId };
const EMPTY = { senders: [], meta: { next_page_url: null } };

/** Makes a client whose `fetch` counts POSTs. */
function counting(answer, more = {}) {
  const seen = { posts: 0 };
  const fetch = async (url, init) => {
    if (init.method === "POST") seen.posts += 1;
    return answer(url, init, seen);
  };
  return { seen, client: new Senders({ ...ACCOUNT, fetch, ...more }) };
}

test("a failure of what else an injected fetch does says nothing of what was sent", async () => {
  const other = Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:443"), {
    code: "ECONNREFUSED",
    syscall: "connect",
    address: "127.0.0.1",
    port: 443,
  });
  const untrusted = Object.assign(new Error("self-signed certificate"), { code: "DEPTH_ZERO_SELF_SIGNED_CERT" });
  for (const failure of [other, untrusted, new TypeError("fetch failed", { cause: other })]) {
    const { seen, client } = counting(() => {
      throw failure;
    });
    const error = await rejection(client.create(NUMBER));
    assert.ok(error instanceof OutcomeUnknownError && error.mayHaveExecuted, String(error));
    assert.equal(seen.posts, 1);
  }
});

test("an abort in a hook is seen before the request goes out", async () => {
  const aborting = new AbortController();
  const { seen, client } = counting(() => json(SENDER, 202), { onRequest: () => aborting.abort(new Error("left")) });
  assert.equal((await rejection(client.create(NUMBER, { signal: aborting.signal }))).message, "left");
  assert.equal(seen.posts, 0);
});

test("a callback that never settles can be aborted, and its number is free", async () => {
  const { seen, client } = counting((_, { method }) => (method === "POST" ? json(SENDER, 202) : json(EMPTY)));
  const aborting = new AbortController();
  const ensure = client.ensure(NUMBER, { signal: aborting.signal, onToken: () => new Promise(() => undefined) });
  setTimeout(() => aborting.abort(new Error("left")), 10);
  assert.equal((await rejection(ensure)).message, "left");
  assert.equal((await client.ensure(NUMBER)).resolution, "created");
  assert.equal(seen.posts, 1);
});

test("what cannot be called is found before anything is sent", async () => {
  const { seen, client } = counting(() => json(SENDER));
  for (const call of [
    () => client.ensure(NUMBER, { onToken: "x" }),
    () => client.ensureAll([NUMBER], { onToken: 1 }),
    () => client.ensureAll([NUMBER], { onResult: {} }),
    () => client.waitUntilOnline(SID, { onStatus: "x" }),
  ]) {
    const error = await rejection(call());
    assert.ok(error instanceof ArgumentError && /^on\w+ must be a function$/.test(error.message), String(error));
  }
  for (const options of [
    { onRequest: 1 },
    { onWait: "x" },
    { logger: console.log },
    { clock: {} },
    { noCredentials: 1 },
    { noCredentials: "true" },
  ]) {
    assert.throws(() => new Senders({ ...ACCOUNT, ...options }), ArgumentError, JSON.stringify(options));
  }
  assert.equal(seen.posts, 0);
});

test("four hundred bodies in pieces at once fit into the memory there is", async () => {
  let open = 0;
  let all;
  const everyone = new Promise((resolve) => (all = resolve));
  const bytes = new TextEncoder().encode(JSON.stringify({ ...SENDER, status: "ONLINE", about: "x".repeat(2_000) }));
  const transport = {
    send: async (request) => {
      request.write(bytes.subarray(0, 500));
      request.write(bytes.subarray(500, 1_000));
      if ((open += 1) === 400) all();
      await everyone;
      request.write(bytes.subarray(1_000));
      return { status: 200, headers: [] };
    },
  };
  const client = new Senders({ ...ACCOUNT, transport });
  const found = await Promise.all(Array.from({ length: 400 }, () => client.fetch(SID)));
  assert.ok(found.every(({ status }) => status === "ONLINE"));
});
