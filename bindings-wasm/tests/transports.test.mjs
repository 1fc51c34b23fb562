// The meaning of a failure depends on the state of the connection: over real sockets, with real alerts, for each transport.
import assert from "node:assert/strict";
import { Agent } from "node:https";
import { createServer } from "node:net";
import { after, test } from "node:test";
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { SENDER, TABLE, answer, closing, isTls, listen, plain } from "./failures.mjs";
import { ACCOUNT, SID, nodeHttp, rejection, senders } from "./support.mjs";
import { CA } from "./tls.mjs";

const { Senders } = senders;
const NUMBER = { senderId: "whatsapp:+15017122661", profile: { name: "N" } };
after(() => closing.forEach((close) => close()));

/** Makes a client with a transport; `trusts` says whether it trusts the test's certificate. */
function client(name, url, { trusts = false, more = {} } = {}) {
  if (name === "fetch") return { senders: new Senders({ ...ACCOUNT, baseUrl: url, clock: quick(), ...more }), close: () => undefined };
  const transport = nodeHttp({ httpsAgent: new Agent({ keepAlive: true, ...(trusts && { ca: CA }) }) });
  closing.push(() => transport.close());
  return { senders: new Senders({ ...ACCOUNT, baseUrl: url, transport, clock: quick(), ...more }), close: () => transport.close() };
}

/** A clock on which waits end at once and attempts take real time. */
function quick() {
  let passed = 0;
  return {
    monotonicMs: () => performance.now() + passed,
    unixMs: () => Date.now() + passed,
    sleep: async (ms) => {
      passed += ms;
    },
    limit: (ms, callback) => {
      const timer = setTimeout(callback, ms);
      return () => clearTimeout(timer);
    },
  };
}

for (const name of ["fetch", "node-http"]) {
  for (const [title, [start, expected, { trusts = true, first = false } = {}]] of Object.entries(TABLE)) {
    test(`${name}, ${title}`, async () => {
      const seen = await start();
      const url = seen.url ?? `${isTls(title) ? "https" : "http"}://localhost:${seen.port}`;
      // The runtime's own fetch cannot get another authority at run time.
      if (trusts) process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0";
      try {
        const { senders: one, close } = client(name, url, { trusts });
        if (first) assert.equal((await one.fetch(SID)).sid, SID);
        const error = await rejection(one.create(NUMBER));
        const { kind, mayHaveExecuted, retryable } = error;
        const got = { posts: seen.posts, kind, mayHaveExecuted, retryable };
        assert.deepEqual({ ...got, ...expected }, got, String(error));
        close();
      } finally {
        delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
      }
    });
  }

  test(`${name}: bytes of a part of the request leave the outcome unknown`, async () => {
    // A reset after the first piece of a request that is larger than the sockets' buffers.
    let bytes = 0;
    const seen = await listen(
      createServer((socket) => {
        socket.on("error", () => undefined);
        socket.once("data", (piece) => {
          bytes += piece.length;
          socket.resetAndDestroy();
        });
      }),
    );
    const { senders: one } = client(name, `http://127.0.0.1:${seen.port}`);
    const error = await rejection(one.create({ ...NUMBER, profile: { name: "N", description: "x".repeat(8_000_000) } }));
    assert.ok(bytes > 0 && bytes < 8_000_000, `${bytes}: ${error}`);
    assert.deepEqual(
      [error.kind, error.retryable, error.mayHaveExecuted, seen.connections],
      ["outcome_unknown", false, true, 1],
      String(error),
    );
  });

  test(`${name}: a process that was stopped does not use a connection that the server has closed`, async () => {
    let kept;
    const seen = await plain((socket, _, post) => {
      kept = socket;
      socket.write(answer(SENDER, post ? "HTTP/1.1 202 Accepted\r\n" : undefined));
    });
    const { senders: one } = client(name, `http://127.0.0.1:${seen.port}`, { more: { maxRetries: 0 } });
    for (let round = 0; round < 10; round += 1) {
      await one.fetch(SID);
      const closed = kept;
      // The end is on its way when the loop stops.
      kept.end();
      await new Promise((resolve) => setImmediate(resolve));
      const stopped = performance.now() + 30;
      while (performance.now() < stopped);
      assert.equal((await one.create(NUMBER)).sid, SID);
      assert.ok(seen.posts === round + 1 && kept !== closed);
    }
  });
}

for (const [coding, compress] of [
  ["gzip", gzipSync],
  ["x-gzip", gzipSync],
  ["deflate", deflateSync],
  ["br", brotliCompressSync],
]) {
  test(`node-http: a body that is ${coding} is read, and no more of it than allowed`, async () => {
    const bodies = [compress(SENDER), compress(Buffer.alloc(64 << 20, 32))];
    const seen = await plain((socket) => {
      const body = bodies.shift();
      socket.write(`HTTP/1.1 200 OK\r\nContent-Encoding: ${coding}\r\nContent-Length: ${body.length}\r\n\r\n`);
      socket.write(body);
    });
    const { senders: one } = client("node-http", `http://127.0.0.1:${seen.port}`, { more: { maxRetries: 0, maxResponseBytes: 1 << 20 } });
    assert.equal((await one.fetch(SID)).sid, SID);
    const before = process.memoryUsage().arrayBuffers;
    assert.equal((await rejection(one.fetch(SID))).kind, "invalid_response");
    assert.ok(process.memoryUsage().arrayBuffers - before < 32 << 20);
  });
}

