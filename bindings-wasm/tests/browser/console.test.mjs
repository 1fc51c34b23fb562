// The console page with the emulator in the page: the only server is the one for static files.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ONLINE, PENDING, dialogClosed, errorOf, fillRegistration, reaches, refreshed, rowOf, start } from "./harness.mjs";

const NUMBER = "+15551234567";
/** The page's address with waits that take no time: a slow or busy machine does not change what the page shows. */
const INSTANT = "?speed=instant";
let world;

before(async () => {
  world = await start();
});
after(() => world?.close());

/** Runs a test with its own page, which must not log a complaint. */
function onPage(name, query, work, options) {
  test(name, async () => {
    const page = await world.open(query, options);
    try {
      await work(page);
      assert.deepEqual(page.complaints, []);
    } finally {
      await page.context().close();
    }
  });
}

onPage("a sender's whole life by clicks", INSTANT, async (page) => {
  await page.getByText("No senders yet").waitFor();
  await fillRegistration(page, NUMBER, "Acme");
  await dialogClosed(page);
  const row = rowOf(page, NUMBER);
  await reaches(page, NUMBER, PENDING);

  // A wrong code: the error is at the field, and the dialog stays.
  await row.getByRole("button", { name: `Enter code for ${NUMBER}` }).click();
  const code = page.getByRole("textbox", { name: "Verification code" });
  await code.fill("000000");
  await page.getByRole("button", { name: "Verify" }).click();
  assert.match(await errorOf(code), /the verification code is wrong/);
  await code.fill("123456");
  await page.getByRole("button", { name: "Verify" }).click();
  await dialogClosed(page);
  await reaches(page, NUMBER, ONLINE);
  await page.locator("#announcer", { hasText: `${NUMBER} is now Online` }).waitFor();

  // The profile in its three states: a value, untouched, and null.
  const edit = async () => {
    await row.getByRole("button", { name: `Edit ${NUMBER}` }).click();
    await page.getByText("The request to send").click();
  };
  const preview = page.getByLabel("The request to send");
  await edit();
  assert.equal(await preview.textContent(), "{}");
  await page.getByRole("textbox", { name: "About" }).fill("Fresh every day");
  await page.getByRole("textbox", { name: "E-mail" }).fill("hello@example.com");
  const first = { profile: { about: "Fresh every day", emails: [{ email: "hello@example.com" }] } };
  assert.deepEqual(JSON.parse(await preview.textContent()), first);
  await page.getByRole("button", { name: "Save" }).click();
  await dialogClosed(page);
  await reaches(page, NUMBER, ONLINE);

  // The saved value is there, and can be cleared; the rest stays.
  await refreshed(page);
  await edit();
  assert.equal(await page.getByRole("textbox", { name: "About" }).inputValue(), "Fresh every day");
  await page.getByRole("button", { name: "Clear About" }).click();
  assert.deepEqual(JSON.parse(await preview.textContent()), { profile: { about: null } });
  await page.getByRole("button", { name: "Save" }).click();
  await dialogClosed(page);
  await reaches(page, NUMBER, ONLINE);
  await refreshed(page);
  await edit();
  assert.equal(await page.getByRole("textbox", { name: "About" }).inputValue(), "");
  assert.equal(await page.getByRole("textbox", { name: "E-mail" }).inputValue(), "hello@example.com");
  await page.keyboard.press("Escape");

  // Deleting asks first.
  await row.getByRole("button", { name: `Delete ${NUMBER}` }).click();
  await page.getByRole("button", { name: "Cancel" }).click();
  await dialogClosed(page);
  await row.getByRole("button", { name: `Delete ${NUMBER}` }).click();
  await page.getByRole("button", { name: "Delete sender" }).click();
  await page.getByText("No senders yet").waitFor();
  // The button that asked no longer exists; the focus is not lost with it.
  await page.waitForFunction(() => document.activeElement.id === "register");

  // Every request was shown, with the number masked and no credentials.
  const activity = await page.locator("#activity").innerText();
  for (const operation of ["list", "create", "waitUntilOnline", "verify", "update", "delete"]) {
    assert.match(activity, new RegExp(`\\b${operation}\\b`));
  }
  const everything = await page.content();
  assert.doesNotMatch(everything, /Authorization|Basic |0{32}/);
  assert.doesNotMatch(activity, /15551234567/);
});

