/** Taken now: fake timers that are set up later would never call back. */
const { setImmediate: immediate } = globalThis as { setImmediate?: ((callback: () => void) => unknown) & { clock?: unknown } };

/** Whether that one was seen to call back: fake timers may have been there first. */
let proven = false;

/** Two turns of the event loop, where there are such: a kept connection that the server has closed meanwhile is known to be after them. */
export async function turns(Channel: typeof MessageChannel | undefined = globalThis.MessageChannel): Promise<void> {
  if (immediate === undefined) return;
  let left = 4;
  const both = repeat(2, (resolve) => immediate(resolve));
  if (proven || Channel === undefined) return both;
  // Nobody fakes messages: of a new channel, one takes a turn. They cost more, and four of them take longer than two turns.
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
