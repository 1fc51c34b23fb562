// Builds the package: Rust to WebAssembly (two files), TypeScript to JavaScript (ESM and CommonJS) and declarations.
//
//   node build.mjs [--skip-rust] [--pack FOLDER]
//
// Needs cargo with the standard library of wasm32-unknown-unknown, the command-line tool wasm-bindgen of the version in the
// root Cargo.toml (WASM_BINDGEN names it, else it is looked for on PATH), and the development dependencies (`npm ci`).
import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { build, transform } from "esbuild";

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = join(HERE, "../..");
const DIST = join(HERE, "dist");
const MADE = join(HERE, "made");
const TARGET = process.env.CARGO_TARGET_DIR ?? join(ROOT, "target");
/** The crates that are compiled for speed: they read every byte of every response. The others are compiled for size. */
const HOT = { "package.senders-json.opt-level": "3" };
/**
 * Builds the standard library again: for size, and without the text of panics and of `Debug`. A panic ends the instance, and
 * its text has no use without the symbols, which are not shipped.
 */
const SMALL_STD = ["-Zbuild-std=std,panic_abort", "-Zbuild-std-features=optimize_for_size"];
const VERSION = JSON.parse(readFileSync(join(HERE, "package.json"), "utf8")).version;

/** Runs a program; its output is ours. */
function run(program, args, options = {}) {
  execFileSync(program, args, { stdio: ["ignore", "inherit", "inherit"], cwd: ROOT, ...options });
}

/** The script of a development dependency, so that no shell is needed to start it. */
function script(name) {
  return join(HERE, "node_modules", name);
}

/** Builds one artefact of the crate: `dist/NAME.wasm` and the glue of its instances. */
function rust(name, feature) {
  const cargoHome = process.env.CARGO_HOME ?? join(homedir(), ".cargo");
  const sysroot = execFileSync("rustc", ["--print", "sysroot"], { cwd: ROOT, encoding: "utf8" }).trim();
  const sources = join(sysroot, "lib/rustlib/src/rust");
  // No path of this machine goes into what is published.
  const remaps = [`${join(cargoHome, "registry/src")}=`, `${sources}=/rustc`, `${ROOT}=`];
  // SIMD, in Node since 16.4 and in every browser since 2023, makes the module 0.2 KB smaller in gzip: it copies 16 bytes at once.
  const flags = ["-Ctarget-feature=+simd128", ...remaps.map((remap) => `--remap-path-prefix=${remap}`)];
  const small = existsSync(join(sources, "library/Cargo.lock"));
  if (small) flags.push("-Zunstable-options", "-Cpanic=immediate-abort", "-Zlocation-detail=none", "-Zfmt-debug=none");
  else console.warn("the toolchain has no rust-src: the module takes the standard library as it comes, and is a sixth larger");
  const hot = name === "senders" ? HOT : {};
  const profile = { "opt-level": '"z"', ...hot, panic: '"abort"', strip: '"none"', lto: '"fat"', "codegen-units": "1" };
  run(
    "cargo",
    [
      "rustc",
      ...["--package", "senders-wasm", "--lib", "--crate-type", "cdylib", "--target", "wasm32-unknown-unknown", "--release"],
      ...["--no-default-features", "--features", feature],
      ...(small ? SMALL_STD : []),
      ...Object.entries(profile).flatMap(([key, value]) => ["--config", `profile.release.${key}=${value}`]),
    ],
    {
      env: {
        ...process.env,
        CARGO_TARGET_DIR: TARGET,
        CARGO_ENCODED_RUSTFLAGS: flags.join("\x1f"),
        // The flags that rebuild the standard library are not stable. Nothing else here uses what is not.
        ...(small ? { RUSTC_BOOTSTRAP: "1" } : {}),
      },
    },
  );
  const bound = join(MADE, name);
  rmSync(bound, { recursive: true, force: true });
  run(process.env.WASM_BINDGEN ?? "wasm-bindgen", [
    ...["--target", "no-modules", "--no-typescript", "--omit-default-module-path"],
    ...["--remove-name-section", "--remove-producers-section", "--out-dir", bound, "--out-name", name],
    join(TARGET, "wasm32-unknown-unknown/release/senders_wasm.wasm"),
  ]);
  // No `--all-features`: browsers refuse what comes of it.
  const wasm = join(DIST, `${name}.wasm`);
  // A large function with one caller is not inlined: engines compile a hot function whole, and it compresses better too.
  // Rust's stack lies lowest in memory: nothing else has an address below 1024. More passes find a little more: control flow
  // that is built again in between is 0.6 KB smaller in gzip, and no slower.
  const opt = [
    "--low-memory-unused",
    "-Oz",
    "--flatten",
    "--rereloop",
    "-Oz",
    "-Oz",
    "--one-caller-inline-max-function-size=300",
    "--strip-debug",
    "--strip-producers",
    "--strip-target-features",
    "--minify-imports-and-exports-and-modules",
  ];
  const names = execFileSync(process.execPath, [script("binaryen/bin/wasm-opt"), ...opt, join(bound, `${name}_bg.wasm`), "-o", wasm], {
    encoding: "utf8",
  });
  shorten(join(bound, `${name}.js`), JSON.parse(names));
}

