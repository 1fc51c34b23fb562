// Places where the package runs: in bundles with no other file, under fake timers, imported where there are no globals.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, mock, test } from "node:test";
import { promisify } from "node:util";
import { ACCOUNT, Emulator, PACKAGE, json, rejection, senders, SID } from "./support.mjs";

const run = promisify(execFile);
let project;

const LIFE = `
  import { Senders } from "senders"; import { Emulator } from "senders/testing";
  const run = async () => {
    const emulator = await Emulator.create();
    const client = new Senders(emulator.options());
    const { sid } = await client.create({ senderId: "whatsapp:+15550100001", profile: { name: "N" } });
    console.log((await client.waitUntilOnline(sid)).status, (await client.fetch(sid)).profile.name);
  };
  run();`;

before(async () => {
  project = await mkdtemp(join(tmpdir(), "senders-places-"));
  await mkdir(join(project, "elsewhere"));
  await writeFile(join(project, "life.mjs"), LIFE);
});
after(() => rm(project, { recursive: true, force: true }));

for (const [format, ending] of [
  ["esm", "mjs"],
  ["cjs", "cjs"],
]) {
  test(`esbuild's bundle for Node, ${format}, runs with no file of the package beside it`, async () => {
    const { build } = await import("../npm/node_modules/esbuild/lib/main.js");
    const outfile = join(project, "elsewhere", `bundle.${ending}`);
    const alias = { senders: join(PACKAGE, `dist/${format}/node.js`), "senders/testing": join(PACKAGE, `dist/${format}/testing-node.js`) };
    await build({ entryPoints: [join(project, "life.mjs")], bundle: true, platform: "node", format, outfile, alias, logLevel: "error" });
    const { stdout, stderr } = await run(process.execPath, [outfile], { cwd: tmpdir() });
    assert.deepEqual([stdout.trim(), stderr], ["ONLINE N", ""]);
  });
}

test("the emulator needs no timers of the runtime", async () => {
  mock.timers.enable({ apis: ["setTimeout", "setInterval", "setImmediate", "Date"] });
  try {
    const emulator = await Emulator.create();
    const client = new senders.Senders(emulator.options());
    const { sid } = await client.create({ senderId: "whatsapp:+15550100001", profile: { name: "N" } });
    assert.equal((await client.waitUntilOnline(sid)).status, "ONLINE");
  } finally {
    mock.timers.reset();
  }
});

for (const [name, method, body] of [
  ["fetch", "GET"],
  ["create", "POST", `{"sender_id":"whatsapp:+15550100001",`],
  ["delete", "DELETE"],
]) {
  test(`fetch is given a text, and all else beside it: ${name}`, async (t) => {
    // Next.js 16 merges a `Request` with the options, and then remembers its response.
    const { mock: fetch } = t.mock.method(globalThis, "fetch", async () =>
      json({ sid: SID, status: "ONLINE" }, method === "DELETE" ? 204 : 200),
    );
    const client = new senders.Senders(ACCOUNT);
    await client[name](name === "create" ? { senderId: "whatsapp:+15550100001", profile: { name: "N" } } : SID);
    const [url, init] = fetch.calls[0].arguments;
    assert.equal(typeof url, "string");
    assert.deepEqual([init.method, init.cache, init.redirect], [method, "no-store", "manual"]);
    assert.ok(init.signal instanceof AbortSignal && init.headers.get("authorization"));
    assert.equal(init.body?.slice(0, body?.length), body);
  });
}

test("what the fetch of a framework throws to end the rendering of a page comes out as it is, at once", async (t) => {
  const thrown = Object.assign(new Error("Dynamic server usage: no-store fetch"), { digest: "DYNAMIC_SERVER_USAGE" });
  const { mock: fetch } = t.mock.method(globalThis, "fetch", () => {
    throw thrown;
  });
  assert.equal(await rejection(new senders.Senders(ACCOUNT).list()), thrown);
  assert.equal(fetch.callCount(), 1);
});

test("a runtime that has the name of setImmediate alone sends nevertheless", async () => {
  const text = `
    globalThis.setImmediate = () => { throw new Error("not supported in the Edge Runtime"); };
    const { Senders } = await import(${JSON.stringify(join(PACKAGE, "dist/esm/node.js"))});
    globalThis.fetch = async () => Response.json({ sid: "${SID}", status: "CREATING" });
    const client = new Senders(${JSON.stringify(ACCOUNT)});
    console.log((await client.create({ senderId: "whatsapp:+15550100001", profile: { name: "N" } })).status);`;
  await writeFile(join(project, "immediate.mjs"), text);
  const { stdout } = await run(process.execPath, [join(project, "immediate.mjs")]);
  assert.equal(stdout, "CREATING\n");
});

test("importing an entry touches no global", async () => {
  const text = `
    import { readFileSync } from "node:fs"; import { dirname, join } from "node:path"; import vm from "node:vm";
    const context = vm.createContext({});
    vm.runInContext("for (const name of ['WebAssembly', 'console', 'SharedArrayBuffer', 'Atomics']) delete globalThis[name]", context);
    // Kept: Node 20 crashes when a module of a context is collected.
    const kept = new Map();
    const keep = (path, module) => (kept.has(path) ? kept : kept.set(path, module())).get(path);
    const at = (path) => keep(path, () => new vm.SourceTextModule(readFileSync(path, "utf8"), { context, identifier: path }));
    const link = async (name, { identifier }) => {
      const path = join(dirname(identifier), name);
      if (name.startsWith("./") && name.endsWith(".js")) return at(path);
      const given = name.startsWith("node:") ? Object.keys(await import(name)) : ["default"];
      return keep(name, () => new vm.SyntheticModule(given, () => {}, { context }));
    };
    for (const entry of process.argv.slice(2)) {
      const module = at(entry);
      await module.link(link);
      await module.evaluate();
      console.log(Object.keys(module.namespace).length > 0);
    }`;
  await writeFile(join(project, "bare.mjs"), text);
  const names = [
    "node",
    "web",
    "worker",
    "edge",
    "inline",
    "slim",
    "node-http",
    "testing-node",
    "testing-web",
    "testing-worker",
    "testing-edge",
  ];
  const entries = names.map((name) => join(PACKAGE, `dist/esm/${name}.js`));
  const { stdout } = await run(process.execPath, ["--no-warnings", "--experimental-vm-modules", join(project, "bare.mjs"), ...entries]);
  assert.deepEqual(
    stdout.trim().split("\n"),
    names.map(() => "true"),
  );
});

test("a Content-Security-Policy that forbids WebAssembly is named, with what to allow", async () => {
  const text = `
    import { Senders, init } from ${JSON.stringify(join(PACKAGE, "dist/esm/slim.js"))};
    WebAssembly.compile = async () => { throw new WebAssembly.CompileError("call to WebAssembly.compile() blocked by CSP"); };
    await init(new Uint8Array(8)).catch(({ kind, nextStep }) => console.log(kind, nextStep));`;
  await writeFile(join(project, "policy.mjs"), text);
  const { stdout } = await run(process.execPath, [join(project, "policy.mjs")]);
  assert.match(stdout, /^misuse .*Content-Security-Policy: script-src 'wasm-unsafe-eval'/);
});
