// The package in the output of bundlers, run without the package's files next to it, and in test runners.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { install, PACKAGE, server } from "../support.mjs";

const execute = promisify(execFile);
const HERE = fileURLToPath(new URL(".", import.meta.url));
const ENTRY = join(HERE, "programs/main.mjs");
const WHOLE = "ONLINE whatsapp:+15550100001 NotFoundError";
let emulator;
let out;

before(async () => {
  await install(join(HERE, "node_modules/senders"));
  out = await mkdtemp(join(tmpdir(), "senders-bundles-"));
});
after(() => rm(out, { recursive: true, force: true }));
beforeEach(async () => (emulator = await server("--instant")));
afterEach(() => emulator.stop());

/** Runs a bundle far from the package. */
async function runs(file) {
  const { stdout, stderr } = await execute(process.execPath, [file, emulator.baseUrl], { cwd: out });
  assert.equal(stderr, "");
  assert.deepEqual(JSON.parse(stdout), [WHOLE, WHOLE]);
}

for (const format of ["esm", "cjs"]) {
  test(`esbuild for Node, ${format}`, async () => {
    const { build } = createRequire(join(PACKAGE, "package.json"))("esbuild");
    const outfile = join(out, `esbuild.${format === "esm" ? "mjs" : "cjs"}`);
    await build({ entryPoints: [ENTRY], bundle: true, platform: "node", format, outfile, logLevel: "warning" });
    await runs(outfile);
  });
}

async function webpack(options) {
  const { default: start } = await import("webpack");
  const compiler = start({ mode: "production", context: HERE, ...options });
  const stats = await promisify(compiler.run.bind(compiler))();
  await promisify(compiler.close.bind(compiler))();
  const { errors, warnings } = stats.toJson({ all: false, errors: true, warnings: true });
  assert.deepEqual([errors, warnings], [[], []]);
}

for (const [name, entry] of [
  ["import", "main.mjs"],
  ["require", "main.cjs"],
]) {
  test(`webpack for Node, by ${name}`, async () => {
    const filename = `webpack-${name}.cjs`;
    await webpack({ entry: `./programs/${entry}`, target: "node", output: { path: out, filename } });
    if (name === "import") return runs(join(out, filename));
    const { stdout, stderr } = await execute(process.execPath, [join(out, filename), emulator.baseUrl], { cwd: out });
    assert.deepEqual([stdout, stderr], ["ONLINE\n", ""]);
  });
}

test("rollup for Node", async () => {
  const { rollup } = await import("rollup");
  const { nodeResolve } = await import("@rollup/plugin-node-resolve");
  const warnings = [];
  const { default: commonjs } = await import("@rollup/plugin-commonjs");
  const plugins = [nodeResolve({ exportConditions: ["node"] }), commonjs()];
  const bundle = await rollup({ input: ENTRY, plugins, onwarn: (warning) => warnings.push(warning.message) });
  const file = join(out, "rollup.mjs");
  await bundle.write({ file, format: "esm" });
  await bundle.close();
  assert.deepEqual(warnings, []);
  await runs(file);
});

test("vite for servers, with the package in the bundle and beside it", async () => {
  const { build } = await import("vite");
  for (const noExternal of [true, undefined]) {
    const outDir = join(out, `vite-${noExternal}`);
    const options = { ssr: ENTRY, outDir, emptyOutDir: true, rollupOptions: { output: { entryFileNames: "main.mjs" } } };
    await build({ root: HERE, configFile: false, logLevel: "warn", build: options, ssr: { noExternal } });
    if (noExternal) await runs(join(outDir, "main.mjs"));
    else assert.match(await readFile(join(outDir, "main.mjs"), "utf8"), /from "senders"/);
  }
});

test("webpack for pages, run in Chromium", async (t) => {
  const { browserPath, openDirectory } = await import("../browser/harness.mjs");
  if (browserPath() === undefined) return t.skip("no Chromium");
  const path = join(out, "page");
  await webpack({ entry: "./programs/page.mjs", target: "web", output: { path, filename: "main.js" }, performance: false });
  await writeFile(join(path, "index.html"), `<!doctype html><title>Page</title><script src="main.js"></script>`);
  const { page, close } = await openDirectory(path, `?emulator=${encodeURIComponent(emulator.baseUrl)}`);
  try {
    await page.waitForFunction(() => globalThis.lived !== undefined);
    assert.deepEqual(await page.evaluate(() => globalThis.lived), [WHOLE, WHOLE]);
    assert.deepEqual(page.complaints, []);
  } finally {
    await close();
  }
});

for (const environment of ["node", "jsdom"]) {
  test(`jest, environment ${environment}`, async () => {
    const config = { rootDir: HERE, testEnvironment: environment, testMatch: ["**/programs/*.jest.cjs"], transform: {} };
    const args = ["node_modules/jest/bin/jest.js", "--config", JSON.stringify(config), "--ci", "--runInBand", "--json"];
    await counts(args, 3);
  });
}

test("vitest", async () => {
  const args = ["node_modules/vitest/vitest.mjs", "run", "--config", "programs/vitest.config.mjs"];
  await counts([...args, "--reporter=json"], 3);
});

/** Runs a test runner; this number of tests must pass and none fail. */
async function counts(args, passed) {
  const env = { ...process.env, SENDERS_TEST_BASE_URL: emulator.baseUrl };
  delete env.NODE_TEST_CONTEXT;
  const outputFile = join(out, "tests.json");
  const { stderr } = await execute(process.execPath, [...args, "--outputFile", outputFile], { cwd: HERE, env }).catch((error) => error);
  const written = await readFile(outputFile, "utf8").catch(() => assert.fail(stderr));
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(written);
  assert.deepEqual([numPassedTests, numFailedTests], [passed, 0], JSON.stringify(testResults, undefined, 1));
}
