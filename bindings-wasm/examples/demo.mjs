// One sender's whole life, step by step, against the emulator (or the server of SENDERS_BASE_URL).
//
//   cargo run -p senders-emulator -- --port 8421
//   SENDERS_BASE_URL=http://127.0.0.1:8421 node examples/demo.mjs

import { inspect } from "node:util";
import { NotFoundError, Senders, VerificationRequiredError, isSendersError } from "senders";

const NUMBER = "whatsapp:+15017122661";
// The emulator's default URL. Never Twilio: a demo registers nothing for real.
const BASE_URL = process.env.SENDERS_BASE_URL ?? "http://127.0.0.1:8421";

/** Makes a client with the environment's credentials, or else the emulator's own. */
function newClient() {
  if (Object.keys(process.env).some((name) => name.startsWith("TWILIO_"))) return new Senders({ baseUrl: BASE_URL });
  return new Senders({ baseUrl: BASE_URL, accountSid: `AC${"0".repeat(32)}`, authToken: "0".repeat(32) });
}

function say(step, text) {
  console.log(`  ${step.padEnd(8)} ${text}`);
}

/** Takes the sender through its life; returns the number of statuses it was seen in. */
async function life(client) {
  let seen = 0;
  const onStatus = ({ status }) => {
    seen += 1;
    say("", `status ${status}`);
  };

  let sender = await client.create({
    senderId: NUMBER,
    configuration: { verificationMethod: "sms" },
    profile: { name: "Example" },
  });
  say("create", `${sender.sid} is ${sender.status}`);
  try {
    sender = await client.waitUntilOnline(sender.sid, { timeoutMs: 60_000, onStatus });
  } catch (error) {
    if (!(error instanceof VerificationRequiredError)) throw error;
    say("verify", `${error.nextStep.split(",")[0]}: 123456`);
    await client.verify(sender.sid, "123456");
    sender = await client.waitUntilOnline(undefined, { token: error.resumeToken, onStatus });
  }
  say("online", `${sender.sid} can send`);

  await client.update(sender.sid, {
    webhook: { callbackUrl: "https://example.com/in" },
    profile: { about: "Made by the demo" },
  });
  sender = await client.waitUntilOnline(sender.sid, { timeoutMs: 60_000 });
  say("update", `incoming messages go to ${sender.webhook?.callbackUrl}`);

  sender = await client.fetch(sender.sid);
  say("fetch", inspect({ sid: sender.sid, status: sender.status, about: sender.profile?.about }, { breakLength: Infinity }));

  const others = [];
  for (let n = 0; n < 4; n += 1) {
    const senderId = `whatsapp:+1555010${String(n).padStart(4, "0")}`;
    others.push(await client.create({ senderId, profile: { name: `Example ${n}` } }));
  }
  let number = 0;
  for await (const page of client.list({ pageSize: 2 }).pages()) {
    number += 1;
    say("list", `page ${number}: ${page.senders.map((one) => `${one.sid.slice(0, 8)}… ${one.status}`).join(", ")}`);
  }
  for (const one of [sender, ...others]) await client.delete(one.sid);
  try {
    await client.fetch(sender.sid, { maxRetries: 0 });
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
    say("delete", `${sender.sid} is gone (${error.status}, code ${error.code})`);
  }
  return seen;
}

const started = performance.now();
const client = newClient();
console.log(`Node: ${inspect(client)}`);
try {
  const statuses = await life(client);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`Node: done in ${seconds} s, ${statuses} statuses seen on the way to ONLINE`);
} catch (error) {
  if (!isSendersError(error)) throw error;
  console.error(`Node: failed: ${error.message}`);
  process.exitCode = 1;
}
