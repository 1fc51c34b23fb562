// Prints the sizes of the package, and fails if one is over the budget. `node sizes.mjs`, after a build.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const HERE = dirname(fileURLToPath(import.meta.url));
const KB = 1000;

/** The files that a page loads, by entry. */
const ENTRIES = {
  senders: ["esm/web.js", "senders.wasm"],
  "senders/slim": ["esm/slim.js", "senders.wasm"],
  "senders/inline": ["esm/inline.js", "esm/senders-gzip.js"],
  "senders/explain": ["esm/explain.js"],
  "senders/node-http": ["esm/node-http.js"],
  "senders/testing": ["esm/testing-web.js", "testing.wasm"],
};
/** The highest sizes. */
const BUDGETS = { gzip: { senders: 105 * KB }, unpacked: 1250 * KB };

/** Returns a file and the files that it shares with other entries. */
function withShared(file) {
  if (!file.endsWith(".js")) return [file];
  const text = readFileSync(join(HERE, "dist", file), "utf8");
  return [file, ...[...text.matchAll(/"\.\/(shared-\w+\.js)"/g)].map(([, name]) => `esm/${name}`)];
}

const kb = (bytes) => `${(bytes / KB).toFixed(1)} KB`.padStart(10);
const failures = [];

console.log(`${"entry".padEnd(20)}${"raw".padStart(10)}${"gzip".padStart(10)}${"brotli".padStart(10)}    budget (gzip)`);
for (const [entry, files] of Object.entries(ENTRIES)) {
  const sum = { raw: 0, gzip: 0, brotli: 0 };
  for (const file of files.flatMap(withShared)) {
    const bytes = readFileSync(join(HERE, "dist", file));
    sum.raw += bytes.length;
    sum.gzip += gzipSync(bytes, { level: 9 }).length;
    sum.brotli += brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length;
  }
  const budget = BUDGETS.gzip[entry];
  console.log(`${entry.padEnd(20)}${kb(sum.raw)}${kb(sum.gzip)}${kb(sum.brotli)}${budget === undefined ? "" : `    ${kb(budget)}`}`);
  if (budget !== undefined && sum.gzip > budget) failures.push(`${entry}: ${kb(sum.gzip).trim()} of ${kb(budget).trim()} gzip`);
}

const npm = process.platform === "win32" ? "npm.cmd" : "npm";
const [packed] = JSON.parse(
  execFileSync(npm, ["pack", "--dry-run", "--json"], { cwd: HERE, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }),
);
console.log(`${"packed".padEnd(20)}${kb(packed.size)}`);
console.log(`${"unpacked".padEnd(20)}${kb(packed.unpackedSize)}                        ${kb(BUDGETS.unpacked)}`);
if (packed.unpackedSize > BUDGETS.unpacked) failures.push(`unpacked: ${kb(packed.unpackedSize).trim()} of ${kb(BUDGETS.unpacked).trim()}`);

for (const failure of failures) console.error(`over the budget: ${failure}`);
process.exitCode = failures.length > 0 ? 1 : 0;
