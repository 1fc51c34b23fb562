// A name with two addresses of which the first is dead: the second is tried within the limit, by both transports.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, Agent } from "node:http";
import { connect } from "node:net";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { ACCOUNT, SID, nodeHttp, senders } from "./support.mjs";

/** Listens with room for one connection, and stops: when it is full, the kernel drops further connections. */
const STOPS = `
const server = require("node:net").createServer();
server.listen({ host: process.argv[1], port: Number(process.argv[2]), backlog: 1 }, () => {
  process.kill(process.pid, "SIGSTOP");
});`;

async function dead(host, port) {
  const child = spawn(process.execPath, ["-e", STOPS, host, String(port)], { stdio: ["ignore", "ignore", "inherit"] });
  const isStopped = () => readFileSync(`/proc/${child.pid}/stat`, "utf8").split(") ")[1].startsWith("T");
  while (!isStopped()) await pause(10);
  const fill = [];
  // Full when connections are no longer accepted.
  for (let silent = 0; silent < 2;) {
    const socket = connect(port, host);
    fill.push(socket);
    socket.on("error", () => undefined);
    const came = await Promise.race([once(socket, "connect").then(() => true), pause(300, false)]);
    silent = came ? 0 : silent + 1;
  }
  return () => {
    for (const socket of fill) socket.destroy();
    child.kill("SIGKILL");
  };
}

test("node-http tries every address of a name", { skip: process.platform !== "linux" && "fills a backlog as Linux does" }, async () => {
  const server = createServer((_, response) => response.end(JSON.stringify({ sid: SID, status: "ONLINE" })));
  server.listen(0, "127.0.0.2");
  await once(server, "listening");
  const { port } = server.address();
  const end = await dead("127.0.0.1", port);
  const lookup = (_name, _options, found) =>
    found(null, [
      { address: "127.0.0.1", family: 4 },
      { address: "127.0.0.2", family: 4 },
    ]);
  const transport = nodeHttp({ agent: new Agent({ keepAlive: true, lookup }) });
  const client = new senders.Senders({ ...ACCOUNT, baseUrl: `http://localhost:${port}`, transport, maxRetries: 0 });
  try {
    const started = performance.now();
    assert.equal((await client.fetch(SID)).status, "ONLINE");
    assert.ok(performance.now() - started < 4000, "within the connect limit of five seconds");
  } finally {
    end();
    transport.close();
    server.close();
    server.closeAllConnections();
  }
});
