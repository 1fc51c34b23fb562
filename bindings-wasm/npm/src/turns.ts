/** Read now: fake timers that are set up later might never call back. */
const { setImmediate: immediate } = globalThis as { setImmediate?: ((callback: () => void) => unknown) & { clock?: unknown } };

/** Whether that timer was seen to call back: it may be a fake one that was set up before. */
let proven = false;

/** Waits for two turns of the event loop, if there is one: after them an idle connection that the server has closed is known to be closed. */
export async function turns(Channel: typeof MessageChannel | undefined = globalThis.MessageChannel): Promise<void> {
  if (immediate === undefined) return;
  let left = 4;
  const both = repeat(2, (resolve) => immediate(resolve));
  if (proven || Channel === undefined) return both;
  // Fake timers leave messages alone: one on a new channel takes one turn. They cost more, and four of them take longer than two turns.
  const messages = repeat(4, (resolve) => {
    const { port1, port2 } = new Channel();
    port1.onmessage = () => {
      port1.close();
      left -= 1;
      resolve();
    };
    port2.postMessage(0);
  });
  await Promise.race([both, messages]);
  proven = left > 0 && immediate.clock === undefined;
}

async function repeat(times: number, wait: (resolve: () => void) => unknown): Promise<void> {
  try {
    for (let at = 0; at < times; at += 1) await new Promise<void>(wait);
  } catch {
    // Vercel's edge runtime has the name alone.
  }
}
