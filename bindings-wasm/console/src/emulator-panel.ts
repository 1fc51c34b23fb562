import type { FaultRule } from "senders/testing";
import type { LocalEmulator } from "./backends.js";
import { announce, byId, h, setText } from "./dom.js";

/** A fault of the emulator that a button starts. */
interface Fault {
  text: string;
  title: string;
  /** The panel's message after it is set. */
  said: string;
  rule: FaultRule;
}

const FAULTS: readonly Fault[] = [
  {
    text: "Rate limit",
    title: "The next request gets status 429 and Retry-After: 2",
    said: "The next request gets status 429.",
    rule: { fault: "rate-limited", params: { "retry-after": 2 } },
  },
  {
    text: "Server error",
    title: "The next request gets status 500",
    said: "The next request gets status 500.",
    rule: { fault: "server-error" },
  },
  {
    text: "Lost answer",
    title: "The next registration is carried out, but its answer is lost",
    said: "The next registration is carried out, but its answer is lost.",
    rule: { fault: "reset-after-act", operation: "create" },
  },
  {
    text: "Slow answer",
    title: "The next answer takes 3 seconds",
    said: "The next answer takes 3 seconds.",
    rule: { fault: "stall-before-head", params: { ms: 3000 } },
  },
];

/** The speeds, as multiples of real time; at the last, waits take no time. */
const SPEEDS: readonly number[] = [1, 5, 25, Infinity];

/** Reads the speed from `?speed=` in a page's address: a number, or `instant`. */
export function speedOf(text: string | null): number | undefined {
  const speed = text === "instant" ? Infinity : Number(text ?? "");
  return speed > 0 ? speed : undefined;
}

/** Shows the controls of the emulator in this page; for other backends it hides the panel. */
export function showEmulator(local: LocalEmulator | undefined, changed: () => void): void {
  const panel = byId("emulator", HTMLElement);
  panel.hidden = local === undefined;
  if (local === undefined) return;
  const { emulator } = local;
  const state = h("p", { class: "note", role: "status" }, "Nothing fails.");
  /** The faults that were requested and have not happened yet. */
  let waiting: Fault[] = [];
  const isOffline = (): boolean => offline.getAttribute("aria-pressed") === "true";
  const tell = (): void => {
    setText(state, isOffline() ? "Every connection is refused." : (waiting.at(-1)?.said ?? "Nothing fails."));
  };
  local.answered = (): void => {
    for (const { fault } of emulator.journal()) {
      const used = waiting.findIndex(({ rule }) => rule.fault === fault);
      waiting = waiting.filter((_, at) => at !== used);
    }
    emulator.clearJournal();
    tell();
  };

  const speeds = h("div", { class: "segments" });
  for (const speed of [...new Set([...SPEEDS, local.clock.speed])].sort((one, other) => one - other)) {
    const input = h("input", {
      type: "radio",
      name: "speed",
      value: speed,
      checked: speed === local.clock.speed,
      onchange: () => void (local.clock.speed = speed),
    });
    speeds.append(h("label", {}, input, h("span", {}, Number.isFinite(speed) ? `${speed}×` : "Instant")));
  }

  const offline = h("button", { type: "button", class: "button small", "aria-pressed": "false" }, "Offline");
  const setOffline = (off: boolean): void => {
    emulator.clearFaults();
    if (off) emulator.inject({ fault: "connect-refused", times: null });
    waiting = [];
    offline.setAttribute("aria-pressed", String(off));
    tell();
  };
  offline.addEventListener("click", () => setOffline(!isOffline()));

  const faults = FAULTS.map((fault) => {
    const ask = (): void => {
      emulator.inject(fault.rule);
      waiting.push(fault);
      tell();
    };
    return h("button", { type: "button", class: "button small", title: fault.title, onclick: ask }, fault.text);
  });
  const repair = h("button", { type: "button", class: "button small", onclick: () => setOffline(false) }, "Repair");

  const seed = h(
    "button",
    {
      type: "button",
      class: "button small",
      onclick: () => {
        emulator.seedSenders(25);
        announce("25 senders were added");
        changed();
      },
    },
    "Add 25 senders",
  );
  const reset = h(
    "button",
    {
      type: "button",
      class: "button small",
      onclick: () => {
        emulator.reset();
        setOffline(false);
        announce("All senders were forgotten");
        changed();
      },
    },
    "Forget all",
  );

  panel.replaceChildren(
    h("h2", { id: "emulator-heading" }, "Emulator"),
    h("fieldset", {}, h("legend", {}, "Speed"), speeds),
    h(
      "div",
      { role: "group", "aria-labelledby": "senders-group" },
      h("h3", { id: "senders-group" }, "Senders"),
      h("div", { class: "row" }, seed, reset),
    ),
    h(
      "div",
      { role: "group", "aria-labelledby": "faults-group" },
      h("h3", { id: "faults-group" }, "Make it fail"),
      h("div", { class: "pairs" }, ...faults, offline, repair),
      state,
    ),
  );
}