for (const name of ["fetch", "node-http"]) {
  for (const [title, rest] of Object.entries({
    "is no gzip": "Content-Encoding: gzip\r\nContent-Length: 9\r\n\r\nno gzip!!",
    "is cut": "Content-Length: 99\r\n\r\n{",
    "is larger than allowed": `Content-Length: 5000\r\n\r\n${" ".repeat(5000)}`,
  })) {
    test(`${name}: the status of an error counts whose body ${title}`, async () => {
      for (const [status, kind, executed] of [
        [401, "authentication", false],
        [404, "not_found", false],
        [503, "outcome_unknown", true],
      ]) {
        const seen = await plain((socket) => socket.end(`HTTP/1.1 ${status} No\r\n${rest}`));
        const { senders: one } = client(name, `http://127.0.0.1:${seen.port}`, { more: { maxRetries: 0, maxResponseBytes: 1024 } });
        const error = await rejection(one.create(NUMBER));
        assert.deepEqual([error.kind, error.status, error.mayHaveExecuted, seen.posts], [kind, status, executed, 1], String(error));
      }
    });
  }

  test(`${name}: a success whose body is no gzip leaves a create unknown`, async () => {
    const seen = await plain((socket) =>
      socket.end("HTTP/1.1 202 Accepted\r\nContent-Encoding: gzip\r\nContent-Length: 9\r\n\r\nno gzip!!"),
    );
    const error = await rejection(client(name, `http://127.0.0.1:${seen.port}`).senders.create(NUMBER));
    assert.deepEqual([error.kind, seen.posts], ["outcome_unknown", 1], String(error));
  });
}

test("node-http: the status of an error counts whose head Node does not read", async () => {
  for (const [line, kind] of [
    ["401 Unauthorized", "authentication"],
    ["404", "not_found"],
    ["202 Accepted", "outcome_unknown"],
  ]) {
    const seen = await plain((socket) => socket.end(`HTTP/1.1 ${line}\r\nX-Thing : 1\r\nContent-Length: 2\r\n\r\n{}`));
    const { senders: one } = client("node-http", `http://127.0.0.1:${seen.port}`, { more: { maxRetries: 0 } });
    const error = await rejection(one.create(NUMBER));
    assert.deepEqual([error.kind, seen.posts], [kind, 1], String(error));
  }
});

for (const [title, parts] of Object.entries({
  "chunked, its end later": ["Transfer-Encoding: chunked\r\n\r\n", "0\r\n\r\n"],
  "chunked, its end at once": ["Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"],
  "a length and a body at once": ["Content-Length: 5\r\n\r\nhello"],
  "a length and a body later": ["Content-Length: 5\r\n\r\n", "hello"],
  "a length and an answer as its body": ["Content-Length: 42\r\n\r\n", answer(`{"sid":"XX"}`)],
  "a body without a length": ["\r\nhello"],
  "a head alone": ["\r\n"],
})) {
  test(`node-http: a 204 with ${title} is a deletion, and the next call has its own answer`, async () => {
    let deleted = false;
    const seen = await plain((socket) => {
      if (deleted) return socket.write(answer(SENDER));
      deleted = true;
      const [first, later] = parts;
      socket.write(`HTTP/1.1 204 No Content\r\n${first}`, () => later && setImmediate(() => socket.write(later)));
    });
    const { senders: one } = client("node-http", `http://127.0.0.1:${seen.port}`, { more: { maxRetries: 0 } });
    assert.equal(await one.delete(SID), undefined);
    assert.equal((await one.fetch(SID)).sid, SID);
    assert.equal(seen.connections, title === "a head alone" ? 1 : 2);
  });
}

test("node-http: raw deflate and stacked encodings are taken off, others are named", async () => {
  const { createServer } = await import("node:http");
  const body = Buffer.from(JSON.stringify({ sid: SID, status: "ONLINE", profile: { about: "x".repeat(200_000) } }));
  const large = Buffer.alloc(50_000_000, 32);
  const cases = [
    ["deflate", deflateRawSync(body)],
    ["gzip, gzip", gzipSync(gzipSync(body))],
    ["deflate, br", brotliCompressSync(deflateRawSync(body))],
    ["identity", body],
    ["zstd", body, "zstd"],
    ["gzip, zstd", body, "zstd"],
    ["gzip,gzip,gzip,gzip", body, "gzip"],
    ["deflate", deflateRawSync(large), "larger than"],
    ["gzip, gzip", gzipSync(gzipSync(large)), "larger than"],
    ["deflate", Buffer.from("not at all"), "deflate"],
  ];
  let at = 0;
  const served = createServer((_, response) => response.writeHead(200, { "Content-Encoding": cases[at][0] }).end(cases[at][1])).listen(
    0,
    "127.0.0.1",
  );
  await new Promise((resolve) => served.once("listening", resolve));
  const { senders: one, close } = client("node-http", `http://127.0.0.1:${served.address().port}`, {
    more: { maxRetries: 0, maxResponseBytes: 1 << 20 },
  });
  try {
    for (; at < cases.length; at += 1) {
      const [coding, , words] = cases[at];
      if (words === undefined) assert.equal((await one.fetch(SID)).profile.about.length, 200_000, coding);
      else {
        const error = await rejection(one.fetch(SID));
        assert.ok(error.kind === "invalid_response" && error.message.includes(words), `${coding}: ${error}`);
      }
    }
  } finally {
    close();
    served.closeAllConnections();
    served.close();
  }
});
