/** The glue that `build.mjs` makes from wasm-bindgen's output: a function, so that every instance has its own glue. */
declare module "#glue" {
  export interface Exports {
    initSync(input: { module: WebAssembly.Module }): { memory: WebAssembly.Memory };
    open(options: string, environment: string): number;
    close(client: number): void;
    remember(client: number, senderIds: string, unknown: boolean, endedMs: number): void;
    one_line(text: string): string;
    origin(client: number): string | undefined;
    credentials(client: number): string | undefined;
    begin(client: number, operation: string, args: string, options: string): number;
    end(call: number): void;
    step(call: number, monotonicMs: number, unixMs: number): number;
    delay(call: number): number;
    reason(call: number): string;
    piece_at(call: number): number;
    piece_len(call: number): number;
    problem(call: number): import("./details.js").Details;
    request(call: number): string;
    chunk(call: number, bytes: Uint8Array): boolean;
    respond(call: number, monotonicMs: number, unixMs: number, status: number, headers: string): number;
    headers_read(): string;
    request_fields(): string;
    was_seen(name: string): boolean;
    request_id(headers: string): string | undefined;
    fail(call: number, monotonicMs: number, unixMs: number, kind: string, sent: string, message: string): number;
    send(call: number, init: RequestInit): Promise<unknown>;
    open_calls(): number;
    version(): string;
    panic(): void;
  }
  export default function glue(codecs: import("./builtin.js").Codecs): Exports;
}

declare module "#testing-glue" {
  export interface Delivered {
    head(): string;
    body(): Uint8Array<ArrayBuffer>;
    free(): void;
  }
  export interface InProcess {
    send(method: string, target: string, headers: string[], body: Uint8Array): Delivered;
    now_ms(): number;
    unix_ms(): number;
    advance(ms: number): void;
    set_switch(name: string, value: string): void;
    inject(rule: string): void;
    clear_faults(): void;
    journal(): string;
    clear_journal(): void;
    seed_senders(count: number): void;
    senders(): string;
    set_status(sid: string, status: string): boolean;
    change_sender(sid: string, change: string): void;
    sender_ids(): string;
    waiting_codes(): string;
    reset(): void;
  }
  export interface Exports {
    initSync(input: { module: WebAssembly.Module }): WebAssembly.Exports;
    InProcess: new (switches: string) => InProcess;
    magic_number_table(): string;
    fault_table(): string;
  }
  export default function glue(codecs: import("./builtin.js").Codecs): Exports;
}

/** `senders.wasm`, compressed, in base64. */
declare module "*/senders-gzip.js" {
  const gzip: string;
  export default gzip;
}

/** `testing.wasm`, compressed, in base64. */
declare module "*/testing-brotli.cjs" {
  const brotli: string;
  export default brotli;
}

declare module "*.wasm" {
  const module: WebAssembly.Module;
  export default module;
}

declare module "*.wasm?module" {
  const module: WebAssembly.Module;
  export default module;
}
