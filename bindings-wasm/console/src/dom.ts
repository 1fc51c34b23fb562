/** The properties of a new element: attributes by name, and listeners by `on` and the event's name. */
export type Props = Record<string, string | number | boolean | undefined | ((event: Event) => void)>;

/** Creates an element. `false` and `undefined` leave an attribute out; text is always text, never markup. */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  props: Props = {},
  ...children: (Node | string | undefined)[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (typeof value === "function") element.addEventListener(name.replace(/^on/, ""), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== undefined && value !== false) element.setAttribute(name, String(value));
  }
  element.append(...children.filter((child) => child !== undefined));
  return element;
}

/** Returns a message's text, with the parts in backticks as code. */
export function marked(text: string): (Node | string)[] {
  const parts = text.split("`");
  // A single backtick is not a quotation.
  return parts.length % 2 === 0 ? [text] : parts.map((part, at) => (at % 2 === 1 ? h("code", {}, part) : part));
}

/** Returns the page's element with this id, which `index.html` has. */
export function byId<Type extends HTMLElement>(id: string, type: new () => Type): Type {
  const element = document.getElementById(id);
  if (!(element instanceof type)) throw new Error(`index.html has no ${type.name} #${id}`);
  return element;
}

/** Sets an element's text, unless it already has it: a live region speaks at every change. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== String(text)) element.textContent = text;
}

const announcer = byId("announcer", HTMLElement);

/** Has a screen reader say something when it has time. */
export function announce(text: string): void {
  announcer.textContent = text;
}

/** The settings that a page remembers for its user. They are no secrets: this page has none. */
export const memory = {
  read(key: string): string | undefined {
    try {
      return localStorage.getItem(`senders-console.${key}`) ?? undefined;
    } catch {
      // Storage may be forbidden; the page works without it.
      return undefined;
    }
  },
  write(key: string, value: string): void {
    try {
      localStorage.setItem(`senders-console.${key}`, value);
    } catch {
      // As above.
    }
  },
};
