// Servers that fail at each point of a connection, over real sockets and with real alerts: every transport is tested with them.
import { once } from "node:events";
import { createServer } from "node:net";
import { SID } from "./support.mjs";
import { tlsServer } from "./tls.mjs";

export const SENDER = JSON.stringify({ sid: SID, status: "ONLINE" });
/** Functions that each end one of the started servers. */
export const closing = [];

/** Starts a server for the duration of a test, and counts its connections. */
export async function listen(server) {
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
export const answer = (body, head = "HTTP/1.1 200 OK\r\n") => `${head}Content-Length: ${body.length}\r\n\r\n${body}`;

/** Starts a server that calls `act` for each whole request, with its number on the connection; a POST is counted. */
export async function plain(act) {
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

/** Starts a TLS server that counts a POST when it is whole, and then calls `act`. */
async function secure(act, onHello) {
  const seen = await listen(
    tlsServer({
      onHello,
      onText: (text, connection) => {
        if (!whole(text)) return;
        seen.posts += 1;
        act(connection);
      },
    }),
  );
  return seen;
}

const NOT_SENT = (kind) => ({ posts: 0, kind, mayHaveExecuted: false, retryable: true });
const SENT = { posts: 1, kind: "outcome_unknown", mayHaveExecuted: true, retryable: false };

/** Failure × state of the connection: the server, and the error that a create must end with. */
export const TABLE = {
  "before connecting: no such name": [async () => ({ posts: 0, url: "https://no-such-host.invalid" }), NOT_SENT("connection")],
  "connecting: refused": [
    async () => {
      const server = createServer();
      const seen = await listen(server);
      server.close();
      await once(server, "close");
      return seen;
    },
    NOT_SENT("connection"),
  ],
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
  "answering: an alert within the head": [
    () =>
      secure((connection) => {
        connection.answer("HTTP/1.1 202 Accep");
        connection.alert(80);
      }),
    SENT,
  ],
  "answering: an alert within the body": [
    () =>
      secure((connection) => {
        connection.answer(`HTTP/1.1 202 Accepted\r\nContent-Length: 100\r\n\r\n{"sid":`);
        connection.alert(80);
      }),
    SENT,
  ],
  "sent: ended": [() => plain((socket) => socket.end()), SENT],
  "sent: reset": [() => plain((socket) => socket.resetAndDestroy()), SENT],
  "answering: no HTTP": [() => plain((socket) => socket.end("SSH-2.0-x\r\n\r\n")), SENT],
  "answering: ended within the head": [() => plain((socket) => socket.end("HTTP/1.1 202 Accepted\r\nContent-")), SENT],
  "answering: ended within the body": [() => plain((socket) => socket.end("HTTP/1.1 202 Accepted\r\nContent-Length: 99\r\n\r\n{")), SENT],
  "answering: reset within the body": [
    () => plain((socket) => socket.write("HTTP/1.1 202 Accepted\r\nContent-Length: 99\r\n\r\n{", () => socket.resetAndDestroy())),
    SENT,
  ],
  "on a kept connection: ended": [
    () => plain((socket, _, post) => (post ? socket.end() : socket.write(answer(SENDER)))),
    SENT,
    { first: true },
  ],
  "on a kept connection: reset": [
    () => plain((socket, _, post) => (post ? socket.resetAndDestroy() : socket.write(answer(SENDER)))),
    SENT,
    { first: true },
  ],
};

/** Returns whether a failure of the table is one of a TLS server. */
export const isTls = (title) => title.includes("handshake") || title.includes("TLS") || /alert|_|record/.test(title);
