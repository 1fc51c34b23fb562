// The package in server code of Next.js, built by its own bundler and run: 14 with webpack, 16 with Turbopack.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, beforeEach, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { ACCOUNT, install, server } from "../support.mjs";

const run = promisify(execFile);
const HERE = fileURLToPath(new URL(".", import.meta.url));
// Without the root Next.js looks for lock files in the folders above.
const CONFIG = {
  14: `export default {};`,
  16: `import { dirname } from "node:path"; export default { turbopack: { root: dirname(import.meta.dirname) } };`,
};

for (const version of Object.keys(CONFIG)) {
  describe(`Next.js ${version}`, () => {
    const project = join(HERE, version, "made");
    const next = join(HERE, version, "node_modules/next/dist/bin/next");
    const running = {};

    before(async () => {
      running.emulator = await server("--step-ms", "300");
      await rm(project, { recursive: true, force: true });
      await mkdir(project);
      await cp(join(HERE, "app"), join(project, "app"), { recursive: true });
      await writeFile(join(project, "package.json"), `{ "private": true, "type": "module" }`);
      await writeFile(join(project, "next.config.mjs"), CONFIG[version]);
      await install(join(project, "node_modules", "senders"));
      const env = {
        ...process.env,
        NEXT_TELEMETRY_DISABLED: "1",
        SENDERS_TEST_BASE_URL: running.emulator.baseUrl,
        TWILIO_ACCOUNT_SID: ACCOUNT.accountSid,
        TWILIO_AUTH_TOKEN: ACCOUNT.authToken,
      };
      running.built = await run(process.execPath, [next, "build"], { cwd: project, env });
      running.program = spawn(process.execPath, [next, "start", "--hostname", "127.0.0.1", "--port", "0"], { cwd: project, env });
      running.program.stderr.pipe(process.stderr);
      for await (const line of createInterface({ input: running.program.stdout })) {
        running.url = /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0] ?? running.url;
        if (line.includes("Ready")) break;
      }
    });
    after(async () => {
      if (running.program?.kill()) await once(running.program, "exit");
      await running.emulator?.stop();
      await rm(project, { recursive: true, force: true });
    });

    beforeEach(() => fetch(`${running.emulator.baseUrl}/_emulator/reset`, { method: "POST" }));

    async function text(path, init) {
      const response = await fetch(`${running.url}${path}`, { ...init, signal: AbortSignal.timeout(30_000) });
      const body = await response.text();
      assert.equal(response.status, 200, `${path}: ${body.slice(0, 500)}`);
      return body;
    }
    const inBrackets = (html) => /\[(.*?)\]/.exec(html.replaceAll("<!-- -->", ""))?.[1];

    test("a server component sees each change of a status, with no answer twice", async () => {
      const html = await text("/component");
      assert.match(inBrackets(html) ?? html, /^CREATING ONLINE changed$/);
    });

    test("a page that does not say so is dynamic by its requests", async () => {
      const senders = async () => Number(inBrackets(await text("/undeclared")));
      const before = await senders();
      await text("/handler", { method: "POST" });
      assert.equal(await senders(), before + 1);
    });

    test("a route handler", async () => {
      assert.equal(await text("/handler", { method: "POST" }), "CREATING ONLINE changed");
    });

    test("a route handler in the edge runtime", async () => {
      assert.equal(await text("/edge", { method: "POST" }), "CREATING ONLINE changed");
    });

    test("a client component, in Chromium", async (t) => {
      const { browserPath, openUrl } = await import("../browser/harness.mjs");
      if (browserPath() === undefined) return t.skip("no Chromium");
      const { page, close } = await openUrl(`${running.url}/client`);
      try {
        await page.waitForFunction(() => document.querySelector("#status")?.textContent);
        assert.deepEqual([await page.textContent("#status"), page.complaints], ["ONLINE", []]);
      } finally {
        await close();
      }
    });

    // In the edge runtime its clock needs a MessageChannel, which exists there only as a name.
    for (const [path, options] of [["/emulator", {}], ["/edge-emulator", {}]]) {
      test(`the emulator within the server: ${path}`, options, async () => {
        assert.equal(await text(path, { method: "POST" }), "ONLINE");
      });
    }
  });
}
