// TLS for tests: certificates, and a server whose connections end with a real alert that the test chooses.
import { createCipheriv, createHmac } from "node:crypto";
import { createServer } from "node:net";
import { Duplex } from "node:stream";
import { TLSSocket } from "node:tls";

/** An authority that is trusted nowhere else, and its certificate for localhost. Made only for these tests. */
export const CA = `-----BEGIN CERTIFICATE-----
MIIBqjCCAU+gAwIBAgIUGEWrUTTXpW7XYgiaYXmi2wpfW/owCgYIKoZIzj0EAwIw
ITEfMB0GA1UEAwwWc2VuZGVycyB0ZXN0IGF1dGhvcml0eTAgFw0yNjExMjkwNzQ3
MDRaGA8yMTI2MTEwNTA3NDcwNFowITEfMB0GA1UEAwwWc2VuZGVycyB0ZXN0IGF1
dGhvcml0eTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABN8oZ/wLQGg4jbrbvz7q
ICbrfhJu1smj1WQB894LSZFfN5iKxh4z6/M775Se8Oi1s2S+8r5baeHMrc1yQQan
Ih+jYzBhMB0GA1UdDgQWBBRwi3ttXl8PzI4aBhGmwjRfiPN4rTAfBgNVHSMEGDAW
gBRwi3ttXl8PzI4aBhGmwjRfiPN4rTAPBgNVHRMBAf8EBTADAQH/MA4GA1UdDwEB
/wQEAwICBDAKBggqhkjOPQQDAgNJADBGAiEA5eB2VwS/6HBmJZkMC/K0VfRlpdYq
aO9CxKRNs5BohjgCIQC8T5CUiKRLPHsxEkX4cj4Pcq5PQJfxbAARv/4pMYzPWw==
-----END CERTIFICATE-----
`;
export const CERT = `-----BEGIN CERTIFICATE-----
MIIBujCCAWGgAwIBAgIUFTZ1AylyFgnpjUTDNnoJA0w/eCowCgYIKoZIzj0EAwIw
ITEfMB0GA1UEAwwWc2VuZGVycyB0ZXN0IGF1dGhvcml0eTAgFw0yNjExMjkwNzQ3
MDRaGA8yMTI2MTEwNTA3NDcwNFowFDESMBAGA1UEAwwJbG9jYWxob3N0MFkwEwYH
KoZIzj0CAQYIKoZIzj0DAQcDQgAE6KRRAK72JkoiNzCSY2xvXlklWX4fC54B5E/B
Nu+H7elVFVBnKV/E+X2H9y92GVHAB1pGnSH/biu62ySEb7C006OBgTB/MBoGA1Ud
EQQTMBGCCWxvY2FsaG9zdIcEfwAAATAMBgNVHRMBAf8EAjAAMBMGA1UdJQQMMAoG
CCsGAQUFBwMBMB0GA1UdDgQWBBRWpuOYbfKey9s0B5t2sva3H9AE/zAfBgNVHSME
GDAWgBRwi3ttXl8PzI4aBhGmwjRfiPN4rTAKBggqhkjOPQQDAgNHADBEAiB4ikQz
aCZ5d9/vInhjKpXVn6V4PaBIYBODUWt24guAOgIgf1IRvPEblY0PewOmgGBBYMLL
k+GeYl8X9VM/3YMBfhg=
-----END CERTIFICATE-----
`;
export const KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQguFslG+kP7X76B1nA
VrCT3MORFAk4GDZ3pLKtanCcA8uhRANCAATopFEArvYmSiI3MJJjbG9eWSVZfh8L
ngHkT8E274ft6VUVUGcpX8T5fYf3L3YZUcAHWkadIf9uK7rbJIRvsLTT
-----END PRIVATE KEY-----
`;
/** Derives key material of TLS 1.3, for SHA-256. */
function expand(secret, label, length) {
  const name = Buffer.from(`tls13 ${label}`);
  const info = Buffer.concat([Buffer.from([0, length, name.length]), name, Buffer.from([0, 1])]);
  return createHmac("sha256", secret).update(info).digest().subarray(0, length);
}

/** Makes an alert as a record of the server, with number `sequence` under its key. */
function alertRecord(secret, sequence, description) {
  const nonce = Buffer.from(expand(secret, "iv", 12));
  nonce.writeUInt32BE((nonce.readUInt32BE(8) ^ sequence) >>> 0, 8);
  const [fatal, type] = [2, 21];
  const plain = Buffer.from([fatal, description, type]);
  const head = Buffer.from([23, 3, 3, 0, plain.length + 16]);
  const cipher = createCipheriv("aes-128-gcm", expand(secret, "key", 16), nonce);
  cipher.setAAD(head);
  return Buffer.concat([head, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** Returns the number of records in these bytes. */
function records(bytes) {
  let count = 0;
  for (let at = 0; at < bytes.length; at += 5 + bytes.readUInt16BE(at + 3)) count += 1;
  return count;
}

/**
 * Starts a TLS server over plain sockets. `onText(text, connection)` is called with all text that a connection has received.
 * A connection can `answer`, `alert` (a fatal one, encrypted as in the protocol), send `garbage` (bytes that are no record) or
 * be `cut`. `onHello(raw)`, if given, gets the socket before the handshake, and there is no handshake.
 */
export function tlsServer({ onText, onHello }) {
  return createServer((raw) => {
    raw.on("error", () => undefined);
    if (onHello !== undefined) return raw.once("data", () => onHello(raw));
    const sent = [];
    const between = new Duplex({
      read() {},
      write(bytes, _, done) {
        sent.push(Buffer.from(bytes));
        raw.write(bytes, done);
      },
    });
    raw.on("data", (bytes) => between.push(bytes));
    raw.on("close", () => between.destroy());
    const socket = new TLSSocket(between, {
      isServer: true,
      key: KEY,
      cert: CERT,
      minVersion: "TLSv1.3",
      ciphers: "TLS_AES_128_GCM_SHA256",
    });
    let [secret, handshake, text] = [undefined, 0, ""];
    socket.on("keylog", (line) => {
      const found = /^SERVER_TRAFFIC_SECRET_0 \S+ (\w+)/.exec(line.toString());
      if (found) secret = Buffer.from(found[1], "hex");
    });
    socket.on("secure", () => (handshake = records(Buffer.concat(sent))));
    socket.on("error", () => undefined);
    const connection = {
      answer: (head) => socket.write(head),
      // A turn later: the cipher has then processed the earlier output.
      alert: (description) => setImmediate(() => raw.end(alertRecord(secret, records(Buffer.concat(sent)) - handshake, description))),
      garbage: () => raw.end(Buffer.from([23, 3, 3, 0, 32, ...Array(32).fill(7)])),
      cut: () => raw.resetAndDestroy(),
    };
    socket.on("data", (bytes) => {
      text += bytes.toString("latin1");
      onText(text, connection);
    });
  });
}
