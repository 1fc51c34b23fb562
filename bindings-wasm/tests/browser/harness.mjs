// The shared parts of the browser tests: the packed package, the built console, servers and a browser; `close` ends them all.

import { execFileSync, spawn } from "node:child_process";
import { accessSync, constants, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const here = dirname(fileURLToPath(import.meta.url));
export const bindings = join(here, "..", "..");
const root = join(bindings, "..");

/** The statuses as the console writes them. */
export const PENDING = "Pending verification";
export const ONLINE = "Online";

function onPath(...names) {
  for (const directory of (process.env.PATH ?? "").split(delimiter)) {
    for (const name of names) {
      try {
        accessSync(join(directory, name), constants.X_OK);
        return join(directory, name);
      } catch {
        // Not this one.
      }
    }
  }
  return undefined;
}

/** Makes a scratch directory, which is removed at the end. */
function scratch() {
  const directory = mkdtempSync(join(realpathSync(tmpdir()), "senders-browser-"));
  process.on("exit", () => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Returns the package as users get it: `SENDERS_TARBALL`, or packed now from the build of `bindings-wasm/npm/build.mjs`. */
export function tarball() {
  if (process.env.SENDERS_TARBALL) return process.env.SENDERS_TARBALL;
  const directory = scratch();
  const packing = ["pack", "--json", "--loglevel=error", "--ignore-scripts", "--pack-destination", directory];
  const printed = execFileSync("npm", packing, { cwd: join(bindings, "npm"), encoding: "utf8" });
  return join(directory, JSON.parse(printed)[0].filename);
}

/** Starts a program whose first line has the address where it listens. */
async function listening(command, args) {
  const child = spawn(command, args, { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const line = await new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).once("line", resolve);
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`${command} ended with ${code} before it listened`)));
  });
  const url = /http:\/\/\S+/.exec(line)?.[0];
  const close = async () => {
    child.kill("SIGTERM");
    await ended;
  };
  return { url, close };
}

/** Starts the emulator as a server, in which no time passes; `SENDERS_EMULATOR` is its binary. */
export function emulatorServer(port = "0") {
  const args = ["--instant", "--port", port];
  const binary = process.env.SENDERS_EMULATOR;
  return binary ? listening(binary, args) : listening("cargo", ["run", "-q", "-p", "senders-emulator", "--", ...args]);
}

/** Serves a directory of static files. */
export function staticServer(directory) {
  return listening(process.execPath, [join(bindings, "console", "serve.mjs"), "--dir", directory, "--port", "0"]);
}

/** Returns the path of Chromium: `CHROMIUM`, or on `PATH`; undefined if there is none. */
export function browserPath() {
  return process.env.CHROMIUM ?? onPath("chromium", "chromium-browser", "google-chrome");
}

/** Starts headless Chromium. */
async function launch() {
  const executablePath = browserPath();
  if (executablePath === undefined) {
    throw new Error("no Chromium: install Debian's package chromium, or set CHROMIUM to its path");
  }
  return chromium.launch({
    executablePath,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** Starts a browser and the console page, built from the packed package. */
export async function start() {
  const built = join(scratch(), "console");
  const args = [join(bindings, "console", "build.mjs"), "--package", tarball(), "--out", built];
  execFileSync(process.execPath, args, { stdio: ["ignore", "ignore", "inherit"] });
  const [server, browser] = await Promise.all([staticServer(built), launch()]);
  return {
    browser,
    /** Opens the console in a separate browser profile. `page.complaints` has the complaints of the page. */
    open: async (query = "", options = {}) => {
      const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
      return watched(await context.newPage(), `${server.url}/${query}`);
    },
    close: async () => {
      await browser.close();
      await server.close();
    },
  };
}

/** Starts a browser and opens a page of any address. */
export async function openUrl(url) {
  const browser = await launch();
  return { page: await watched(await browser.newPage(), url), close: () => browser.close() };
}

/** Starts a browser and opens a page of any directory. */
export async function openDirectory(directory, query = "") {
  const server = await staticServer(directory);
  const { page, close } = await openUrl(`${server.url}/${query}`);
  return { page, close: () => Promise.all([close(), server.close()]) };
}

async function watched(page, url) {
  // Nothing takes that long, even on a busy machine: it only ends a test that hangs.
  page.setDefaultTimeout(120_000);
  page.complaints = [];
  page.on("pageerror", (error) => page.complaints.push(error.message));
  page.on("console", (message) => {
    // A refused connection or a response of 4xx is not a complaint of the page.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) page.complaints.push(message.text());
  });
  await page.goto(url);
  return page;
}

/** Returns the row of a number. */
export function rowOf(page, number) {
  return page.getByRole("row").filter({ has: page.getByText(number, { exact: true }) });
}

/** Waits until a number's row shows a status. */
export async function reaches(page, number, status) {
  await rowOf(page, number).locator(".badge").getByText(status, { exact: true }).waitFor();
}

/** Makes the page read the list again, and waits until it is done: the table is busy from the click on. */
export async function refreshed(page) {
  await page.getByRole("button", { name: "Refresh" }).click();
  await page.locator('#table[aria-busy="false"]').waitFor();
}

/** Fills in the form for a number and submits it; the caller waits for the result. */
export async function fillRegistration(page, number, name) {
  await page.getByRole("button", { name: "Register a number" }).click();
  await page.getByRole("textbox", { name: "Phone number" }).fill(number);
  await page.getByRole("textbox", { name: "Display name" }).fill(name);
  await page.getByRole("button", { name: "Register", exact: true }).click();
}

/** Waits until no dialog is open. */
export async function dialogClosed(page) {
  await page.locator("dialog").waitFor({ state: "hidden" });
}

/** Returns the text of an input's error, found as a screen reader finds it. */
export async function errorOf(input) {
  await input.and(input.page().locator('[aria-invalid="true"]')).waitFor();
  return input.evaluate((element) => {
    const ids = element.getAttribute("aria-describedby").split(" ");
    return ids.map((id) => document.getElementById(id).textContent).join(" ");
  });
}
