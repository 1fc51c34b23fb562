// The official `twilio` package for Node, unchanged, against the emulator, in the parts where it is correct.
//
//   node tests/e2e/twilio_peer.mjs http://127.0.0.1:PORT
//
// Fetches, lists several pages and deletes; creates and updates with plain objects, which are sent unchanged; and
// shows that its typed parameters are sent in camelCase, which the emulator refuses. Ends with 0 if every check
// passed. The emulator runs with its default credentials and switches (`--instant` saves time). TWILIO_PACKAGE names
// a folder with `node_modules/twilio`; the default is that of the npm package.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = process.env.TWILIO_PACKAGE ?? fileURLToPath(new URL("../../bindings-wasm/npm", import.meta.url));
const twilio = createRequire(join(folder, "package.json"))("twilio");
const RequestClient = createRequire(join(folder, "package.json"))("twilio/lib/base/RequestClient.js");

const ACCOUNT_SID = `AC${"0".repeat(32)}`;
const AUTH_TOKEN = "0".repeat(32);
const SERVICE = "https://messaging.twilio.com";

/** Sends requests for the service to the emulator; the package has no option for it. */
class ToEmulator extends RequestClient {
  constructor(baseUrl) {
    super({ timeout: 10_000 });
    this.baseUrl = baseUrl.replace(/\/$/, "");
    this.seen = [];
  }

  request(options) {
    assert.ok(options.uri.startsWith(`${SERVICE}/`) || options.uri.startsWith(`${this.baseUrl}/`), options.uri);
    this.seen.push([options.method, options.uri]);
    return super.request({ ...options, uri: options.uri.replace(SERVICE, this.baseUrl) });
  }
}

async function refusal(call) {
  try {
    await call();
  } catch (error) {
    return [error.status, error.code];
  }
  throw new assert.AssertionError({ message: "the call should have been refused" });
}

async function until(fetch, status) {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const sender = await fetch();
    if (sender.status === status) return sender;
    assert.ok(Date.now() < deadline, `still ${sender.status}, not ${status}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function main(baseUrl) {
  const http = new ToEmulator(baseUrl);
  const senders = twilio(ACCOUNT_SID, AUTH_TOKEN, { httpClient: http }).messaging.v2.channelsSenders;
  const number = Math.floor(Date.now() / 1000) % 1_000_000;
  const senderIds = Array.from({ length: 7 }, (_, at) => `whatsapp:+1555${8_000_000 + number + at}`);

  // create: the form of the types is refused, the form of the API is accepted
  const camel = { senderId: senderIds[0], profile: { name: "Example", logoUrl: "https://example.com/l.png" } };
  assert.equal((await refusal(() => senders.create(camel)))[0], 400);
  const wire = { sender_id: senderIds[0], profile: { name: "Example", logo_url: "https://example.com/l.png" } };
  const created = await senders.create(wire);
  assert.match(created.sid, /^XE/);
  assert.deepEqual([created.status, created.senderId], ["CREATING", senderIds[0]]);
  assert.deepEqual(await refusal(() => senders.create(wire)), [409, 63110]);

  // fetch, verify
  const sender = senders(created.sid);
  await until(() => sender.fetch(), "PENDING_VERIFICATION");
  assert.equal((await refusal(() => sender.update({ configuration: { verificationCode: "123456" } })))[0], 400);
  const verified = await sender.update({ configuration: { verification_code: "123456" } });
  assert.equal(verified.status, "VERIFYING");
  const online = await until(() => sender.fetch(), "ONLINE");
  assert.equal(online.profile.name, "Example");
  assert.equal(online.profile.logoUrl, "https://example.com/l.png");

  // update: `about` is one word, so the types are right by chance
  assert.equal((await sender.update({ profile: { about: "Hi" } })).status, "ONLINE:UPDATING");
  assert.equal((await until(() => sender.fetch(), "ONLINE")).profile.about, "Hi");

  // list, several pages
  for (const senderId of senderIds.slice(1)) await senders.create({ sender_id: senderId });
  http.seen.length = 0;
  const listed = await senders.list({ channel: "whatsapp", pageSize: 3 });
  const sids = listed.map(({ sid }) => sid);
  assert.ok(new Set(sids).size === sids.length && sids.length >= senderIds.length);
  assert.equal(http.seen.length, Math.ceil(sids.length / 3));
  const first = await senders.page({ channel: "whatsapp", pageSize: 2 });
  const second = await first.nextPage();
  assert.deepEqual(
    second.instances.map(({ sid }) => sid),
    sids.slice(2, 4),
  );

  // delete
  for (const one of listed) if (senderIds.includes(one.senderId)) assert.equal(await senders(one.sid).remove(), true);
  assert.deepEqual(await refusal(() => sender.fetch()), [404, 20404]);
  const stranger = twilio(ACCOUNT_SID, "wrong", { httpClient: http }).messaging.v2.channelsSenders;
  assert.deepEqual(await refusal(() => stranger(created.sid).fetch()), [401, 20003]);
  console.log(`twilio peer (node): ${senderIds.length} senders, ${Math.ceil(sids.length / 3)} pages`);
  console.log("1 passed, 0 failed");
}

if (process.argv.length !== 3) {
  console.error("usage: node tests/e2e/twilio_peer.mjs http://127.0.0.1:PORT");
  process.exit(2);
}
await main(process.argv[2]);
