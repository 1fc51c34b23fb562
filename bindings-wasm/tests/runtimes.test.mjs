// The package in runtimes other than Node and browsers: one sender's life each, against the emulator's server and in process.
// They are the dependencies of `runtimes/package.json`; a test whose runtime is not installed there is skipped, and fails in CI.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { TABLE, closing, isTls } from "./failures.mjs";
import { PACKAGE, ROOT, install, server } from "./support.mjs";
import { CA } from "./tls.mjs";

const run = promisify(execFile);
const require = createRequire(join(PACKAGE, "package.json"));
const RUNTIMES = join(ROOT, "bindings-wasm/tests/runtimes/node_modules");
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
// A create whose connection is cut, with and without a GET before it on that connection; then one without a server.
const CUT = `
import { Senders } from "senders";
const [cutting, gone] = (globalThis.Deno?.args ?? process.argv.slice(2));
const account = { accountSid: "AC" + "0".repeat(32), authToken: "0".repeat(32), maxRetries: 1 };
const what = ({ kind, mayHaveExecuted, retryable, attempts }) => [kind, mayHaveExecuted, retryable, attempts];
const create = (baseUrl) => new Senders({ ...account, baseUrl }).create({ senderId: "whatsapp:+15551234567", profile: { name: "Acme" } }).then(String, what);
await new Senders({ ...account, baseUrl: cutting }).fetch("XE" + "a".repeat(32));
console.log(JSON.stringify([await create(cutting), await create(gone)]));
`;
// A create with each of these servers: waits pass at once.
const FAIL = `
import { Senders } from "senders";
const clock = {
  monotonicMs: () => performance.now(),
  unixMs: () => Date.now(),
  sleep: async () => undefined,
  limit: (ms, callback) => { const timer = setTimeout(callback, ms); return () => clearTimeout(timer); },
};
const account = { accountSid: "AC" + "0".repeat(32), authToken: "0".repeat(32), clock };
export async function fail(servers) {
  const got = [];
  for (const [baseUrl, first] of servers) {
    const client = new Senders({ ...account, baseUrl });
    if (first) await client.fetch("XE" + "a".repeat(32));
    const create = client.create({ senderId: "whatsapp:+15551234567", profile: { name: "Acme" } });
    got.push(await create.catch(({ kind, mayHaveExecuted, retryable, message }) => ({ kind, mayHaveExecuted, retryable, message })));
  }
  return got;
}
`;
const RUN_FAIL = `
import { fail } from "./fail.mjs";
console.log(JSON.stringify(await fail(JSON.parse((globalThis.Deno?.args ?? process.argv.slice(2))[0]))));
`;
const WORKER = `
import { fail } from "./fail.mjs";
import { life } from "./life.mjs";
const work = { life, fail };
export default {
  fetch: async (request) => {
    const [name, argument] = await request.json();
    return Response.json(await work[name](argument));
  },
};
`;

before(async () => {
  running = await server("--instant");
  project = mkdtempSync(join(realpathSync(tmpdir()), "senders-runtimes-"));
  await install(join(project, "node_modules", "senders"));
  const files = {
    "package.json": `{ "private": true, "type": "module" }`,
    "life.mjs": LIFE,
    "run.mjs": RUN,
    "cut.mjs": CUT,
    "fail.mjs": FAIL,
    "run-fail.mjs": RUN_FAIL,
    "worker.mjs": WORKER,
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(project, name), text);
});
after(async () => {
  closing.forEach((close) => close());
  await running?.stop();
  if (project !== undefined) rmSync(project, { recursive: true, force: true });
});

/** Returns the program of a runtime, from its package for this machine. */
function found(name, t) {
  const manifest = join(RUNTIMES, name, "package.json");
  const packages = existsSync(manifest) ? Object.keys(JSON.parse(readFileSync(manifest, "utf8")).optionalDependencies) : [];
  const programs = packages.flatMap((each) => [join(RUNTIMES, each, name), join(RUNTIMES, each, "bin", name)]);
  const program = programs.find((path) => existsSync(path));
  if (program === undefined) {
    assert.ok(!process.env.CI, `${name} is not installed`);
    t.skip(`${name} is not in bindings-wasm/tests/runtimes/node_modules: cargo xtask setup`);
  }
  return program;
}

function lived(text) {
  const whole = ["verification_required", "ONLINE", "Hi", "string", ["whatsapp:+15551234567"], ["NotFoundError", 20404]];
  assert.deepEqual(JSON.parse(text), [whole, whole]);
}

// The emulator reads its file; the client's module is inside its JavaScript, and needs only the network.
for (const [name, flags] of [
  ["deno", ["run", "--allow-net=127.0.0.1", "--allow-read", "--cached-only"]],
  ["bun", []],
]) {
  test(`a life in ${name}`, async (t) => {
    const program = found(name, t);
    if (program === undefined) return;
    lived((await run(program, [...flags, "run.mjs", running.baseUrl], { cwd: project, env: { ...process.env, NO_COLOR: "1" } })).stdout);
  });
}