/** Gives the glue the short names that the module's imports and exports have now. */
function shorten(glue, { imports, exports }) {
  let text = readFileSync(glue, "utf8");
  const replace = (from, to) => {
    if (!text.includes(from)) throw new Error(`wasm-bindgen's glue has no ${from}`);
    text = text.replaceAll(from, () => to);
  };
  for (const [, name, short] of imports) replace(` ${name}: function`, ` ${JSON.stringify(short)}: function`);
  const [[module]] = imports;
  replace(JSON.stringify(module), JSON.stringify("a"));
  const short = new Map(exports);
  text = text.replaceAll(/\bwasm\.(\w+)/g, (_, name) => `wasm.${short.get(name) ?? name}`);
  // `initSync` returns the exports unchanged; its callers want the memory.
  replace("return wasm;", `return { memory: wasm.${short.get("memory")} };`);
  // The module is compiled by the entries, each its own way: what would load it here is left out.
  const without = (from, to, instead) => {
    const [start, end] = [text.indexOf(from), text.indexOf(to)];
    if (start < 0 || end < start) throw new Error(`wasm-bindgen's glue has no ${from} before ${to}`);
    text = text.slice(0, start) + instead + text.slice(end);
  };
  without("    let script_src;", "    /**", "");
  without("    async function __wbg_load(", "    function initSync(", "");
  without("    let __wbg_init_promise;", "})({", "    return { initSync, ...exports };\n");
  writeFileSync(glue, text);
}

