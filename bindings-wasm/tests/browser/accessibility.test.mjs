// Accessibility: axe-core (labels, landmarks, names, contrast) in both themes, and checks that it does not have.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { PENDING, dialogClosed, errorOf, fillRegistration, reaches, start } from "./harness.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
let world;

before(async () => {
  world = await start();
});
after(() => world?.close());

/** Returns the faults that axe finds, and the contrasts that it could not judge. */
async function findings(page) {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { violations } = await globalThis.axe.run(document, { resultTypes: ["violations"] });
    return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 120)} ${node.failureSummary}`));
  });
}

for (const colorScheme of ["light", "dark"]) {
  test(`axe finds nothing, ${colorScheme}`, async () => {
    // Without motion, so that nothing is half transparent when its contrast is measured.
    const page = await world.open("?speed=instant", { colorScheme, reducedMotion: "reduce" });
    await page.getByText("No senders yet").waitFor();
    assert.deepEqual(await findings(page), [], "empty");

    for (const number of ["+15551234567", "+15550063104", "+15550000101"]) {
      await fillRegistration(page, number, "Acme");
      await dialogClosed(page);
    }
    await page.getByRole("button", { name: "Add 25 senders" }).click();
    await reaches(page, "+15551234567", PENDING);
    await reaches(page, "+15550063104", "Offline");
    await page.getByRole("button", { name: "Offline" }).click();
    await page.getByRole("button", { name: "Refresh" }).click();
    await page.getByRole("alert").getByText("The server cannot be reached").waitFor();
    await page.locator("#activity summary").first().click();
    assert.deepEqual(await findings(page), [], "senders in every state, and a problem");
    await page.getByRole("button", { name: "Repair" }).click();

    await fillRegistration(page, "+15550063110", "Taken");
    await errorOf(page.getByRole("textbox", { name: "Phone number" }));
    assert.deepEqual(await findings(page), [], "a form with an error");
    await page.keyboard.press("Escape");

    await page.getByRole("button", { name: /^Edit/ }).first().click();
    await page.getByRole("button", { name: "Clear About" }).click();
    await page.getByRole("textbox", { name: "Address" }).fill("1 Main Street");
    await page.getByText("The request to send").click();
    assert.deepEqual(await findings(page), [], "the profile");
    await page.context().close();
  });
}

test("the theme can be chosen and is remembered", async () => {
  const page = await world.open("", { colorScheme: "light" });
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await ground();
  await page.getByLabel("Dark").check();
  const dark = await ground();
  assert.notEqual(dark, light);
  await page.reload();
  await page.getByText("No senders yet").waitFor();
  assert.equal(await ground(), dark);
  await page.context().close();
});

test("on a phone nothing is wider than the screen", async () => {
  const page = await world.open("?speed=instant", { viewport: { width: 360, height: 740 } });
  await page.getByText("No senders yet").waitFor();
  await page.getByRole("button", { name: "Add 25 senders" }).click();
  await page.getByText("Page 1: 20 senders", { exact: true }).waitFor();
  await fillRegistration(page, "+15550063104", "Too many");
  await dialogClosed(page);
  await reaches(page, "+15550063104", "Offline");
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 360);
  await page.getByRole("button", { name: /^Edit/ }).first().click();
  assert.equal(await page.locator("dialog").evaluate((dialog) => dialog.scrollWidth <= dialog.clientWidth), true);
  await page.context().close();
});

test("without motion nothing moves", async () => {
  const page = await world.open("", { reducedMotion: "reduce" });
  await fillRegistration(page, "+15550000101", "Stays creating");
  await dialogClosed(page);
  await reaches(page, "+15550000101", "Creating");
  assert.deepEqual(await page.evaluate(() => document.getAnimations().length), 0);
  await page.context().close();
});
