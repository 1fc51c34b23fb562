// The package in other runtimes than Node and browsers: one sender's life each, against the emulator's server and in process.
// They are no dependencies, being 300 MB; each test runs where its runtime is on PATH or installed beside the others:
//   npm install --no-save --prefix bindings-wasm/npm deno@2.9.6 bun@1.4.5 miniflare@4.20260426.0
import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import { once } from "node:events";
import { accessSync, constants, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { PACKAGE, server } from "./support.mjs";

const run = promisify(execFile);
const require = createRequire(join(PACKAGE, "package.json"));
let running;
let project;

const LIFE = `
import { Senders } from "senders";
import { Emulator } from "senders/testing";

async function one(client) {
  const { sid } = await client.create({ senderId: "whatsapp:+15551234567", profile: { name: "Acme" } });
  const wait = await client.waitUntilOnline(sid).then(String, ({ kind }) => kind);
  await client.verify(sid, "123456");
  const { status } = await client.waitUntilOnline(sid);
  await client.update(sid, { profile: { about: "Hi" } });
  const { data, requestId } = await client.fetch(sid).withResponse();
  const listed = [];
  for await (const sender of client.list({ pageSize: 1 })) listed.push(sender.senderId);
  await client.delete(sid);
  const gone = await client.fetch(sid).then(String, ({ name, code }) => [name, code]);
  return [wait, status, data.profile.about, typeof requestId, listed, gone];
}

export async function life(baseUrl) {
  const { accountSid, authToken } = Emulator;
  const emulator = await Emulator.create();
  return [await one(new Senders({ accountSid, authToken, baseUrl })), await one(new Senders(emulator.options()))];
}
`;
const RUN = `
import { life } from "./life.mjs";
console.log(JSON.stringify(await life((globalThis.Deno?.args ?? process.argv.slice(2))[0])));
`;
// A create whose connection is cut, by a GET before it kept or not; then one where no server listens.
const CUT = `
import { Senders } from "senders";
const [cutting, gone] = (globalThis.Deno?.args ?? process.argv.slice(2));
const account = { accountSid: "AC" + "0".repeat(32), authToken: "0".repeat(32), maxRetries: 1 };
const what = ({ kind, mayHaveExecuted, retryable, attempts }) => [kind, mayHaveExecuted, retryable, attempts];
const create = (baseUrl) => new Senders({ ...account, baseUrl }).create({ senderId: "whatsapp:+15551234567", profile: { name: "Acme" } }).then(String, what);
await new Senders({ ...account, baseUrl: cutting }).fetch("XE" + "a".repeat(32));
console.log(JSON.stringify([await create(cutting), await create(gone)]));
`;
const WORKER = `
import { life } from "./life.mjs";
export default { fetch: async (request) => Response.json(await life(await request.text())) };
`;

before(async () => {
  running = await server("--instant");
  project = mkdtempSync(join(realpathSync(tmpdir()), "senders-runtimes-"));
  let tarball = process.env.SENDERS_TARBALL;
  if (tarball === undefined) {
    const packing = ["pack", "--json", "--loglevel=error", "--ignore-scripts", "--pack-destination", project];
    const printed = execFileSync("npm", packing, { cwd: PACKAGE, encoding: "utf8" });
    tarball = join(project, JSON.parse(printed)[0].filename);
  }
  const installed = join(project, "node_modules", "senders");
  mkdirSync(installed, { recursive: true });
  execFileSync("tar", ["-xzf", tarball, "-C", installed, "--strip-components=1"]);
  const files = { "package.json": `{ "private": true, "type": "module" }`, "life.mjs": LIFE, "run.mjs": RUN, "cut.mjs": CUT, "worker.mjs": WORKER };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(project, name), text);
});
after(async () => {
  await running?.stop();
  if (project !== undefined) rmSync(project, { recursive: true, force: true });
});

