import type { RequestEvent, ResponseEvent, WaitEvent } from "senders";
import type { Hooks } from "./backends.js";
import { byId, h, setText } from "./dom.js";
import { masked, maskedPath } from "./masking.js";

/** How many calls are kept on show. */
const MOST = 60;

const REASONS: Record<string, string> = {
  backoff: "before trying again",
  retry_after: "as the server asked",
  poll: "until the next look",
  reconcile: "for the server to show what it did",
  queue: "for another call that registers the same number",
};

/** One call on show: a line that opens to the list of its requests and waits. */
interface Shown {
  item: HTMLLIElement;
  what: HTMLElement;
  status: HTMLElement;
  sums: HTMLElement;
  steps: HTMLUListElement;
  attempts: number;
  waits: number;
  waitedMs: number;
  tookMs: number;
  /** The line of the request in flight. */
  open: HTMLElement | undefined;
}

/** Returns milliseconds as text for people. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.max(1, Math.round(ms))} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min${seconds % 60 === 0 ? "" : ` ${seconds % 60} s`}`;
}

/** The panel that shows each request with its attempts, waits and duration; it is fed by a client's hooks. */
export class Activity implements Hooks {
  readonly #list = byId("activity", HTMLOListElement);
  readonly #empty = byId("activity-empty", HTMLElement);
  readonly #calls = new Map<number, Shown>();
  /** Calls of earlier clients have the same numbers. */
  #generation = 0;

  constructor() {
    byId("clear-activity", HTMLButtonElement).addEventListener("click", () => {
      this.#list.replaceChildren();
      this.#calls.clear();
      this.#empty.hidden = false;
    });
  }

  /** Starts again for another client; the earlier calls are still shown. */
  restart(): Hooks {
    this.#calls.clear();
    const generation = ++this.#generation;
    const mine = <Event>(tell: (event: Event) => void) => {
      return (event: Event) => void (generation === this.#generation && tell(event));
    };
    return {
      onRequest: mine((event) => this.onRequest(event)),
      onResponse: mine((event) => this.onResponse(event)),
      onWait: mine((event) => this.onWait(event)),
    };
  }

  onRequest(event: RequestEvent): void {
    const call = this.#call(event.call, event.operation);
    call.attempts += 1;
    const path = maskedPath(event.url);
    // A poll repeats the same request: the path is shown only if it is another one.
    const again = call.what.title === path;
    call.what.replaceChildren(h("b", {}, event.method), " ", path);
    call.what.title = path;
    call.open = h("li", {}, again ? `${event.method} again` : `${event.method} ${path}`);
    call.steps.append(call.open);
    this.#show(call, "…", "out");
  }

  onResponse(event: ResponseEvent): void {
    const call = this.#call(event.call, event.operation);
    const took = event.durationMs ?? 0;
    call.tookMs += took;
    const outcome = event.status === undefined ? "no answer" : String(event.status);
    const why = event.failure === undefined ? "" : ` (${event.failure.kind}: ${masked(event.failure.message)})`;
    call.open?.append(h("span", {}, ` → ${outcome}${why}, ${duration(took)}`));
    call.open = undefined;
    this.#show(call, outcome, event.status !== undefined && event.status < 400 ? "good" : "bad");
  }

  onWait(event: WaitEvent): void {
    const call = this.#call(event.call, event.operation);
    call.waits += 1;
    call.waitedMs += event.delayMs;
    call.steps.append(h("li", { class: "wait" }, `waits ${duration(event.delayMs)} ${REASONS[event.reason] ?? event.reason}`));
    this.#show(call);
  }

  #show(call: Shown, outcome?: string, tone?: string): void {
    if (outcome !== undefined) {
      setText(call.status, outcome);
      call.status.dataset["tone"] = tone;
    }
    const sums = [
      duration(call.tookMs),
      `${call.attempts} ${call.attempts === 1 ? "request" : "requests"}`,
      ...(call.waits > 0 ? [`${call.waits === 1 ? "a wait" : `${call.waits} waits`} of ${duration(call.waitedMs)}`] : []),
    ];
    setText(call.sums, sums.join(" · "));
  }

  #call(number: number, operation: string): Shown {
    const known = this.#calls.get(number);
    if (known) return known;
    const [what, status, sums] = [h("span", { class: "path" }), h("span", { class: "code" }), h("span", { class: "sums" })];
    const steps = h("ul");
    const name = h("span", { class: "operation" }, operation);
    const item = h("li", {}, h("details", {}, h("summary", {}, name, status, what, sums), steps));
    const call: Shown = {
      item,
      what,
      status,
      sums,
      steps,
      attempts: 0,
      waits: 0,
      waitedMs: 0,
      tookMs: 0,
      open: undefined,
    };
    this.#calls.set(number, call);
    this.#list.prepend(item);
    this.#empty.hidden = true;
    while (this.#list.childElementCount > MOST) this.#list.lastElementChild?.remove();
    return call;
  }
}
