// Builds the console page from the packed npm package:
//   node build.mjs --package TARBALL_OR_DIR --out DIR
// The package is what users get: the tarball (or the directory of an installed one), resolved through its own exports map.

import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, mkdirSync, realpathSync, rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { build } from "vite";

const here = dirname(fileURLToPath(import.meta.url));
const { values } = parseArgs({ options: { package: { type: "string" }, out: { type: "string" } } });
if (values.package === undefined || values.out === undefined) {
  console.error("usage: node build.mjs --package TARBALL_OR_DIR --out DIR");
  process.exit(2);
}

const given = resolve(values.package);
if (!existsSync(given)) {
  console.error(`there is no ${given}; build the package first: node bindings-wasm/npm/build.mjs --pack DIR`);
  process.exit(2);
}
const scratch = mkdtempSync(join(realpathSync(tmpdir()), "senders-console-"));
try {
  const installed = join(scratch, "node_modules", "senders");
  mkdirSync(dirname(installed), { recursive: true });
  if (statSync(given).isDirectory()) {
    symlinkSync(given, installed);
  } else {
    mkdirSync(installed);
    execFileSync("tar", ["-xzf", given, "-C", installed, "--strip-components=1"]);
  }
  await build({
    root: here,
    configFile: false,
    base: "./",
    logLevel: "warn",
    plugins: [
      {
        // `senders` and `senders/testing` come from the given package, by the rules of its exports map.
        name: "senders-package",
        enforce: "pre",
        resolveId(source, _importer, options) {
          if (source !== "senders" && !source.startsWith("senders/")) return undefined;
          return this.resolve(source, join(scratch, "main.js"), { ...options, skipSelf: true });
        },
      },
    ],
    build: {
      outDir: resolve(values.out),
      emptyOutDir: true,
      target: "es2022",
      // The page's policy allows no data: URLs and no inline scripts.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
    },
  });
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
console.log(`built ${values.out}`);
