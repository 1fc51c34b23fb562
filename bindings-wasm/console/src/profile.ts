import type { Profile, Sections, Sender, Senders, Webhook } from "senders";
import { ask } from "./dialogs.js";
import { announce, h, setText } from "./dom.js";
import type { FieldSpec } from "./fields.js";
import { Field, PROFILE_FIELDS } from "./fields.js";
import { numberOf } from "./masking.js";

type Section = "profile" | "webhook";

/** A field of a sender in one of three states: untouched (`undefined`), cleared (`null`), or with a new value. */
class Edited {
  readonly field: Field;
  readonly section: Section;
  /** The key in the section; a list is one value. */
  readonly key: string;
  /** The key within the list's items, for a list. */
  readonly #item: string | undefined;
  readonly #before: string;
  readonly #old: readonly Record<string, unknown>[];
  readonly #state = h("span", { class: "state", "aria-live": "polite" });
  readonly #clear = h("button", { type: "button", class: "link", onclick: () => this.#toggle() });
  #cleared = false;

  constructor(spec: FieldSpec, sender: Sender, changed: () => void) {
    const [section, key, item] = spec.path.split(/\.|\[0\]\./) as [Section, string, string | undefined];
    this.section = section;
    this.key = key;
    this.#item = item;
    const now: unknown = (sender[section] as Record<string, unknown> | null | undefined)?.[key];
    const items: unknown[] = Array.isArray(now) ? now : [];
    // A server may send plain texts.
    this.#old = items.map((old) => (typeof old === "string" && item !== undefined ? { [item]: old } : (old as Record<string, unknown>)));
    this.#before = String((item === undefined ? now : this.#old[0]?.[item]) ?? "");
    const more = this.#old.length - 1;
    this.field = new Field(more > 0 ? { ...spec, hint: `The first of ${more + 1}; the others stay.` } : spec);
    this.field.input.value = this.#before;
    this.field.corner.append(this.#state, this.#clear);
    this.field.input.addEventListener("input", () => {
      this.#show();
      changed();
    });
    this.#clear.addEventListener("click", changed);
    this.#show();
  }

  /** Returns the value for the update: `undefined` if untouched. */
  get change(): unknown {
    if (this.#cleared) return null;
    const typed = this.field.value;
    if (typed === this.#before) return undefined;
    if (this.#item === undefined) return typed;
    const [first, ...others] = this.#old;
    // A list is sent whole: the items after the first are sent again.
    return [...(typed === "" ? [] : [{ ...first, [this.#item]: typed }]), ...others];
  }

  #toggle(): void {
    const { input } = this.field;
    this.#cleared = !this.#cleared;
    this.field.setError("");
    input.value = this.#cleared ? "" : this.#before;
    input.readOnly = this.#cleared;
    this.#show();
  }

  #show(): void {
    const { change } = this;
    const state = change === undefined ? "untouched" : change === null ? "cleared" : "changed";
    this.field.root.dataset["state"] = state;
    const empty = change === "" ? "changed to empty text" : state;
    setText(this.#state, state === "cleared" ? "sent as null" : empty);
    setText(this.#clear, this.#cleared ? "Undo" : "Clear");
    const label = this.field.root.querySelector("label")?.textContent ?? "";
    this.#clear.setAttribute("aria-label", `${this.#cleared ? "Undo clearing" : "Clear"} ${label}`);
  }
}

/** Lets the user change a sender's public profile. Only touched fields are sent. */
export function editProfile(client: Senders, sender: Sender, done: (sid: string) => void): void {
  const preview = h("pre", { tabindex: 0, "aria-label": "The request to send" });
  const show = (): void => setText(preview, JSON.stringify(changes(), null, 2) ?? "{}");
  const edited = Object.values(PROFILE_FIELDS).map((spec) => new Edited(spec, sender, () => show()));
  const fields = edited.map(({ field }) => field);

  const changes = (): Sections => {
    const sections: { profile?: Profile; webhook?: Webhook } = {};
    for (const { change, section, key } of edited) {
      if (change !== undefined) sections[section] = { ...sections[section], [key]: change };
    }
    return sections;
  };
  show();

  ask({
    title: "Edit the profile",
    lead: `${numberOf(sender.senderId)}: only what you change is sent; “Clear” sends null.`,
    fields,
    body: [
      h("div", { class: "grid" }, ...fields.map((field) => field.root)),
      h("details", { class: "optional" }, h("summary", {}, "The request to send"), preview),
    ],
    action: "Save",
    busy: "Saving…",
    submit: async (signal) => {
      const wanted = changes();
      if (Object.keys(wanted).length > 0) {
        await client.update(sender.sid, wanted, { signal });
        announce(`The changes to ${numberOf(sender.senderId)} were taken on`);
        done(sender.sid);
      }
    },
  });
}