onPage("a number that fails goes offline with its reason", INSTANT, async (page) => {
  await page.getByText("No senders yet").waitFor();
  await fillRegistration(page, "+15550063104", "Too many");
  await dialogClosed(page);
  await reaches(page, "+15550063104", "Offline");
  await rowOf(page, "+15550063104").getByText("63104: Maximum number of phone numbers").waitFor();
  assert.equal(await page.getByRole("button", { name: "Enter code" }).count(), 0, "there is no code to enter");
});

onPage("a refused number: the error is at the field and says what to do next", "", async (page) => {
  await page.getByText("No senders yet").waitFor();
  await fillRegistration(page, "+15550063110", "Taken");
  const number = page.getByRole("textbox", { name: "Phone number" });
  const refusal = await errorOf(number);
  assert.match(refusal, /already registered on WhatsApp/);
  assert.match(refusal, /Wait a minute, then list the senders of this account/);
  assert.equal(await number.evaluate((input) => input === document.activeElement), true);

  // Corrected in the same form, it succeeds.
  await number.fill(NUMBER);
  assert.equal(await number.getAttribute("aria-invalid"), null);
  await page.getByRole("button", { name: "Register", exact: true }).click();
  await dialogClosed(page);
  await rowOf(page, NUMBER).waitFor();
});

onPage("mistakes are found before anything is sent", "", async (page) => {
  await page.getByText("No senders yet").waitFor();
  const requests = () => page.locator("#activity > li").count();
  const before = await requests();
  await fillRegistration(page, "0170 123456", "Acme");
  const number = page.getByRole("textbox", { name: "Phone number" });
  // The typed text is directly above.
  assert.match(await errorOf(number), /^Must look like whatsapp:\+15551234567 or rcs:agent\. With its country code\./);
  assert.equal(await requests(), before);
});

onPage("the server's word on a field is shown at that field, in a closed part of the form too", "", async (page) => {
  await page.getByText("No senders yet").waitFor();
  await page.getByRole("button", { name: "Register a number" }).click();
  await page.getByText("More about this sender").click();
  await page.getByRole("textbox", { name: "Website" }).fill("no website");
  await page.getByText("More about this sender").click();
  await page.getByRole("textbox", { name: "Phone number" }).fill(NUMBER);
  await page.getByRole("textbox", { name: "Display name" }).fill("Acme");
  await page.getByRole("button", { name: "Register", exact: true }).click();
  assert.match(await errorOf(page.getByRole("textbox", { name: "Website" })), /must begin with http/);
});

