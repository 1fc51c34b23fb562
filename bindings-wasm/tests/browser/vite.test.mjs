// The packed package in a separate project, built by Vite and opened in the browser.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { build } from "vite";
import { openDirectory, tarball } from "./harness.mjs";

const PROGRAM = `
  import { Senders, isSendersError } from "senders";
  import { Emulator } from "senders/testing";

  const outcomes = {};
  const refused = (options) => {
    try {
      new Senders(options);
      return "accepted";
    } catch (error) {
      return isSendersError(error) ? error.kind + " " + error.field : String(error);
    }
  };
  const accountSid = "AC" + "0".repeat(32);
  outcomes.token = refused({ accountSid, authToken: "0".repeat(32) });
  outcomes.key = refused({ apiKey: "SK" + "0".repeat(32), apiSecret: "secret" });
  outcomes.nothing = refused({});
  outcomes.allowed = refused({ accountSid, authToken: "0".repeat(32), dangerouslyAllowBrowser: true });
  outcomes.proxy = refused({ baseUrl: "https://proxy.example" });

  const emulator = await Emulator.create();
  const client = new Senders(emulator.options());
  const sender = await client.create({ senderId: "whatsapp:+15550101234", profile: { name: "Example" } });
  const statuses = [];
  await client.waitUntilOnline(sender.sid, { onStatus: ({ status }) => statuses.push(status) });
  outcomes.statuses = statuses;
  outcomes.listed = [];
  for await (const each of client.list({ pageSize: 100 })) outcomes.listed.push(each.senderId);
  const { status, data } = await client.fetch(sender.sid).withResponse();
  outcomes.fetched = [status, data.profile.name, Object.getPrototypeOf(data) === Object.prototype];
  outcomes.missing = await client.fetch("XE" + "f".repeat(32)).then(String, (error) => [error.name, error.status, error.code]);
  await client.delete(sender.sid);
  globalThis.outcomes = outcomes;
`;

let project;
let world;

before(async () => {
  project = mkdtempSync(join(realpathSync(tmpdir()), "senders-vite-"));
  writeFileSync(join(project, "package.json"), JSON.stringify({ name: "fresh", private: true, type: "module" }));
  execFileSync("npm", ["install", "--offline", "--silent", "--no-audit", "--no-fund", tarball()], { cwd: project });
  writeFileSync(join(project, "index.html"), '<!doctype html><title>Fresh</title><script type="module" src="/main.js"></script>');
  writeFileSync(join(project, "main.js"), PROGRAM);
  await build({ root: project, configFile: false, logLevel: "warn" });
  world = await openDirectory(join(project, "dist"));
});
after(async () => {
  await world?.close();
  rmSync(project, { recursive: true, force: true });
});

test("a Vite build runs in the browser", async () => {
  const assets = readdirSync(join(project, "dist", "assets")).filter((name) => name.endsWith(".wasm"));
  assert.equal(assets.length, 2, `the bundler copied both modules: ${assets.join(", ")}`);
  const { page } = world;
  await page.waitForFunction(() => globalThis.outcomes !== undefined);
  const outcomes = await page.evaluate(() => globalThis.outcomes);
  assert.equal(outcomes.statuses.at(-1), "ONLINE");
  assert.deepEqual(outcomes.listed, ["whatsapp:+15550101234"]);
  assert.deepEqual(outcomes.fetched, [200, "Example", true]);
  assert.deepEqual(outcomes.missing, ["NotFoundError", 404, 20404]);
  assert.deepEqual(page.complaints, []);
});

test("credentials in a page are refused unless they are allowed", async () => {
  const outcomes = await world.page.evaluate(() => globalThis.outcomes);
  assert.equal(outcomes.token, "invalid_argument dangerouslyAllowBrowser");
  assert.equal(outcomes.key, "invalid_argument dangerouslyAllowBrowser");
  assert.equal(outcomes.nothing, "invalid_argument baseUrl");
  assert.equal(outcomes.allowed, "accepted");
  assert.equal(outcomes.proxy, "accepted");
});