function found(name) {
  for (const folder of [join(PACKAGE, "node_modules", ".bin"), ...(process.env.PATH ?? "").split(delimiter)]) {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return join(folder, name);
    } catch {
      // Not there.
    }
  }
  return undefined;
}

function lived(text) {
  const whole = ["verification_required", "ONLINE", "Hi", "string", ["whatsapp:+15551234567"], ["NotFoundError", 20404]];
  assert.deepEqual(JSON.parse(text), [whole, whole]);
}

// The emulator's file is read; the client's is within its JavaScript, and needs the network alone.
for (const [name, flags] of [["deno", ["run", "--allow-net=127.0.0.1", "--allow-read", "--cached-only"]], ["bun", []]]) {
  test(`a life in ${name}`, async (t) => {
    const program = found(name);
    if (program === undefined) return t.skip(`${name} is neither on PATH nor in bindings-wasm/npm/node_modules`);
    lived((await run(program, [...flags, "run.mjs", running.baseUrl], { cwd: project, env: { ...process.env, NO_COLOR: "1" } })).stdout);
  });
}

for (const [name, flags] of [["deno", ["run", "--allow-net=127.0.0.1", "--allow-read", "--cached-only"]], ["bun", []], ["node", []]]) {
  for (const end of ["end", "resetAndDestroy"]) {
    test(`${name} sends a create once when a kept connection is cut (${end}), and knows when it sent none`, async (t) => {
      const program = name === "node" ? process.execPath : found(name);
      if (program === undefined) return t.skip(`${name} is neither on PATH nor in bindings-wasm/npm/node_modules`);
      let posts = 0;
      const cutting = createServer((socket) => {
        let text = "";
        socket.on("error", () => undefined);
        socket.on("data", (bytes) => {
          text += bytes;
          if (text.startsWith("GET")) socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 57\r\n\r\n{"sid":"XE${"a".repeat(32)}","status":"x"}`);
          else if (text.endsWith("}")) {
            posts += 1;
            socket[end]();
          } else return;
          text = "";
        });
      });
      const gone = createServer();
      const [busy, free] = await Promise.all([cutting, gone].map(async (one) => {
        one.listen(0, "127.0.0.1");
        await once(one, "listening");
        return `http://127.0.0.1:${one.address().port}`;
      }));
      gone.close();
      const { stdout } = await run(program, [...flags, "cut.mjs", busy, free], { cwd: project, env: { ...process.env, NO_COLOR: "1" } });
      cutting.close();
      assert.deepEqual(JSON.parse(stdout), [["outcome_unknown", true, false, 1], ["connection", false, true, 2]]);
      assert.equal(posts, 1);
    });
  }
}

test("a life in workerd", async (t) => {
  let entry;
  try {
    entry = require.resolve("miniflare");
  } catch {
    return t.skip("miniflare is not in bindings-wasm/npm/node_modules");
  }
  const { Miniflare } = (await import(pathToFileURL(entry))).default;
  const wasm = [];
  const beside = {
    name: "wasm",
    setup: (build) =>
      build.onResolve({ filter: /\.wasm$/ }, ({ path, resolveDir }) => {
        const name = path.split("/").at(-1);
        wasm.push({ type: "CompiledWasm", path: name, contents: readFileSync(join(resolveDir, path)) });
        return { path: `./${name}`, external: true };
      }),
  };
  const options = { bundle: true, write: false, format: "esm", target: "es2022", conditions: ["workerd"], plugins: [beside] };
  const { outputFiles } = await require("esbuild").build({ ...options, entryPoints: [join(project, "worker.mjs")] });
  const modules = [{ type: "ESModule", path: "worker.mjs", contents: outputFiles[0].text }, ...wasm];
  const worker = new Miniflare({ modules, compatibilityDate: "2026-01-01" });
  try {
    const response = await worker.dispatchFetch("http://worker", { method: "POST", body: running.baseUrl });
    lived(await response.text());
  } finally {
    await worker.dispose();
  }
});