onPage("paging and filtering by status", INSTANT, async (page) => {
  await page.getByText("No senders yet").waitFor();
  await page.getByRole("button", { name: "Add 25 senders" }).click();
  await page.getByText("Page 1: 20 senders", { exact: true }).waitFor();
  await page.getByLabel("Per page").selectOption("10");
  await page.getByText("Page 1: 10 senders", { exact: true }).waitFor();
  const first = await page.locator("#rows .number").allTextContents();
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByText("Page 2: 10 senders", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByText("Page 3: 5 senders", { exact: true }).waitFor();
  const third = await page.locator("#rows .number").allTextContents();
  assert.equal(new Set([...first, ...third]).size, 15);
  assert.equal(await page.getByRole("button", { name: "Next" }).isDisabled(), true);
  await page.getByRole("button", { name: "Previous" }).click();
  await page.getByRole("button", { name: "Previous" }).click();
  await page.getByText("Page 1: 10 senders", { exact: true }).waitFor();
  assert.deepEqual(await page.locator("#rows .number").allTextContents(), first);

  // The one sender that waits for its code is on the last page; the filter finds it.
  await fillRegistration(page, NUMBER, "Acme");
  await dialogClosed(page);
  await reaches(page, NUMBER, PENDING);
  await page.getByLabel("Status", { exact: true }).selectOption(PENDING);
  await page.getByText("Page 1: 1 sender of 26 looked through", { exact: true }).waitFor();
  assert.deepEqual(await page.locator("#rows .number").allTextContents(), [NUMBER]);
  await page.getByLabel("Status", { exact: true }).selectOption("Twilio review");
  await page.getByText("No sender is twilio review here.").waitFor();
});

onPage("faults: retries are shown, an unknown outcome is looked into", INSTANT, async (page) => {
  await page.getByText("No senders yet").waitFor();
  await page.getByRole("button", { name: "Rate limit" }).click();
  await page.getByText("The next request gets status 429.").waitFor();
  await page.getByRole("button", { name: "Refresh" }).click();
  await page.getByText("Nothing fails.").waitFor();
  const call = page.locator("#activity > li").filter({ hasText: "2 requests · a wait of 2.0 s" });
  await call.waitFor();
  await call.locator("summary").click();
  await call.getByText(/→ 429/).waitFor();
  await call.getByText(/waits 2\.0 s as the server asked/).waitFor();
  await call.getByText(/^GET again → 200/).waitFor();

  await page.getByRole("button", { name: "Lost answer" }).click();
  await fillRegistration(page, NUMBER, "Acme");
  await page.getByRole("alert").getByText("It is not known whether it worked").waitFor();
  assert.equal(await page.getByRole("alert").locator("code").textContent(), "ensure");
  await page.getByRole("button", { name: "Look for it, then register" }).click();
  await dialogClosed(page);
  await reaches(page, NUMBER, PENDING);
  await refreshed(page);
  assert.equal(await page.locator("#rows tr").count(), 1, "it was registered once");
  await page.getByText("Nothing fails.").waitFor();

  await page.getByRole("button", { name: "Offline" }).click();
  await page.getByRole("button", { name: "Refresh" }).click();
  await page.getByRole("alert").getByText("The server cannot be reached").waitFor();
  assert.equal(await rowOf(page, NUMBER).count(), 1, "what was listed stays");
  await page.getByRole("button", { name: "Repair" }).click();
  await page.getByRole("button", { name: "Try again" }).click();
  await page.locator("#problem").waitFor({ state: "hidden" });
});

// In slow motion: the answer that takes 3 seconds takes a minute.
onPage("a form closed while its request is out shows what the server did", "?speed=0.05", async (page) => {
  await page.getByText("No senders yet").waitFor();
  await page.getByRole("button", { name: "Slow answer" }).click();
  await fillRegistration(page, NUMBER, "Acme");
  await page.getByRole("button", { name: "Registering…" }).waitFor();
  await page.keyboard.press("Escape");
  await rowOf(page, NUMBER).waitFor();
});

onPage("a form that opens where another one has just closed is its own", INSTANT, async (page) => {
  await page.getByText("No senders yet").waitFor();
  // The browser reports the close only after the second dialog has opened.
  await page.evaluate(() => {
    const register = document.getElementById("register");
    register.click();
    document.querySelector("dialog").close();
    register.click();
  });
  await page.getByRole("textbox", { name: "Phone number" }).fill(NUMBER);
  await page.getByRole("textbox", { name: "Display name" }).fill("Acme");
  await page.getByRole("button", { name: "Register", exact: true }).click();
  await dialogClosed(page);
  await reaches(page, NUMBER, PENDING);
});

onPage("registering by keyboard alone", INSTANT, async (page) => {
  await page.getByText("No senders yet").waitFor();
  // The accessible name of the focused element begins with this.
  const isFocused = (wanted) => {
    const { ariaLabel, labels, textContent } = document.activeElement;
    return (ariaLabel ?? labels?.[0]?.textContent ?? textContent).startsWith(wanted);
  };
  const focusReaches = (wanted) => page.waitForFunction(isFocused, wanted);
  const tabTo = async (wanted) => {
    for (let presses = 0; presses < 40; presses += 1) {
      if (await page.evaluate(isFocused, wanted)) return;
      await page.keyboard.press("Tab");
    }
    assert.fail(`Tab never reaches ${wanted}`);
  };
  await tabTo("Register a number");
  await page.keyboard.press("Enter");
  // The dialog has the focus in its first field, and gives it back.
  await focusReaches("Phone number");
  await page.keyboard.press("Escape");
  await focusReaches("Register a number");
  await page.keyboard.press("Enter");
  await focusReaches("Phone number");
  await page.keyboard.type(NUMBER);
  await tabTo("Display name");
  await page.keyboard.type("Acme");
  await page.keyboard.press("Enter");
  await dialogClosed(page);
  await focusReaches("Register a number");
  await reaches(page, NUMBER, PENDING);
  await tabTo("Enter code");
  const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
  assert.equal(outline, "solid", "the focus can be seen");
  await page.keyboard.press("Enter");
  await focusReaches("Verification code");
  await page.keyboard.type("123456");
  await page.keyboard.press("Enter");
  await reaches(page, NUMBER, ONLINE);
});
