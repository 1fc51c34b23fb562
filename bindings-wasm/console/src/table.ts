import type { OfflineReason, Sender } from "senders";
import { byId, h, setText } from "./dom.js";
import { numberOf } from "./masking.js";
import { isPassing } from "./watching.js";

/** The actions for a sender of the table. */
export interface Actions {
  verify(sender: Sender): void;
  edit(sender: Sender): void;
  remove(sender: Sender): void;
}

const TONES: Record<string, string> = {
  ONLINE: "good",
  "ONLINE:UPDATING": "busy",
  OFFLINE: "bad",
  PENDING_VERIFICATION: "ask",
  CREATING: "busy",
  VERIFYING: "busy",
  TWILIO_REVIEW: "busy",
};

/** Returns a status as text for people: `PENDING_VERIFICATION` is "Pending verification". */
export function statusText(status: string): string {
  const words = status.replace(/[_:]/g, (sign) => (sign === ":" ? ", " : " ")).toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** One sender's row. Its parts are changed in place, so that the focus stays where it is. */
class Row {
  readonly root = h("tr");
  readonly #number = h("span", { class: "number" });
  readonly #name = h("span", { class: "name" });
  readonly #badge = h("span", { class: "badge" });
  readonly #reason = h("span", { class: "reason" });
  readonly #quality = h("span");
  readonly #limit = h("span", { class: "limit" });
  readonly #verify: HTMLButtonElement;
  readonly #others: HTMLButtonElement[];
  sender: Sender;

  constructor(sender: Sender, actions: Actions) {
    this.sender = sender;
    const button = (text: string, look: string, act: (sender: Sender) => void): HTMLButtonElement =>
      h("button", { type: "button", class: `button small ${look}`, onclick: () => act(this.sender) }, text);
    this.#verify = button("Enter code", "primary", actions.verify);
    this.#others = [button("Edit", "", actions.edit), button("Delete", "quiet", actions.remove)];
    this.root.append(
      h("th", { scope: "row" }, this.#number, this.#name),
      h("td", { class: "status-cell" }, this.#badge, this.#reason),
      h("td", { class: "quality-cell" }, this.#quality, this.#limit),
      h("td", { class: "actions" }, this.#verify, ...this.#others),
    );
    this.show(sender);
  }

  show(sender: Sender): void {
    this.sender = sender;
    const number = numberOf(sender.senderId) || sender.sid;
    setText(this.#number, number);
    setText(this.#name, sender.profile?.name ?? sender.friendlyName ?? "");
    setText(this.#badge, statusText(sender.status));
    this.#badge.dataset["status"] = sender.status;
    // A server may send another type than documented.
    const given: unknown = sender.status === "OFFLINE" ? sender.offlineReasons : undefined;
    const reasons = Array.isArray(given) ? (given as (OfflineReason | null)[]) : [];
    setText(this.#reason, reasons.map((reason) => [reason?.code, reason?.message].filter(Boolean).join(": ")).join("; "));
    // Offline without a reason is a temporary state, not a failure.
    const tone = sender.status === "OFFLINE" && reasons.length === 0 ? "plain" : TONES[sender.status];
    this.#badge.dataset["tone"] = tone ?? (isPassing(sender) ? "busy" : "plain");
    setText(this.#quality, sender.properties?.qualityRating ?? "–");
    setText(this.#limit, sender.properties?.messagingLimit ?? "");
    const asks = sender.status === "PENDING_VERIFICATION";
    // It is left of the others, which keep their places.
    this.#verify.hidden = !asks;
    this.#verify.setAttribute("aria-label", `Enter code for ${number}`);
    for (const button of this.#others) button.setAttribute("aria-label", `${button.textContent} ${number}`);
  }
}

/** The rows of the table, by SID. */
export class Table {
  readonly #table = byId("table", HTMLTableElement);
  readonly #body = byId("rows", HTMLTableSectionElement);
  readonly #empty = byId("empty", HTMLElement);
  readonly #rows = new Map<string, Row>();
  readonly #actions: Actions;

  constructor(actions: Actions) {
    this.#actions = actions;
  }

  /** Marks that the table is read again; the old rows stay visible. */
  busy(busy: boolean): void {
    this.#table.setAttribute("aria-busy", String(busy));
  }

  get senders(): Sender[] {
    return [...this.#rows.values()].map((row) => row.sender);
  }

  /** Shows these senders and no others. */
  replace(senders: readonly Sender[], empty: string): void {
    const wanted = new Set(senders.map(({ sid }) => sid));
    for (const [sid, row] of this.#rows) {
      if (!wanted.has(sid)) {
        row.root.remove();
        this.#rows.delete(sid);
      }
    }
    senders.forEach((sender, at) => {
      const row = this.#row(sender);
      // To move a row that is already in its place would remove the focus from it.
      if (this.#body.children[at] !== row.root) this.#body.insertBefore(row.root, this.#body.children[at] ?? null);
    });
    this.#empty.textContent = empty;
    this.#showEmpty();
  }

  /** Shows a sender first, until the next listing puts it in the server's order. */
  addFirst(sender: Sender): void {
    const row = this.#row(sender);
    row.root.classList.add("new");
    this.#body.prepend(row.root);
    this.#showEmpty();
  }

  /** Shows a sender again; returns false if it is not in the table or its status did not change. */
  update(sender: Sender): boolean {
    const row = this.#rows.get(sender.sid);
    const changed = row !== undefined && row.sender.status !== sender.status;
    row?.show(sender);
    return changed;
  }

  /** Removes a sender; the focus goes to its neighbour. */
  remove(sid: string): void {
    const row = this.#rows.get(sid);
    if (row === undefined) return;
    const neighbour = row.root.nextElementSibling ?? row.root.previousElementSibling;
    row.root.remove();
    this.#rows.delete(sid);
    this.#showEmpty();
    const next = neighbour?.querySelector<HTMLElement>("button:not([hidden])") ?? byId("register", HTMLButtonElement);
    // After the dialog that asked is closed: it returns the focus to a button that no longer exists.
    requestAnimationFrame(() => {
      const focused = document.activeElement;
      // The browser removes the focus from hidden elements only after this.
      if (focused === null || focused === document.body || !focused.checkVisibility()) next.focus();
    });
  }

  #row(sender: Sender): Row {
    const known = this.#rows.get(sender.sid);
    if (known) {
      known.show(sender);
      known.root.classList.remove("new");
      return known;
    }
    const row = new Row(sender, this.#actions);
    this.#rows.set(sender.sid, row);
    return row;
  }

  #showEmpty(): void {
    this.#empty.hidden = this.#rows.size > 0;
  }
}