/** The modules that are made, by the names the sources give them. */
const made = {
  name: "made",
  setup(build) {
    // wasm-bindgen's glue is a script with one instance in its variables. As a function it is called once for each instance.
    build.onResolve({ filter: /^#(testing-)?glue$/ }, ({ path }) => ({ path, namespace: "glue" }));
    build.onLoad({ filter: /.*/, namespace: "glue" }, async ({ path }) => {
      const name = path === "#glue" ? "senders" : "testing";
      // A module may be of another realm, where `instanceof` does not know it; it is always a module.
      const glue = readFileSync(join(MADE, name, `${name}.js`), "utf8").replace("!(module instanceof WebAssembly.Module)", "false");
      const { code } = await transform(`export default function glue({ TextDecoder, TextEncoder }) {\n${glue}\nreturn wasm_bindgen;\n}`, {
        minify: true,
        target: "es2022",
      });
      return { contents: code };
    });
    build.onResolve({ filter: /(\.wasm(\?module)?|\/senders-gzip\.js|\/testing-brotli\.cjs)$/ }, ({ path }) => ({ path, external: true }));
  },
};

/** Builds entries as ES modules. What several of them need is there once, in a file they share. */
async function modules(outdir, entries, small = false) {
  const built = await build({
    entryPoints: entries.map((entry) => join(HERE, "src", `${entry}.ts`)),
    outdir,
    bundle: true,
    splitting: true,
    chunkNames: "shared-[hash]",
    metafile: true,
    format: "esm",
    target: "es2022",
    platform: "neutral",
    external: ["node:*"],
    // Files that pages load are minified; Node shows the source line of an error, so its files are not.
    minifySyntax: true,
    minifyWhitespace: small,
    minifyIdentifiers: small,
    legalComments: "none",
    define: { __VERSION__: JSON.stringify(VERSION) },
    plugins: [made],
    logLevel: "warning",
  });
  const files = Object.keys(built.metafile.outputs);
  if (!small) for (const file of files) unindent(file);
  return files;
}

/** Takes the indentation off, which no line of a stack trace needs: no text of this package goes over several lines. */
function unindent(file) {
  writeFileSync(file, readFileSync(file, "utf8").replace(/^ +/gm, ""));
}

/** Builds entries as CommonJS, which esbuild does not split: each file of their ES modules becomes one. */
async function commonJs(entries, small = false) {
  const aside = join(MADE, "cjs");
  rmSync(aside, { recursive: true, force: true });
  const entryPoints = await modules(aside, entries, small);
  await build({
    entryPoints,
    outdir: join(DIST, "cjs"),
    format: "cjs",
    target: "es2022",
    platform: "neutral",
    minifySyntax: true,
    minifyWhitespace: small,
    minifyIdentifiers: small,
    logLevel: "warning",
  });
  if (!small) for (const file of entryPoints) unindent(join(DIST, "cjs", basename(file)));
}

/** Writes a module of `dist/` as text, for the entries that have it inside. */
function asText(file, bytes, exporting) {
  writeFileSync(join(DIST, file), `${exporting}${JSON.stringify(bytes.toString("base64"))};\n`);
}

/** Writes the declarations for both formats: the same text, read as ESM or CommonJS by the package.json beside it. */
function declarations() {
  for (const [format, type] of [
    ["esm", "module"],
    ["cjs", "commonjs"],
  ]) {
    run(process.execPath, [script("typescript/bin/tsc"), "--project", HERE, "--outDir", join(DIST, format)], { cwd: HERE });
    writeFileSync(join(DIST, format, "package.json"), `${JSON.stringify({ type })}\n`);
    // Those of modules that no entry's declarations name are of no use.
    const reached = new Set();
    const reach = (name) => {
      if (reached.has(name)) return;
      reached.add(name);
      const text = readFileSync(join(DIST, format, `${name}.d.ts`), "utf8");
      for (const [, other] of text.matchAll(/"\.\/([\w-]+)\.js"/g)) reach(other);
    };
    for (const entry of ["public", "slim", "explain", "node-http", "testing"]) reach(entry);
    for (const file of readdirSync(join(DIST, format))) {
      if (file.endsWith(".d.ts") && !reached.has(file.slice(0, -".d.ts".length))) rmSync(join(DIST, format, file));
    }
  }
}

const args = process.argv.slice(2);
mkdirSync(DIST, { recursive: true });
mkdirSync(MADE, { recursive: true });
if (!args.includes("--skip-rust")) {
  rust("senders", "client");
  rust("testing", "testing");
}
for (const format of ["esm", "cjs"]) {
  rmSync(join(DIST, format), { recursive: true, force: true });
  mkdirSync(join(DIST, format));
}
const gzip = gzipSync(readFileSync(join(DIST, "senders.wasm")), { level: 9 });
asText("esm/senders-gzip.js", gzip, "export default ");
asText("cjs/senders-gzip.js", gzip, "module.exports=");
// Only Node reads it, which knows what compresses better; once for both formats.
asText("testing-brotli.cjs", brotliCompressSync(readFileSync(join(DIST, "testing.wasm"))), "module.exports=");
// Apart from each other: what a page loads of the first is in few pieces, which compress better.
await modules(join(DIST, "esm"), ["web", "worker", "edge", "inline", "slim"], true);
await modules(join(DIST, "esm"), ["testing-web", "testing-worker", "testing-edge"], true);
// In Node each entry is one file and the module: another one costs a millisecond to find and read.
for (const entry of ["node", "node-http", "testing-node"]) {
  await modules(join(DIST, "esm"), [entry]);
  await commonJs([entry]);
}
await modules(join(DIST, "esm"), ["explain"], true);
await commonJs(["inline", "slim", "explain"], true);
declarations();
for (const licence of ["LICENSE", "LICENSE-APACHE", "LICENSE-MIT"]) copyFileSync(join(ROOT, licence), join(HERE, licence));
console.log(`built ${relative(process.cwd(), DIST) || "."}`);

const pack = args.indexOf("--pack");
if (pack >= 0) {
  const folder = args[pack + 1] ?? ".";
  mkdirSync(folder, { recursive: true });
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const packed = execFileSync(npm, ["pack", "--json", "--pack-destination", folder], { cwd: HERE, encoding: "utf8" });
  console.log(join(folder, JSON.parse(packed)[0].filename));
}
