// What a failure means depends on where the connection was: over real sockets, with real alerts, for each transport.
import assert from "node:assert/strict";
import { once } from "node:events";
import { Agent } from "node:https";
import { createServer } from "node:net";
import { after, test } from "node:test";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { ACCOUNT, SID, nodeHttp, rejection, senders } from "./support.mjs";
import { CA, tlsServer } from "./tls.mjs";

const { Senders } = senders;
const NUMBER = { senderId: "whatsapp:+15017122661", profile: { name: "N" } };
const SENDER = JSON.stringify({ sid: SID, status: "ONLINE" });
const closing = [];
after(() => closing.forEach((close) => close()));

/** Starts a server for the length of a test, and counts its connections. */
async function listen(server) {
  const sockets = new Set();
  const seen = { connections: 0, posts: 0, port: 0 };
  server.on("connection", (socket) => {
    seen.connections += 1;
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  seen.port = server.address().port;
  closing.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return seen;
}

const whole = (text) => /\r\n\r\n[^]*\}$/.test(text);
const answer = (body, head = "HTTP/1.1 200 OK\r\n") => `${head}Content-Length: ${body.length}\r\n\r\n${body}`;

/** A server that does with each whole request what `act` says, by its number on the connection; a POST is counted. */
async function plain(act) {
  const server = createServer((socket) => {
    let [text, number] = ["", 0];
    socket.on("error", () => undefined);
    socket.on("data", (bytes) => {
      text += bytes.toString("latin1");
      if (/^(GET|DELETE)[^]*\r\n\r\n$/.test(text) || whole(text)) {
        const post = text.startsWith("POST");
        seen.posts += post ? 1 : 0;
        text = "";
        act(socket, (number += 1), post);
      }
    });
  });
  const seen = await listen(server);
  return seen;
}

/** A TLS server that counts a POST once it is whole, and does `act` then. */
async function secure(act, onHello) {
  const seen = await listen(tlsServer({
    onHello,
    onText: (text, connection) => {
      if (!whole(text)) return;
      seen.posts += 1;
      act(connection);
    },
  }));
  return seen;
}

/** Makes a client of a transport; `trusts` says whether it takes the test's certificate. */
function client(name, url, { trusts = false, more = {} } = {}) {
  if (name === "fetch") return { senders: new Senders({ ...ACCOUNT, baseUrl: url, clock: quick(), ...more }), close: () => undefined };
  const transport = nodeHttp({ httpsAgent: new Agent({ keepAlive: true, ...(trusts && { ca: CA }) }) });
  closing.push(() => transport.close());
  return { senders: new Senders({ ...ACCOUNT, baseUrl: url, transport, clock: quick(), ...more }), close: () => transport.close() };
}

/** A clock on which waits pass at once and attempts last as long as they do. */
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

const NOT_SENT = (kind) => ({ posts: 0, kind, mayHaveExecuted: false, retryable: true });
const SENT = { posts: 1, kind: "outcome_unknown", mayHaveExecuted: true, retryable: false };

/** failure × where the connection was: the server, and what the client must say of a create. */
const TABLE = {
  "before connecting: no such name": [async () => ({ posts: 0, url: "https://no-such-host.invalid" }), NOT_SENT("connection")],
  "connecting: refused": [async () => {
    const server = createServer();
    const seen = await listen(server);
    server.close();
    await once(server, "close");
    return seen;
  }, NOT_SENT("connection")],
  "handshake: a certificate that is not trusted": [() => secure(() => undefined), NOT_SENT("tls"), { trusts: false }],
  "handshake: an alert": [() => secure(undefined, (raw) => raw.end(Buffer.from([21, 3, 3, 0, 2, 2, 40]))), { posts: 0 }],
  "handshake: no TLS": [() => secure(undefined, (raw) => raw.end("HTTP/1.1 400 Bad Request\r\n\r\n")), { posts: 0 }],
  "handshake: cut": [() => secure(undefined, (raw) => raw.resetAndDestroy()), { posts: 0 }],
  "sent: internal_error": [() => secure((connection) => connection.alert(80)), SENT],
  "sent: handshake_failure": [() => secure((connection) => connection.alert(40)), SENT],
  "sent: bad_certificate": [() => secure((connection) => connection.alert(42)), SENT],
  "sent: unknown_ca": [() => secure((connection) => connection.alert(48)), SENT],
  "sent: certificate_required": [() => secure((connection) => connection.alert(116)), SENT],
  "sent: a record that is none": [() => secure((connection) => connection.garbage()), SENT],
  "sent: cut within TLS": [() => secure((connection) => connection.cut()), SENT],
  "answering: an alert within the head": [() => secure((connection) => {
    connection.answer("HTTP/1.1 202 Accep");
    connection.alert(80);
  }), SENT],
  "answering: an alert within the body": [() => secure((connection) => {
    connection.answer(`HTTP/1.1 202 Accepted\r\nContent-Length: 100\r\n\r\n{"sid":`);
    connection.alert(80);
  }), SENT],
  "sent: ended": [() => plain((socket) => socket.end()), SENT],
  "sent: reset": [() => plain((socket) => socket.resetAndDestroy()), SENT],
  "answering: no HTTP": [() => plain((socket) => socket.end("SSH-2.0-x\r\n\r\n")), SENT],
  "answering: ended within the head": [() => plain((socket) => socket.end("HTTP/1.1 202 Accepted\r\nContent-")), SENT],
  "answering: ended within the body": [() => plain((socket) => socket.end("HTTP/1.1 202 Accepted\r\nContent-Length: 99\r\n\r\n{")), SENT],
  "answering: reset within the body": [() => plain((socket) => socket.write("HTTP/1.1 202 Accepted\r\nContent-Length: 99\r\n\r\n{", () => socket.resetAndDestroy())), SENT],
  "on a kept connection: ended": [() => plain((socket, _, post) => (post ? socket.end() : socket.write(answer(SENDER)))), SENT, { first: true }],
  "on a kept connection: reset": [() => plain((socket, _, post) => (post ? socket.resetAndDestroy() : socket.write(answer(SENDER)))), SENT, { first: true }],
};

for (const name of ["fetch", "node-http"]) {
  for (const [title, [start, expected, { trusts = true, first = false } = {}]] of Object.entries(TABLE)) {
    test(`${name}, ${title}`, async () => {
      const seen = await start();
      const tls = title.includes("handshake") || title.includes("TLS") || /alert|_|record/.test(title);
      const url = seen.url ?? `${tls ? "https" : "http"}://localhost:${seen.port}`;
      // The runtime's own fetch takes no authority of ours while it runs.
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
    // A reset after the first piece, with more than the sockets take on the way.
    let bytes = 0;
    const seen = await listen(createServer((socket) => {
      socket.on("error", () => undefined);
      socket.once("data", (piece) => {
        bytes += piece.length;
        socket.resetAndDestroy();
      });
    }));
    const { senders: one } = client(name, `http://127.0.0.1:${seen.port}`);
    const error = await rejection(one.create({ ...NUMBER, profile: { name: "N", description: "x".repeat(8_000_000) } }));
    assert.ok(bytes > 0 && bytes < 8_000_000, `${bytes}: ${error}`);
    assert.deepEqual([error.kind, error.retryable, error.mayHaveExecuted, seen.connections], ["outcome_unknown", false, true, 1], String(error));
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

for (const [coding, compress] of [["gzip", gzipSync], ["x-gzip", gzipSync], ["deflate", deflateSync], ["br", brotliCompressSync]]) {
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
      for (const [status, kind, executed] of [[401, "authentication", false], [404, "not_found", false], [503, "outcome_unknown", true]]) {
        const seen = await plain((socket) => socket.end(`HTTP/1.1 ${status} No\r\n${rest}`));
        const { senders: one } = client(name, `http://127.0.0.1:${seen.port}`, { more: { maxRetries: 0, maxResponseBytes: 1024 } });
        const error = await rejection(one.create(NUMBER));
        assert.deepEqual([error.kind, error.status, error.mayHaveExecuted, seen.posts], [kind, status, executed, 1], String(error));
      }
    });
  }

  test(`${name}: a success whose body is no gzip leaves a create unknown`, async () => {
    const seen = await plain((socket) => socket.end("HTTP/1.1 202 Accepted\r\nContent-Encoding: gzip\r\nContent-Length: 9\r\n\r\nno gzip!!"));
    const error = await rejection(client(name, `http://127.0.0.1:${seen.port}`).senders.create(NUMBER));
    assert.deepEqual([error.kind, seen.posts], ["outcome_unknown", 1], String(error));
  });
}

test("node-http: the status of an error counts whose head Node does not read", async () => {
  for (const [line, kind] of [["401 Unauthorized", "authentication"], ["404", "not_found"], ["202 Accepted", "outcome_unknown"]]) {
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
