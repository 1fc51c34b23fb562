"""A TLS server that does what no well-behaved one does: any fatal alert at any moment, an end without a goodbye.

``ssl`` sends only alerts that it chooses itself, so the alert record is encrypted here: TLS 1.2 with ChaCha20-Poly1305
(RFC 7905), whose keys come out of the context's key log.
"""

from __future__ import annotations

import hmac
import socket
import ssl
import struct
from pathlib import Path

from net_support import Peer

ALERTS = {"internal_error": 80, "handshake_failure": 40, "certificate_unknown": 46, "bad_record_mac": 20}


def _chacha_block(key: bytes, counter: int, nonce: bytes) -> bytes:
    state = list(struct.unpack("<16I", b"expand 32-byte k" + key + struct.pack("<I", counter) + nonce))
    work = state[:]
    lanes = [(0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15),
             (0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14)]  # fmt: skip
    for _ in range(10):
        for a, b, c, d in lanes:
            for x, y, z, turn in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
                work[x] = (work[x] + work[y]) & 0xFFFFFFFF
                mixed = work[z] ^ work[x]
                work[z] = ((mixed << turn) | (mixed >> (32 - turn))) & 0xFFFFFFFF
    return struct.pack("<16I", *((one + other) & 0xFFFFFFFF for one, other in zip(work, state)))


def _seal(key: bytes, nonce: bytes, plain: bytes, extra: bytes) -> bytes:
    """ChaCha20-Poly1305 (RFC 8439) of at most 64 bytes."""
    cipher = bytes(one ^ other for one, other in zip(plain, _chacha_block(key, 1, nonce)))
    one_time = _chacha_block(key, 0, nonce)
    r = int.from_bytes(one_time[:16], "little") & 0x0FFFFFFC0FFFFFFC0FFFFFFC0FFFFFFF
    s = int.from_bytes(one_time[16:32], "little")
    padded = b"".join(part + bytes(-len(part) % 16) for part in (extra, cipher))
    padded += struct.pack("<QQ", len(extra), len(cipher))
    tag = 0
    for at in range(0, len(padded), 16):
        tag = (tag + int.from_bytes(padded[at : at + 16] + b"\1", "little")) * r % ((1 << 130) - 5)
    return cipher + ((tag + s) & ((1 << 128) - 1)).to_bytes(16, "little")


def _expand(secret: bytes, seed: bytes, length: int) -> bytes:
    """The pseudo-random function of TLS 1.2."""
    out, step = b"", seed
    while len(out) < length:
        step = hmac.digest(secret, step, "sha256")
        out += hmac.digest(secret, step + seed, "sha256")
    return out[:length]


class TlsPeer(Peer):
    """The server's side of one TLS connection, over a socket that stays in reach."""

    def __init__(self, peer: Peer, context: ssl.SSLContext, keys: Path | None) -> None:
        super().__init__(peer.server, peer.sock)
        self.raw = peer.sock
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = context.wrap_bio(self.incoming, self.outgoing, server_side=True)
        self.keys = keys
        self.sent = b""
        self.records = 0

    def _flush(self) -> None:
        data = self.outgoing.read()
        self.sent += data
        self.raw.sendall(data)

    def handshake(self) -> None:
        """Up to the end of the handshake, or its failure, whose alert is sent."""
        while True:
            try:
                return self.tls.do_handshake()
            except ssl.SSLWantReadError:
                self._flush()
                data = self.raw.recv(65536)
                if not data:
                    raise OSError("gone") from None
                self.incoming.write(data)
            finally:
                self._flush()

    def _more(self) -> bool:
        while True:
            try:
                data = self.tls.read(65536)
                self.buffer += data
                return bool(data)
            except ssl.SSLWantReadError:
                data = self.raw.recv(65536)
                if not data:
                    return False
                self.incoming.write(data)

    def send(self, data: bytes) -> None:
        self.tls.write(data)
        self.records += 1
        self._flush()

    def alert(self, name: str) -> None:
        """A fatal alert of this name, encrypted as everything after the handshake is."""
        assert self.keys and self.tls.version() == "TLSv1.2"
        client_random, master = next(
            (bytes.fromhex(line.split()[1]), bytes.fromhex(line.split()[2]))
            for line in reversed(self.keys.read_text().splitlines())
            if line.startswith("CLIENT_RANDOM")
        )
        block = _expand(master, b"key expansion" + self.sent[11:43] + client_random, 88)
        key, salt = block[32:64], block[76:88]
        # The server's Finished was record 0.
        number = (1 + self.records).to_bytes(8, "big")
        nonce = bytes(one ^ other for one, other in zip(salt, bytes(4) + number))
        head = b"\x15\x03\x03"
        record = _seal(key, nonce, bytes([2, ALERTS[name]]), number + head + b"\0\2")
        self.raw.sendall(head + struct.pack(">H", len(record)) + record)


def alerting(context: ssl.SSLContext, folder: Path) -> Path:
    """Makes ``context`` one that ``TlsPeer.alert`` works with; the path of its key log."""
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("ECDHE-ECDSA-CHACHA20-POLY1305")
    keys = folder / "keys.log"
    context.keylog_filename = str(keys)
    return keys


def reset(sock: socket.socket) -> None:
    """Ends the connection with a reset instead of an end."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


def self_test() -> None:
    """The vector of RFC 8439 §2.3.2, first words."""
    block = _chacha_block(bytes(range(32)), 1, bytes.fromhex("000000090000004a00000000"))
    assert block[:8] == bytes.fromhex("10f1e7e4d13b5915")
