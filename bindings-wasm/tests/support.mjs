// Shared parts of the tests: the package, an emulator server, transports that respond from a list.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

export const ROOT = fileURLToPath(new URL("../../", import.meta.url));
export const PACKAGE = fileURLToPath(new URL("../npm/", import.meta.url));
export const senders = await import("../npm/dist/esm/node.js");
export const { Emulator } = await import("../npm/dist/esm/testing-node.js");
export const { nodeHttp } = await import("../npm/dist/esm/node-http.js");

export const ACCOUNT = { accountSid: `AC${"0".repeat(32)}`, authToken: "0".repeat(32) };
export const SID = `XE${"a".repeat(32)}`;
export const internals = senders.Senders[Symbol.for("senders.internals")];

/** Starts the emulator's server: `{ baseUrl, stop }`. */
export async function server(...args) {
  const binary = process.env.SENDERS_EMULATOR;
  const [program, first] = binary ? [binary, []] : ["cargo", ["run", "--quiet", "-p", "senders-emulator", "--"]];
  const child = spawn(program, [...first, "--port", "0", ...args], { cwd: ROOT, stdio: ["ignore", "pipe", "inherit"] });
  const [line] = await Promise.race([
    once(createInterface({ input: child.stdout }), "line"),
    once(child, "exit").then(([code]) => Promise.reject(new Error(`the emulator ended with ${code}`))),
  ]);
  const stop = async () => {
    child.kill();
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  };
  return { baseUrl: line.replace("listening on ", ""), stop };
}

/** Puts the packed package into a folder `node_modules/senders`, and replaces its content: as npm does, with the same files. */
export async function install(folder) {
  const run = promisify(execFile);
  const packed = await mkdtemp(join(tmpdir(), "senders-packed-"));
  try {
    let tarball = process.env.SENDERS_TARBALL;
    if (tarball === undefined) {
      const packing = ["pack", "--json", "--loglevel=error", "--ignore-scripts", "--pack-destination", packed];
      const { stdout } = await run("npm", packing, { cwd: PACKAGE });
      tarball = join(packed, JSON.parse(stdout)[0].filename);
    }
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    await run("tar", ["-xzf", tarball, "-C", folder, "--strip-components=1"]);
  } finally {
    await rm(packed, { recursive: true, force: true });
  }
}

/** A clock on which waits pass at once. */
export function quick() {
  let now = 0;
  return {
    monotonicMs: () => now,
    unixMs: () => now,
    sleep: async (ms) => {
      now += ms;
    },
    limit: () => () => undefined,
  };
}

/** Makes a `fetch` that responds from a list and records its requests: `{ fetch, asked }`. */
export function scripted(...answers) {
  const asked = [];
  const fetch = async (url, init) => {
    asked.push({ url, ...init });
    const answer = answers[Math.min(asked.length, answers.length) - 1];
    return typeof answer === "function" ? answer(init) : json(answer);
  };
  return { asked, fetch };
}

/** Makes a response of JSON. */
export function json(body, status = 200, headers = {}) {
  const bodyless = status === 204;
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return new Response(bodyless ? null : text, { status, headers: { "Content-Type": "application/json", ...headers } });
}

/** Returns the reason with which a promise was rejected. */
export async function rejection(promise) {
  try {
    await promise;
  } catch (thrown) {
    return thrown;
  }
  throw new Error("it should have been rejected");
}
