import type { Exports } from "#glue";
import glue from "#glue";
import type { Abort } from "./abort.js";
import { append } from "./append.js";
import { codecs } from "./builtin.js";
import type { Details } from "./details.js";
import { fromDetails, internalError, misuseError } from "./errors.js";
import { markAll, setFields } from "./received.js";

/** A function of a package entry that returns the compiled module, now or later. */
export type Loader = () => WebAssembly.Module | Promise<WebAssembly.Module>;

/** The values that `step` returns, with the names of `src/calls.rs`. */
export const Step = { Send: 0, InFlight: 1, Wait: 2, Yield: 3, Done: 4, Failed: 5 } as const;

/** Frees the data of a forgotten client or call in an instance, if the runtime reports that it is forgotten. */
export const forgotten =
  typeof FinalizationRegistry === "function"
    ? new FinalizationRegistry<{ engine: Engine; number: number; what: "close" | "end" }>(({ engine: at, number, what }) => {
        if (at.dead === undefined) at.run((wasm) => wasm[what](number));
      })
    : undefined;

/** One instance of the module. It serves all clients until a panic ends it; the next call then gets a new one. */
export class Engine {
  readonly #wasm: Exports;
  readonly #memory: WebAssembly.Memory;
  readonly #decoder: TextDecoder;
  #bytes: Uint8Array = new Uint8Array();
  /** The response headers that the core reads, in lower case. */
  readonly read: ReadonlySet<string>;
  /** The error that ended the instance. */
  dead: Error | undefined;
  /** The work in progress, which ends with the instance. */
  readonly pending = new Set<Abort>();

  constructor(module: WebAssembly.Module) {
    const { TextDecoder } = codecs();
    this.#decoder = new TextDecoder();
    this.#wasm = glue(codecs());
    this.#memory = this.#wasm.initSync({ module }).memory;
    this.read = new Set(this.#wasm.headers_read().split("\n"));
    setFields(this.#wasm.request_fields(), (name) => this.dead === undefined && this.run((wasm) => wasm.was_seen(name)));
  }

  /** Calls into the module. Errors of the core come out as ours; anything else ends the instance. */
  run<T>(work: (wasm: Exports) => T): T {
    if (this.dead !== undefined) throw this.dead;
    try {
      return work(this.#wasm);
    } catch (thrown) {
      // The module throws its errors as plain objects; an exception is a panic.
      throw thrown instanceof Error ? this.die(thrown) : fromDetails(thrown as Details);
    }
  }

  /** Returns the output of a call's last step: its last piece. The pieces before it are senders that precede those of the last. `echo`: see {@link markAll}. */
  json(call: number, echo: boolean): unknown {
    const senders: unknown[] = [];
    for (;;) {
      const at = this.run((wasm) => wasm.piece_at(call));
      const length = this.run((wasm) => wasm.piece_len(call));
      const piece: unknown = JSON.parse(this.#ascii(at, length));
      markAll(piece, echo);
      if (Array.isArray(piece)) {
        append(senders, piece);
        continue;
      }
      if (senders.length === 0) return piece;
      append(senders, (piece as { senders: unknown[] }).senders);
      return Object.assign(piece as object, { senders });
    }
  }

  /** Returns a string of ASCII from the memory. */
  #ascii(at: number, length: number): string {
    // Memory that has grown is another buffer, and the old one is empty.
    if (this.#bytes.length === 0) this.#bytes = view(this.#memory.buffer);
    const bytes = this.#bytes;
    return isBuffer(bytes) ? bytes.toString("latin1", at, at + length) : this.#decoder.decode(bytes.subarray(at, at + length));
  }

  /** Ends the instance: nothing calls into it any more, and pending calls are rejected. */
  die(thrown: unknown): Error {
    if (this.dead === undefined) {
      const what = thrown instanceof Error ? thrown.message : String(thrown);
      this.dead = internalError(`a bug of this library: ${what.split("\n", 1)[0]}`, thrown);
      if (current === this) current = undefined;
      for (const abort of this.pending) abort.abort(this.dead);
      this.pending.clear();
    }
    return this.dead;
  }
}

/** Returns whether the bytes are a `Buffer` of Node. Bundlers put another `Buffer` into pages, which does not have all methods. */
function isBuffer(bytes: Uint8Array): bytes is Buffer {
  return "latin1Slice" in bytes;
}

/** Returns the memory of an instance; in Node as a `Buffer`, which makes a string of ASCII by a mere copy. */
function view(buffer: ArrayBuffer): Uint8Array {
  const { Buffer: NodeBuffer } = globalThis as { Buffer?: typeof Buffer };
  return typeof NodeBuffer?.from === "function" ? NodeBuffer.from(buffer) : new Uint8Array(buffer);
}

let load: Loader = () => {
  throw misuseError("the WebAssembly module is not loaded", "await `init()` of senders/slim first");
};
let module: WebAssembly.Module | undefined;
let loading: Promise<WebAssembly.Module> | undefined;
let current: Engine | undefined;

/** Sets the loader of the module; each entry of the package does so once. */
export function setLoader(loader: Loader): void {
  load = loader;
}

/** Sets a module that is already compiled. */
export function setModule(given: WebAssembly.Module): void {
  module = given;
}

/** Returns the instance, or a promise of it while the module is loading. After a failed load the next call tries again. */
export function engine(): Engine | Promise<Engine> {
  if (current !== undefined) return current;
  if (module !== undefined) return (current = new Engine(module));
  if (loading === undefined) {
    const loaded = load();
    // Not `instanceof Promise`: the global `Promise` may have been replaced.
    if (!("then" in loaded)) {
      module = loaded;
      return engine();
    }
    loading = loaded.then(
      (compiled) => (module = compiled),
      (thrown: unknown) => {
        loading = undefined;
        throw thrown;
      },
    );
  }
  return loading.then(engine);
}
