import { byId, h } from "./dom.js";
import type { Field } from "./fields.js";
import { showProblem } from "./fields.js";
import { problemOf } from "./problems.js";

/** What a dialog shows and does. */
export interface DialogSpec {
  title: string;
  /** Under the title. */
  lead?: string | Node;
  fields?: readonly Field[];
  /** What stands in the form; default: the fields one after the other. */
  body?: readonly Node[];
  /** On the button that does it. */
  action: string;
  /** While it is being done. */
  busy: string;
  danger?: boolean;
  /** What gets the focus first; default: the first field. */
  focus?: HTMLElement;
  /** Does it. What it throws is shown in the dialog, which stays open. */
  submit(signal: AbortSignal): Promise<void>;
  /** More to offer when it failed. */
  remedy?(error: unknown, close: () => void, failed: (error: unknown) => void): Node | undefined;
}

const dialog = byId("dialog", HTMLDialogElement);
let tellAbandoned = (): void => undefined;

/** Has somebody told when a dialog is closed while its request is out: the server may have acted on it all the same. */
export function whenAbandoned(tell: () => void): void {
  tellAbandoned = tell;
}

/**
 * Asks for something in the page's one dialog. The browser keeps the focus in it, closes it by Escape and gives the focus
 * back to where it came from.
 */
export function ask(spec: DialogSpec): void {
  const fields = spec.fields ?? [];
  const controller = new AbortController();
  const summary = h("div", { class: "problem", role: "alert", hidden: true });
  const action = h("button", { type: "submit", class: `button ${spec.danger ? "danger" : "primary"}` }, spec.action);
  /** The dialog may have been closed meanwhile, and have opened for something else. */
  const close = (): void => {
    if (form.isConnected) dialog.close();
  };
  const cancel = h("button", { type: "button", class: "button", onclick: close }, "Cancel");
  let busy = false;

  const abandon = (): void => {
    // The browser tells of a closing only later, when the dialog may be open again: that is of the one before, then.
    if (dialog.open && form.isConnected) return;
    dialog.removeEventListener("close", abandon);
    controller.abort();
    if (busy) tellAbandoned();
  };

  const failed = (error: unknown): void => {
    const remedy = spec.remedy?.(error, close, failed);
    showProblem(problemOf(error), fields, summary, ...(remedy ? [remedy] : []));
  };

  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (busy) return;
    busy = true;
    summary.hidden = true;
    // Not `disabled`: that would throw the focus away.
    action.setAttribute("aria-disabled", "true");
    action.textContent = spec.busy;
    try {
      await spec.submit(controller.signal);
      busy = false;
      close();
    } catch (error) {
      if (controller.signal.aborted) return;
      failed(error);
    } finally {
      busy = false;
      action.removeAttribute("aria-disabled");
      action.textContent = spec.action;
    }
  };

  const form = h(
    "form",
    { novalidate: true, onsubmit: (event) => void submit(event) },
    h("h2", { id: "dialog-title" }, spec.title),
    ...(spec.lead === undefined
      ? []
      : [typeof spec.lead === "string" ? h("p", { class: "lead" }, spec.lead) : spec.lead]),
    summary,
    h("div", { class: "dialog-body" }, ...(spec.body ?? fields.map((field) => field.root))),
    h("div", { class: "dialog-actions" }, cancel, action),
  );
  dialog.replaceChildren(form);
  dialog.addEventListener("close", abandon);
  dialog.showModal();
  (spec.focus ?? fields[0]?.input ?? cancel).focus();
}
