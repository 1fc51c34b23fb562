import type { Exports } from "#glue";
import glue from "#glue";
import type { Abort } from "./abort.js";
import { append } from "./append.js";
import { codecs } from "./builtin.js";
import type { Details } from "./details.js";
import { fromDetails, internalError, misuseError } from "./errors.js";
import { markAll, setFields } from "./received.js";

/** What the entries of the package hand over: the compiled module, now or later. */
export type Loader = () => WebAssembly.Module | Promise<WebAssembly.Module>;

/** What `step` answers, as `src/calls.rs` names it. */
export const Step = { Send: 0, InFlight: 1, Wait: 2, Yield: 3, Done: 4, Failed: 5 } as const;

/** Frees what a forgotten client or call keeps in an instance, where the runtime can tell. */
export const forgotten =
  typeof FinalizationRegistry === "function"
    ? new FinalizationRegistry<{ engine: Engine; number: number; what: "close" | "end" }>(({ engine: at, number, what }) => {
        if (at.dead === undefined) at.run((wasm) => wasm[what](number));
      })
    : undefined;

/** One instance of the module. It serves every client until a panic ends it; then the next call has a new one. */
export class Engine {
  readonly #wasm: Exports;
  readonly #memory: WebAssembly.Memory;
  readonly #decoder: TextDecoder;
  #bytes: Uint8Array = new Uint8Array();
  /** The headers of an answer that the core reads, in lower case. */
  readonly read: ReadonlySet<string>;
  /** Why it is over. */
  dead: Error | undefined;
  /** What is under way, and over when the instance is. */
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

  /** What the last step of a call brought: its last piece. `echo`: it only echoes, see {@link markAll}. The pieces before it are senders that come before its own. */
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

  /** A string of ASCII that stands in memory. */
  #ascii(at: number, length: number): string {
    // Memory that grew is another buffer, and the one before has no bytes any more.
    if (this.#bytes.length === 0) this.#bytes = view(this.#memory.buffer);
    const bytes = this.#bytes;
    return isBuffer(bytes)
      ? bytes.toString("latin1", at, at + length)
      : this.#decoder.decode(bytes.subarray(at, at + length));
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

/** Whether these bytes are Node's. Some have none of its own methods: bundlers put another `Buffer` into pages. */
function isBuffer(bytes: Uint8Array): bytes is Buffer {
  return "latin1Slice" in bytes;
}

/** The memory of an instance, in Node as what makes a string of ASCII by only copying. */
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

/** Says where the module comes from; each entry of the package does so once. */
export function setLoader(loader: Loader): void {
  load = loader;
}

/** Takes a module that is there already. */
export function setModule(given: WebAssembly.Module): void {
  module = given;
}

/** The instance; a promise of it only while the module is still being loaded. A failed load is tried again next time. */
export function engine(): Engine | Promise<Engine> {
  if (current !== undefined) return current;
  if (module !== undefined) return (current = new Engine(module));
  if (loading === undefined) {
    const loaded = load();
    // Not `instanceof Promise`: what stands under that name may have been replaced.
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
