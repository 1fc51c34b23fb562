// The package as users get it: packed, installed into a fresh project, imported every way, type-checked, linted.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { copyFile, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { once } from "node:events";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { PACKAGE } from "./support.mjs";

const run = promisify(execFile);
const npm = process.platform === "win32" ? "npm.cmd" : "npm";
const tool = (name) => join(PACKAGE, "node_modules", name);
let project;
let tarball;
let files;

before(async () => {
  project = await mkdtemp(join(tmpdir(), "senders-project-"));
  // The tarball that was made for the run, or one from the current build; npm lists its content in both cases.
  const { stdout } = await run(npm, ["pack", "--json", "--pack-destination", project], { cwd: PACKAGE });
  const [packed] = JSON.parse(stdout);
  tarball = process.env.SENDERS_TARBALL ?? join(project, packed.filename);
  files = packed.files.map(({ path }) => path);
  await writeFile(join(project, "package.json"), JSON.stringify({ name: "fresh", private: true }));
  await run(npm, ["install", "--offline", "--no-audit", "--no-fund", tarball], { cwd: project });
});
after(() => rm(project, { recursive: true, force: true }));

const LIFE = `
  const emulator = await Emulator.create();
  const client = new Senders(emulator.options());
  const { sid } = await client.create({ senderId: "whatsapp:+15550100001", profile: { name: "N" } });
  console.log((await client.waitUntilOnline(sid)).status, typeof nodeHttp().send, isSendersError(await client.fetch("x").catch((e) => e)));
`;

async function node(file, text, ...flags) {
  await writeFile(join(project, file), text);
  const { stdout, stderr } = await run(process.execPath, [...flags, file], { cwd: project });
  assert.equal(stderr, "");
  return stdout.trim();
}

test("it holds what it should and no path of this machine", async () => {
  assert.ok(
    ["README.md", "LICENSE", "package.json", "dist/senders.wasm", "dist/esm/public.d.ts"].every((name) => files.includes(name)),
    files.join("\n"),
  );
  assert.ok(!files.some((name) => name.startsWith("src") || name.startsWith("made") || name.includes("node_modules")));
  const manifest = JSON.parse(await readFile(join(PACKAGE, "package.json"), "utf8"));
  assert.deepEqual(
    [manifest.dependencies, manifest.peerDependencies, manifest.scripts.install, manifest.scripts.postinstall],
    [undefined, undefined, undefined, undefined],
  );
  for (const name of files) {
    const text = (await readFile(join(PACKAGE, name))).toString("latin1");
    const found = text.match(/(\/root\/|\/home\/|\/Users\/|\/work\/|\.cargo\/registry)[\w./-]*/);
    assert.equal(found, null, `${name}: ${found?.[0]}`);
  }
});

test("ESM", async () => {
  const imports = `import { Senders, isSendersError } from "senders"; import { Emulator } from "senders/testing"; import { nodeHttp } from "senders/node-http";`;
  assert.equal(await node("a.mjs", imports + LIFE), "ONLINE function true");
});

test("CommonJS", async () => {
  const requires = `const { Senders, isSendersError } = require("senders"); const { Emulator } = require("senders/testing"); const { nodeHttp } = require("senders/node-http");`;
  assert.equal(await node("b.cjs", `${requires} (async () => {${LIFE}})();`), "ONLINE function true");
});

test("senders/inline and senders/slim, in both formats", async () => {
  for (const inline of [
    `import { Senders, isSendersError } from "senders/inline"; import { Emulator } from "senders/testing"; import { nodeHttp } from "senders/node-http";`,
  ]) {
    assert.equal(await node("c.mjs", inline + LIFE), "ONLINE function true");
  }
  const required = `const { Senders, isSendersError } = require("senders/inline"); const { Emulator } = require("senders/testing"); const { nodeHttp } = require("senders/node-http");`;
  assert.equal(await node("d.cjs", `${required} (async () => {${LIFE}})();`), "ONLINE function true");
  const slim = `
    import { readFileSync } from "node:fs"; import { fileURLToPath } from "node:url";
    import { Senders, init, isSendersError } from "senders/slim"; import { Emulator } from "senders/testing"; import { nodeHttp } from "senders/node-http";
    try { new Senders({ noCredentials: true }); } catch (error) { console.log(error.kind); }
    await init(readFileSync(fileURLToPath(import.meta.resolve("senders/senders.wasm"))));`;
  assert.equal(await node("e.mjs", slim + LIFE), "misuse\nONLINE function true");
});

