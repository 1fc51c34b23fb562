/** A module of Node's own, for a simulated page (jsdom), which hides what Node has. No bundler follows it. */
export function builtin<T>(name: string): T | undefined {
  const { process } = globalThis as { process?: { getBuiltinModule?: (name: string) => T } };
  try {
    return process?.getBuiltinModule?.(name);
  } catch {
    // Next.js's edge runtime has a function of this name that throws.
    return undefined;
  }
}

/** What turns text into UTF-8 and back. */
export type Codecs = Pick<typeof globalThis, "TextDecoder" | "TextEncoder">;

/** The runtime's, or in a simulated page without them Node's. */
export function codecs(): Codecs {
  return (typeof TextDecoder === "function" ? undefined : builtin<Codecs>("util")) ?? globalThis;
}
