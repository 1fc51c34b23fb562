// Many numbers at once: one listing, a result for each, one token.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ACCOUNT, Emulator, internals, json, rejection, scripted, senders } from "./support.mjs";

const { Senders } = senders;
const [FOUND, CREATED, REFUSED, OTHER] = ["15550170001", "15550170002", "15550063100", "15550170003"].map(
  (digits) => `whatsapp:+${digits}`,
);
const request = (senderId, name = "Example") => ({ senderId, profile: { name } });

/** Makes an emulator with one sender, and a client of it. */
async function prepared() {
  const emulator = await Emulator.create();
  const client = new Senders(emulator.options());
  await client.create(request(FOUND));
  emulator.clearJournal();
  return { emulator, client };
}

/** Returns the operations that the emulator received. */
const asked = (emulator) => emulator.journal().map(({ operation }) => operation);

test("one listing serves all, and each number has its own result", async () => {
  const { emulator, client } = await prepared();
  const seen = [];
  const results = await client.ensureAll([request(CREATED), request(REFUSED), request(FOUND, "Other")], {
    onToken: async (token) => {
      assert.deepEqual(asked(emulator), [], "the token comes before anything is sent");
      await undefined;
      seen.push(JSON.parse(token).sender_ids);
    },
    onResult: async (result) => {
      await undefined;
      seen.push(result);
    },
  });
  assert.deepEqual(
    results.map(({ senderId }) => senderId),
    [CREATED, REFUSED, FOUND],
  );
  const [created, refused, found] = results;
  assert.deepEqual([created.ensured.resolution, created.ensured.sender.senderId, created.error], ["created", CREATED, null]);
  assert.ok(refused.error instanceof senders.InvalidRequestError && refused.ensured === null);
  assert.deepEqual([refused.error.code, refused.error.senderId, refused.error.mayHaveExecuted], [63100, REFUSED, false]);
  assert.deepEqual([found.ensured.resolution, found.ensured.differences, found.error], ["found", ["profile.name"], null]);
  // In the order in which they were known: first the senders of the listing, then one create after the other.
  assert.deepEqual(seen, [[CREATED, REFUSED, FOUND], found, created, refused]);
  assert.deepEqual(asked(emulator), ["list", "create", "create"]);
  assert.equal(await internals.openCalls(), 0);
});

test("none at all is a list of none, and nothing is sent", async () => {
  const { emulator, client } = await prepared();
  assert.deepEqual(await client.ensureAll([], { onToken: assert.fail, onResult: assert.fail }), []);
  assert.deepEqual(asked(emulator), []);
});

test("a mistake names its place, and nothing is sent", async () => {
  const { emulator, client } = await prepared();
  for (const [list, field, options] of [
    [[request(CREATED), { ...request(OTHER), profile: { name: 5 } }], "senders[1].profile.name"],
    [[request(CREATED), request("+1501")], "senders[1].senderId"],
    [[request(CREATED), { ...request(OTHER), name: "N" }], "senders[1]"],
    [[request(CREATED), { ...request(OTHER), profile: { logo_url: "x" } }], "senders[1].profile"],
    [[request(CREATED), request("whatsapp:+1 555 017 0002")], "senders[1].senderId"],
    [[request(CREATED), null], "senders[1]"],
    [[request(CREATED), undefined], "senders[1]"],
    [[request(CREATED), request(CREATED)], "senders[1].senderId"],
    [{ ...request(CREATED) }, "senders"],
    [undefined, "senders"],
    [null, "senders"],
    [[request(CREATED)], "token", { token: "x" }],
    [[request(CREATED)], "onEach", { onEach: () => undefined }],
  ]) {
    const error = await rejection(client.ensureAll(list, options));
    assert.deepEqual([error.name, error.field], ["ArgumentError", field], error.message);
    assert.ok(!/sender_id|logo_url\b(?!`: did)/.test(error.message), error.message);
  }
  assert.deepEqual(asked(emulator), []);
});

test("an abort, and what a callback throws, end the call; results known by then were reported", async () => {
  const { emulator, client } = await prepared();
  const reason = new Error("enough");
  const abort = new AbortController();
  const seen = [];
  const stopped = client.ensureAll([request(CREATED), request(OTHER), request(FOUND)], {
    signal: abort.signal,
    onResult: ({ senderId }) => {
      if (seen.push(senderId) === 2) abort.abort(reason);
    },
  });
  assert.equal(await rejection(stopped), reason);
  assert.deepEqual(
    [seen, asked(emulator)],
    [
      [FOUND, CREATED],
      ["list", "create"],
    ],
  );
  const own = () => Promise.reject(reason);
  assert.equal(await rejection(client.ensureAll([request(OTHER)], { onToken: own })), reason);
  assert.equal(await rejection(client.ensureAll([request(OTHER)], { onResult: own })), reason);
  assert.equal(await internals.openCalls(), 0);
});

test("another process goes on with the token: each number once, however it ended", async () => {
  const { emulator, client } = await prepared();
  let stored;
  const list = [request(CREATED), request(OTHER), request(FOUND)];
  const killed = new AbortController();
  const onToken = (token) => {
    stored = token;
  };
  const onResult = ({ senderId }) => senderId === CREATED && killed.abort();
  await rejection(client.ensureAll(list, { onToken, onResult, signal: killed.signal }));
  const results = await new Senders(emulator.options()).ensureAll(list, { token: stored });
  assert.deepEqual(
    results.map(({ ensured }) => ensured.resolution),
    ["reconciled", "created", "reconciled"],
  );
  assert.deepEqual(
    emulator
      .senders()
      .map((sender) => sender.sender_id)
      .sort(),
    [FOUND, CREATED, OTHER].sort(),
  );
});

test("a number whose create has no known outcome is looked for again, the others go on", async () => {
  const { emulator, client } = await prepared();
  emulator.inject({ fault: "gateway-timeout", operation: "create" });
  const results = await client.ensureAll([request(CREATED), request(OTHER)]);
  assert.deepEqual(
    results.map(({ ensured }) => ensured.resolution),
    ["reconciled", "created"],
  );
  assert.equal(emulator.senders().length, 3);
});

test("refused credentials end all of it with an error each", async () => {
  const page = { senders: [], meta: {} };
  const { fetch, asked: sent } = scripted(page, () => json({ code: 20003, message: "no" }, 401));
  const results = await new Senders({ ...ACCOUNT, fetch }).ensureAll([request(CREATED), request(OTHER)]);
  assert.deepEqual(
    results.map(({ error }) => [error.name, error.mayHaveExecuted]),
    [
      ["AuthenticationError", false],
      ["AuthenticationError", false],
    ],
  );
  assert.match(results[1].error.message, /no create was sent/);
  assert.equal(sent.length, 2);
});