test("the conditions of browsers, workers and Deno lead to files that are there", async () => {
  const { exports } = JSON.parse(await readFile(join(PACKAGE, "package.json"), "utf8"));
  const targets = (value) => (typeof value === "string" ? [value] : Object.values(value).flatMap(targets));
  for (const target of targets(exports)) assert.ok(files.includes(target.slice(2)), target);
  for (const condition of ["workerd", "deno", "bun", "worker", "browser", "node"]) assert.ok(condition in exports["."], condition);
});

test("the first client of a process is ready in no time", async () => {
  const text = `
    const started = performance.now();
    const { Senders } = await import("senders");
    new Senders({ noCredentials: true });
    console.log(performance.now() - started);`;
  const times = [];
  for (let turn = 0; turn < 5; turn += 1) times.push(Number(await node("f.mjs", text)));
  // The goal is 15 ms on an idle machine; this fails only if it is far off.
  assert.ok(Math.min(...times) < 60, times.join());
});

test("the web entry finds its file by URL, and says what to do when it does not", async () => {
  const folder = join(project, "node_modules/senders/dist");
  const served = createServer(async (request, response) => {
    try {
      const bytes = await readFile(join(folder, request.url));
      response.writeHead(200, { "Content-Type": request.url.endsWith(".wasm") ? "application/wasm" : "text/javascript" });
      response.end(bytes);
    } catch {
      response.writeHead(404).end();
    }
  });
  served.listen(0, "127.0.0.1");
  await once(served, "listening");
  const origin = `http://127.0.0.1:${served.address().port}`;
  // Node imports no URL: the module is loaded from disk, its own URL is what it would be in a page.
  const web = (await readFile(join(folder, "esm/web.js"), "utf8")).replaceAll("import.meta.url", JSON.stringify(`${origin}/esm/web.js`));
  await mkdir(join(project, "page"));
  for (const name of await readdir(join(folder, "esm"))) {
    if (/^(shared-.*\.js|package\.json)$/.test(name)) await copyFile(join(folder, "esm", name), join(project, "page", name));
  }
  await writeFile(join(project, "page/web.mjs"), web);
  await writeFile(join(project, "page/lost.mjs"), web.replaceAll("senders.wasm", "lost.wasm"));
  const text = (file) => `
    import { Senders } from "./page/${file}"; import { Emulator } from "senders/testing";
    const emulator = await Emulator.create(); emulator.seedSenders(2);
    const client = new Senders(emulator.options());
    console.log(await client.list().then(({ senders }) => senders.length, ({ kind, nextStep }) => kind + " " + nextStep));`;
  assert.equal(await node("g.mjs", text("web.mjs")), "2");
  assert.match(await node("h.mjs", text("lost.mjs")), /^misuse .*senders\/inline/);
  served.close();
});

test("esbuild bundles it for a page; with senders/inline nothing has to be copied", async () => {
  const { build } = await import("../npm/node_modules/esbuild/lib/main.js");
  for (const entry of ["senders", "senders/inline"]) {
    await writeFile(join(project, "page.mjs"), `import { Senders } from "${entry}"; globalThis.Page = Senders;`);
    const { warnings, errors } = await build({
      entryPoints: [join(project, "page.mjs")],
      bundle: true,
      format: "esm",
      platform: "browser",
      outfile: join(project, "bundle.mjs"),
      logLevel: "silent",
    });
    assert.deepEqual([warnings, errors], [[], []], entry);
  }
  const text = `
    await import("./bundle.mjs"); const { Emulator } = await import("senders/testing");
    const emulator = await Emulator.create(); emulator.seedSenders(3);
    console.log((await new Page(emulator.options()).list()).senders.length);`;
  assert.equal(await node("i.mjs", text), "3");
});

