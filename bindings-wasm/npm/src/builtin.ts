/** Returns a built-in module of Node, for a simulated page (jsdom), which hides Node's globals. No bundler follows it. */
export function builtin<T>(name: string): T | undefined {
  const { process } = globalThis as { process?: { getBuiltinModule?: (name: string) => T } };
  try {
    return process?.getBuiltinModule?.(name);
  } catch {
    // Next.js's edge runtime has a function of this name that throws.
    return undefined;
  }
}

/** The classes that turn text into UTF-8 and back. */
export type Codecs = Pick<typeof globalThis, "TextDecoder" | "TextEncoder">;

/** Returns the runtime's codecs, or Node's in a simulated page without them. */
export function codecs(): Codecs {
  return (typeof TextDecoder === "function" ? undefined : builtin<Codecs>("util")) ?? globalThis;
}
