/**
 * Types of the runtime, if TypeScript knows them (by its library `dom`, or `@types/node`); otherwise the parts of them that
 * this package needs.
 */
type Global<Name extends string, Else> = typeof globalThis extends Record<Name, { prototype: infer Type }> ? Type : Else;

/** The runtime's `AbortSignal`. */
export type Signal = Global<
  "AbortSignal",
  {
    readonly aborted: boolean;
    readonly reason: unknown;
    addEventListener(type: "abort", listener: () => void, options?: { once?: boolean }): void;
    removeEventListener(type: "abort", listener: () => void): void;
  }
>;

/** The runtime's `Headers`. */
export type HeaderMap = Global<"Headers", Iterable<[name: string, value: string]> & { get(name: string): string | null }>;

/** The runtime's `Response`. */
export type FetchResponse = Global<
  "Response",
  { readonly status: number; readonly headers: HeaderMap; readonly body: unknown; arrayBuffer(): Promise<ArrayBuffer> }
>;

/** The runtime's `RequestInit`: the options of `fetch`. */
export type FetchInit = typeof globalThis extends { fetch: (url: never, init?: infer Init) => unknown }
  ? NonNullable<Init>
  : { method?: string; headers?: unknown; body?: unknown; signal?: Signal | null };

/** The runtime's `URL`. */
export type Place = Global<"URL", { readonly href: string }>;

/** The runtime's `WebAssembly.Module`. */
export type Module = typeof globalThis extends { WebAssembly: { Module: { prototype: infer Type } } } ? Type : object;
