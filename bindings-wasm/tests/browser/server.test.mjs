// The console page with the emulator as a server, over real HTTP and CORS.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { ONLINE, PENDING, dialogClosed, emulatorServer, fillRegistration, reaches, rowOf, start } from "./harness.mjs";

const NUMBER = "+15551234567";
let world;

before(async () => {
  world = await start();
});
after(() => world?.close());

test("a sender's life on the emulator server", async () => {
  const emulator = await emulatorServer();
  const page = await world.open(`?backend=server&url=${emulator.url}`);
  try {
    await page.getByText("No senders yet").waitFor();
    await fillRegistration(page, NUMBER, "Acme");
    await dialogClosed(page);
    await reaches(page, NUMBER, PENDING);
    await rowOf(page, NUMBER).getByRole("button", { name: "Enter code" }).click();
    await page.getByRole("textbox", { name: "Verification code" }).fill("123456");
    await page.getByRole("button", { name: "Verify" }).click();
    await dialogClosed(page);
    await reaches(page, NUMBER, ONLINE);

    // The server saw it too, with a body in the API's format.
    const journal = await (await fetch(`${emulator.url}/_emulator/journal`)).json();
    const create = journal.find(({ operation }) => operation === "create");
    assert.equal(create.status, 202);
    assert.equal(JSON.parse(create.body).sender_id, `whatsapp:${NUMBER}`);

    await rowOf(page, NUMBER).getByRole("button", { name: "Delete" }).click();
    await page.getByRole("button", { name: "Delete sender" }).click();
    await page.getByText("No senders yet").waitFor();
    assert.deepEqual(page.complaints, []);
  } finally {
    await page.context().close();
    await emulator.close();
  }
});

test("a server that is offline, and back", async () => {
  const first = await emulatorServer();
  const { port } = new URL(first.url);
  const page = await world.open(`?backend=server&url=${first.url}`);
  let second;
  try {
    await page.getByText("No senders yet").waitFor();
    await first.close();
    await page.getByRole("button", { name: "Refresh" }).click();
    const problem = page.getByRole("alert").filter({ hasText: "The server cannot be reached" });
    await problem.waitFor();
    assert.match(await problem.innerText(), new RegExp(`Requests go to ${first.url}\\. Does the emulator run there\\?`));

    // A registration says at once that its outcome is unknown.
    await fillRegistration(page, NUMBER, "Acme");
    await page.locator("dialog").getByText("It is not known whether it worked").waitFor();
    await page.keyboard.press("Escape");

    second = await emulatorServer(port);
    await page.getByRole("button", { name: "Try again" }).click();
    await problem.waitFor({ state: "hidden" });
    await page.getByText("No senders yet").waitFor();
    assert.deepEqual(page.complaints, []);
  } finally {
    await page.context().close();
    await second?.close();
  }
});

test("a URL that cannot be one is refused at once", async () => {
  const page = await world.open("?backend=proxy&url=http://proxy.example/api");
  await page.getByRole("alert").getByText("Something in the form is not right").waitFor();
  assert.match(await page.getByRole("alert").innerText(), /https/);
  await page.context().close();
});

test("a proxy gets no credentials and may add its own", async () => {
  const seen = [];
  const empty = JSON.stringify({ senders: [], meta: { page: 0, page_size: 20, key: "senders", next_page_url: null } });
  const proxy = createServer((request, response) => {
    seen.push({ method: request.method, url: request.url, authorization: request.headers.authorization });
    const cors = { "Access-Control-Allow-Origin": "*", "Access-Control-Allow-Headers": "*" };
    if (request.method === "OPTIONS") response.writeHead(204, cors).end();
    else response.writeHead(200, { ...cors, "Content-Type": "application/json" }).end(empty);
  });
  await new Promise((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const page = await world.open();
  try {
    await page.getByText("No senders yet").waitFor();
    await page.getByLabel("Proxy").check();
    await page.getByLabel("Base URL").fill(`http://127.0.0.1:${proxy.address().port}/twilio/15551234567`);
    await page.getByRole("button", { name: "Connect" }).click();
    await page.getByText("No senders yet").waitFor();
    const list = seen.find(({ method }) => method === "GET");
    assert.equal(list.url.startsWith("/twilio/15551234567/v2/Channels/Senders?Channel=whatsapp"), true, list.url);
    assert.equal(list.authorization, undefined);
    // The activity panel masks numbers everywhere.
    await page.locator("#activity").getByText("/twilio/1••••••••67/v2/Channels/Senders").first().waitFor();
    assert.doesNotMatch(await page.locator("#activity").innerHTML(), /15551234567/);
  } finally {
    await page.context().close();
    proxy.closeAllConnections();
    proxy.close();
  }
});
