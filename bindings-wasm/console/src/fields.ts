import { h, marked } from "./dom.js";
import type { Problem } from "./problems.js";

/** One input of a form, with the name that the library uses in errors. */
export interface FieldSpec {
  /** The name, such as `profile.emails[0].email`. */
  path: string;
  label: string;
  hint?: string;
  kind?: "text" | "area" | "url" | "tel" | "email" | "code";
  required?: boolean;
  placeholder?: string;
  /** Values to choose from; others may be typed. */
  suggestions?: readonly string[];
  /** The kind of value for the browser to fill in. Default: none. */
  autocomplete?: string;
}

// generated: the words of a vertical
const VERTICALS = [
  "Alcohol",
  "Automotive",
  "Beauty, Spa and Salon",
  "Clothing and Apparel",
  "Education",
  "Entertainment",
  "Event Planning and Service",
  "Finance and Banking",
  "Food and Grocery",
  "Hotel and Lodging",
  "Matrimony Service",
  "Medical and Health",
  "Non-profit",
  "Online Gambling",
  "OTC Drugs",
  "Other",
  "Physical Gambling",
  "Professional Services",
  "Public Service",
  "Restaurant",
  "Shopping and Retail",
  "Travel and Transportation",
] as const;
// end of the words of a vertical

/** The texts of a profile that WhatsApp shows. */
export const PROFILE_FIELDS = {
  name: {
    path: "profile.name",
    label: "Display name",
    hint: "The name that people see; Meta reviews it.",
    autocomplete: "organization",
  },
  about: { path: "profile.about", label: "About", hint: "A short line, up to about 139 characters." },
  description: { path: "profile.description", label: "Description", kind: "area" },
  address: { path: "profile.address", label: "Address", autocomplete: "street-address" },
  vertical: { path: "profile.vertical", label: "Line of business", suggestions: VERTICALS },
  logoUrl: { path: "profile.logoUrl", label: "Picture", kind: "url", placeholder: "https://" },
  email: { path: "profile.emails[0].email", label: "E-mail", kind: "email", autocomplete: "email" },
  website: {
    path: "profile.websites[0].website",
    label: "Website",
    kind: "url",
    placeholder: "https://",
    autocomplete: "url",
  },
  callback: {
    path: "webhook.callbackUrl",
    label: "Webhook",
    hint: "Receives incoming messages.",
    kind: "url",
    placeholder: "https://",
  },
} satisfies Record<string, FieldSpec>;

let made = 0;

/** An input with its label, its hint and a place for its error, all of which a screen reader reads with it. */
export class Field {
  readonly path: string;
  readonly root: HTMLElement;
  readonly input: HTMLInputElement | HTMLTextAreaElement;
  /** The place next to the label, for other elements. */
  readonly corner: HTMLElement;
  readonly #error: HTMLElement;

  constructor(spec: FieldSpec) {
    const id = `field-${++made}`;
    this.path = spec.path;
    const described = [`${id}-error`, ...(spec.hint === undefined ? [] : [`${id}-hint`])].join(" ");
    const common = {
      id,
      name: spec.path,
      "aria-describedby": described,
      "aria-required": spec.required === true ? "true" : undefined,
      autocomplete: spec.autocomplete ?? "off",
      placeholder: spec.placeholder,
    };
    this.input = spec.kind === "area" ? h("textarea", { ...common, rows: 3 }) : h("input", { ...common, ...attributes(spec.kind) });
    this.corner = h("span", { class: "corner" });
    this.#error = h("p", { class: "error", id: `${id}-error` });
    const label = h("label", { for: id }, spec.label);
    if (spec.required === true) label.append(h("span", { class: "required" }, " required"));
    this.root = h("div", { class: "field" }, h("div", { class: "field-head" }, label, this.corner), this.input);
    if (spec.suggestions !== undefined) {
      this.input.setAttribute("list", `${id}-list`);
      this.root.append(h("datalist", { id: `${id}-list` }, ...spec.suggestions.map((value) => h("option", { value }))));
    }
    this.root.append(this.#error);
    if (spec.hint !== undefined) this.root.append(h("p", { class: "hint", id: `${id}-hint` }, spec.hint));
    this.input.addEventListener("input", () => this.setError(""));
  }

  get value(): string {
    return this.input.value.trim();
  }

  /** Shows an error at the input, or none if the text is empty. */
  setError(text: string): void {
    this.#error.replaceChildren(...marked(text));
    if (text === "") this.input.removeAttribute("aria-invalid");
    else this.input.setAttribute("aria-invalid", "true");
  }
}

/** Returns attributes that help with typing. The library does the checks: those of the browser would come first and say less. */
function attributes(kind: FieldSpec["kind"]): Record<string, string | number> {
  switch (kind) {
    case "url":
    case "email":
    case "tel":
      return { type: "text", inputmode: kind, spellcheck: "false", autocapitalize: "none" };
    case "code":
      return { type: "text", inputmode: "numeric", maxlength: 12, class: "code-input", spellcheck: "false" };
    default:
      return { type: "text" };
  }
}

/** Returns the API name of a path such as `profile.logoUrl`: servers use it in messages. */
function wireName(path: string): string {
  return path.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** Returns the field of a problem: the one that it names or is inside, or the one that the server's message names. */
function fieldOf(problem: Problem, fields: readonly Field[]): Field | undefined {
  const named = problem.field;
  if (named !== undefined) {
    const exact = fields.find(({ path }) => path === named || path.split(".").at(-1) === named);
    const near = (path: string): boolean => path.startsWith(named) || named.startsWith(path);
    return exact ?? fields.find(({ path }) => near(path));
  }
  // Servers name lists before their items: `profile.websites[0]` is about the field of the website.
  const names = ({ path }: Field): string[] => [path, path.split("[")[0] ?? path];
  const said = (name: string): boolean => problem.text.includes(wireName(name)) || problem.text.includes(name);
  return fields.find((field) => names(field).some(said));
}

/** Returns a problem in full: its title, what happened, what to do next, and the reference for support. */
export function described(problem: Problem, ...more: Node[]): HTMLElement {
  const part = (text: string, look: string): HTMLElement[] => (text === "" ? [] : [h("p", { class: look }, ...marked(text))]);
  const { title, text, next, reference } = problem;
  return h("div", {}, h("strong", {}, title), ...part(text, "what"), ...more, ...part(next, "next"), ...part(reference, "reference"));
}

/** Shows a problem at its field, which gets the focus, or above the form. */
export function showProblem(problem: Problem, fields: readonly Field[], summary: HTMLElement, ...more: Node[]): void {
  for (const field of fields) field.setError("");
  const field = fieldOf(problem, fields);
  const text = [problem.text, problem.next].filter((part) => part !== "").join(" ");
  if (field !== undefined) {
    field.setError(text);
    field.root.closest("details")?.setAttribute("open", "");
    field.input.focus();
    field.root.scrollIntoView({ block: "nearest" });
    summary.hidden = more.length === 0;
    summary.replaceChildren(...more);
    return;
  }
  summary.replaceChildren(described(problem), ...more);
  summary.hidden = false;
}
