// How an application's own tests use the emulator: no server, no network, no waiting.
//
//   node --test examples/testing_example.mjs

import assert from "node:assert/strict";
import { test } from "node:test";
import { RegistrationFailedError, Senders, VerificationRequiredError } from "senders";
import { Emulator } from "senders/testing";

/** The application's own code: registers a number and returns the sender's SID once it is online. */
async function register(client, number) {
  const sender = await client.create({ senderId: `whatsapp:${number}`, profile: { name: "Example" } });
  try {
    await client.waitUntilOnline(sender.sid);
  } catch (error) {
    if (!(error instanceof VerificationRequiredError)) throw error;
    await client.verify(sender.sid, "123456");
    await client.waitUntilOnline(undefined, { token: error.resumeToken });
  }
  return sender.sid;
}

test("a number comes online", async () => {
  const emulator = await Emulator.create();
  const sid = await register(new Senders(emulator.options()), "+15551230001");
  assert.deepEqual(
    emulator.senders().map((sender) => [sender.sid, sender.status]),
    [[sid, "ONLINE"]],
  );
  const posts = emulator.journal().filter(({ method }) => method === "POST");
  assert.deepEqual(
    posts.map(({ operation }) => operation),
    ["create", "update"],
  );
});

test("a failed registration says why", async () => {
  const emulator = await Emulator.create(); // +1555 00… 63104 is a magic number: see emulator.magicNumbers()
  await assert.rejects(register(new Senders(emulator.options()), "+15550063104"), (error) => {
    assert.ok(error instanceof RegistrationFailedError);
    assert.equal(error.code, 63104);
    return true;
  });
});

test("a busy server is waited for", async () => {
  const emulator = await Emulator.create();
  emulator.inject({ fault: "rate-limited", operation: "create", params: { "retry-after": 7 } });
  const started = emulator.nowMs;
  const client = new Senders(emulator.options());
  await client.create({ senderId: "whatsapp:+15551230001", profile: { name: "Example" } });
  assert.ok(emulator.nowMs - started >= 7000); // on the emulator's clock; no real time passed
});