for (const [name, flags] of [
  ["deno", ["run", "--allow-net=127.0.0.1", "--allow-read", "--cached-only"]],
  ["bun", []],
  ["node", []],
]) {
  for (const end of ["end", "resetAndDestroy"]) {
    test(`${name} sends a create once when a kept connection is cut (${end}), and knows when it sent none`, async (t) => {
      const program = name === "node" ? process.execPath : found(name, t);
      if (program === undefined) return;
      let posts = 0;
      const cutting = createServer((socket) => {
        let text = "";
        socket.on("error", () => undefined);
        socket.on("data", (bytes) => {
          text += bytes;
          if (text.startsWith("GET"))
            socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 57\r\n\r\n{"sid":"XE${"a".repeat(32)}","status":"x"}`);
          else if (text.endsWith("}")) {
            posts += 1;
            socket[end]();
          } else return;
          text = "";
        });
      });
      const gone = createServer();
      const [busy, free] = await Promise.all(
        [cutting, gone].map(async (one) => {
          one.listen(0, "127.0.0.1");
          await once(one, "listening");
          return `http://127.0.0.1:${one.address().port}`;
        }),
      );
      gone.close();
      const { stdout } = await run(program, [...flags, "cut.mjs", busy, free], { cwd: project, env: { ...process.env, NO_COLOR: "1" } });
      cutting.close();
      assert.deepEqual(JSON.parse(stdout), [
        ["outcome_unknown", true, false, 1],
        ["connection", false, true, 2],
      ]);
      assert.equal(posts, 1);
    });
  }
}

/** Starts the servers of the table's failures, with a trusted certificate or without: `[title, seen, expected, [url, first]]` each. */
async function failing(trusting) {
  const cases = Object.entries(TABLE).filter(([, [, , { trusts = true } = {}]]) => trusts === trusting);
  return Promise.all(
    cases.map(async ([title, [start, expected, { first } = {}]]) => {
      const seen = await start();
      return [title, seen, expected, [seen.url ?? `${isTls(title) ? "https" : "http"}://localhost:${seen.port}`, first]];
    }),
  );
}

// The settings that make them trust the test's certificate.
const TRUSTING = { deno: ["--unsafely-ignore-certificate-errors"], bun: [] };
for (const [name, flags] of [
  ["deno", ["run", "--allow-net", "--allow-read", "--cached-only"]],
  ["bun", []],
]) {
  test(`${name}: failures, and what they say of a create`, async (t) => {
    const program = found(name, t);
    if (program === undefined) return;
    for (const trusting of [true, false]) {
      const cases = await failing(trusting);
      const env = { ...process.env, NO_COLOR: "1", ...(trusting && { NODE_TLS_REJECT_UNAUTHORIZED: "0" }) };
      const args = [...flags, ...(trusting ? TRUSTING[name] : []), "run-fail.mjs", JSON.stringify(cases.map((one) => one[3]))];
      const got = JSON.parse((await run(program, args, { cwd: project, env })).stdout);
      for (const [at, [title, { posts }, expected]] of cases.entries()) {
        await t.test(title, () => {
          const { message, ...rest } = { posts, ...got[at] };
          assert.deepEqual({ ...rest, ...expected }, rest, message);
        });
      }
    }
  });
}

test("workerd: a life; failures, and what they say of a create", async (t) => {
  const program = found("workerd", t);
  if (program === undefined) return;
  const wasm = [];
  const beside = {
    name: "wasm",
    setup: (build) =>
      build.onResolve({ filter: /\.wasm$/ }, ({ path, resolveDir }) => {
        const name = path.split("/").at(-1);
        writeFileSync(join(project, name), readFileSync(join(resolveDir, path)));
        wasm.push(`(name = "./${name}", wasm = embed "${name}")`);
        return { path: `./${name}`, external: true };
      }),
  };
  const options = { bundle: true, format: "esm", target: "es2022", conditions: ["workerd"], plugins: [beside] };
  const outfile = join(project, "worker.bundle.mjs");
  await require("esbuild").build({ ...options, entryPoints: [join(project, "worker.mjs")], outfile });
  // Loopback is a private network.
  const config = `
    using Workerd = import "/workerd/workerd.capnp";
    const config :Workerd.Config = (
      services = [(name = "main", worker = .main), (name = "loopback", network = (allow = ["private"], tlsOptions = (trustedCertificates = [embed "ca.pem"])))],
      sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
    );
    const main :Workerd.Worker = (
      modules = [(name = "./worker.mjs", esModule = embed "worker.bundle.mjs"), ${wasm.join(", ")}],
      compatibilityDate = "2026-01-01",
      globalOutbound = "loopback",
    );`;
  writeFileSync(join(project, "worker.capnp"), config);
  writeFileSync(join(project, "ca.pem"), CA);
  const worker = spawn(program, ["serve", "worker.capnp", "--control-fd=3"], {
    cwd: project,
    stdio: ["ignore", "inherit", "pipe", "pipe"],
  });
  // Every failure below is logged, with a stack of addresses.
  const log = text(worker.stderr);
  try {
    const [line] = await Promise.race([
      once(createInterface({ input: worker.stdio[3] }), "line"),
      once(worker, "exit").then(async () => assert.fail(await log)),
    ]);
    const url = `http://127.0.0.1:${JSON.parse(line).port}`;
    const ask = async (...work) => (await fetch(url, { method: "POST", body: JSON.stringify(work) })).text();
    lived(await ask("life", running.baseUrl));
    const cases = await failing(true);
    const got = JSON.parse(
      await ask(
        "fail",
        cases.map((one) => one[3]),
      ),
    );
    for (const [at, [title, { posts }, expected]] of cases.entries()) {
      await t.test(title, () => {
        const { message, kind, mayHaveExecuted, retryable } = got[at];
        assert.equal(posts, expected.posts, message);
        // It says almost nothing about a failure: `unknown` is allowed also for an unsent request.
        if (mayHaveExecuted || posts > 0) assert.deepEqual([kind, mayHaveExecuted, retryable], ["outcome_unknown", true, false], message);
      });
    }
  } finally {
    if (worker.kill()) await once(worker, "exit");
  }
});