test("TypeScript, strict, as ESM, as CommonJS and as a bundler sees it; then the example runs", async () => {
  await copyFile(join(PACKAGE, "../tests/example.ts"), join(project, "example.mts"));
  const requires = `import senders = require("senders");\nconst client: senders.Senders = new senders.Senders({ noCredentials: true });\nvoid client.fetch("x").catch(() => undefined);\n`;
  await writeFile(join(project, "required.cts"), requires);
  const types = join(project, "node_modules/@types");
  await mkdir(types, { recursive: true });
  await writeFile(join(project, "console.d.ts"), "declare const console: { log(text: string): void };\n");
  const strict = {
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    noPropertyAccessFromIndexSignature: true,
    skipLibCheck: false,
  };
  const shared = {
    ...strict,
    target: "es2022",
    lib: ["es2023", "dom"],
    typeRoots: [join(PACKAGE, "node_modules/@types")],
    types: ["node"],
    rootDir: project,
  };
  for (const [name, more] of [
    ["nodenext", { module: "nodenext", moduleResolution: "nodenext", outDir: join(project, "out") }],
    ["bundler", { module: "esnext", moduleResolution: "bundler", noEmit: true }],
  ]) {
    const include = name === "nodenext" ? ["example.mts", "required.cts"] : ["example.mts"];
    await writeFile(join(project, `tsconfig.${name}.json`), JSON.stringify({ compilerOptions: { ...shared, ...more }, include }));
    await run(process.execPath, [tool("typescript/bin/tsc"), "--project", `tsconfig.${name}.json`], { cwd: project }).catch(({ stdout }) =>
      assert.fail(stdout),
    );
  }
  assert.deepEqual((await readdir(join(project, "out"))).filter((name) => /js$/.test(name)).sort(), ["example.mjs", "required.cjs"]);
  await copyFile(join(project, "out/example.mjs"), join(project, "example.mjs"));
  assert.equal((await run(process.execPath, ["example.mjs"], { cwd: project })).stdout.trim(), "found ONLINE");
});

test("TypeScript, strict, where it knows neither a page nor Node, and where it knows Node alone", async () => {
  await copyFile(join(PACKAGE, "../tests/no-dom.ts"), join(project, "no-dom.mts"));
  await copyFile(join(PACKAGE, "../tests/example.ts"), join(project, "example.mts"));
  await writeFile(join(project, "console.d.ts"), "declare const console: { log(text: string): void };\n");
  const entries = ["senders", "senders/inline", "senders/slim", "senders/testing", "senders/node-http", "senders/explain"];
  const required = entries.map((entry, at) => `import entry${at} = require("${entry}");\n`).join("");
  await writeFile(
    join(project, "no-dom.cts"),
    `${required}export = [entry0.Senders, entry1.Senders, entry2.init, entry3.Emulator, entry4.nodeHttp, entry5.explain];\n`,
  );
  for (const [types, include] of [
    [[], ["no-dom.mts", "no-dom.cts"]],
    [["node"], ["example.mts"]],
  ]) {
    const strict = { strict: true, exactOptionalPropertyTypes: true, skipLibCheck: false, target: "es2022", lib: ["es2022"] };
    const compilerOptions = { ...strict, types, typeRoots: [join(PACKAGE, "node_modules/@types")], module: "nodenext", noEmit: true };
    await writeFile(join(project, "tsconfig.no-dom.json"), JSON.stringify({ compilerOptions, include }));
    await run(process.execPath, [tool("typescript/bin/tsc"), "--project", "tsconfig.no-dom.json"], { cwd: project }).catch(({ stdout }) =>
      assert.fail(stdout),
    );
  }
});

test("publint finds nothing", async () => {
  const { publint } = await import(pathToFileURL(createRequire(join(PACKAGE, "package.json")).resolve("publint")).href);
  const { messages } = await publint({ pkgDir: join(project, "node_modules/senders"), strict: true, pack: false });
  assert.deepEqual(messages, []);
});

test("are the types wrong? no", async () => {
  const found = await run(
    process.execPath,
    [
      tool("@arethetypeswrong/cli/dist/index.js"),
      tarball,
      "--format",
      "json",
      "--no-definitely-typed",
      "--exclude-entrypoints",
      "senders.wasm",
      "testing.wasm",
    ],
    { cwd: project, maxBuffer: 1 << 26 },
  ).catch((error) => error);
  const { analysis, problems } = JSON.parse(found.stdout);
  const all = Object.values(problems ?? {})
    .flat()
    .concat(analysis?.problems ?? []);
  // TypeScript from before 2022 (`node10`) does not know `exports` and sees only the main entry: documented, not fixed.
  const left = all.filter((problem) => !(problem.resolutionKind === "node10" && problem.entrypoint !== "."));
  assert.deepEqual(left, []);
});

test("the documentation builds without a warning", async () => {
  const out = join(project, "docs");
  await run(process.execPath, [tool("typedoc/bin/typedoc"), "--out", out], { cwd: PACKAGE }).catch(({ stdout, stderr }) =>
    assert.fail(stdout + stderr),
  );
  assert.ok((await readdir(out)).includes("index.html"));
});
