import { byId, h } from "./dom.js";
import type { Field } from "./fields.js";
import { showProblem } from "./fields.js";
import { problemOf } from "./problems.js";

/** The content and the action of a dialog. */
export interface DialogSpec {
  title: string;
  /** The text below the title. */
  lead?: string | Node;
  fields?: readonly Field[];
  /** The content of the form; default: the fields one after the other. */
  body?: readonly Node[];
  /** The label of the button for the action. */
  action: string;
  /** The label during the action. */
  busy: string;
  danger?: boolean;
  /** The element that gets the focus first; default: the first field. */
  focus?: HTMLElement;
  /** Does the action. If it throws, the dialog shows the error and stays open. */
  submit(signal: AbortSignal): Promise<void>;
  /** Returns something more to offer after a failure. */
  remedy?(error: unknown, close: () => void, failed: (error: unknown) => void): Node | undefined;
}

const dialog = byId("dialog", HTMLDialogElement);
let tellAbandoned = (): void => undefined;

/** Calls `tell` when a dialog is closed while its request is in flight: the server may nevertheless have acted on it. */
export function whenAbandoned(tell: () => void): void {
  tellAbandoned = tell;
}

/**
 * Asks for something in the only dialog of the page. The browser keeps the focus in it, closes it on Escape and then returns
 * the focus to the element that had it.
 */
export function ask(spec: DialogSpec): void {
  const fields = spec.fields ?? [];
  const controller = new AbortController();
  const summary = h("div", { class: "problem", role: "alert", hidden: true });
  const action = h("button", { type: "submit", class: `button ${spec.danger ? "danger" : "primary"}` }, spec.action);
  /** Closes the dialog, unless it was closed and opened for something else. */
  const close = (): void => {
    if (form.isConnected) dialog.close();
  };
  const cancel = h("button", { type: "button", class: "button", onclick: close }, "Cancel");
  let busy = false;

  const abandon = (): void => {
    // The browser reports a close only later. If the dialog is open again then, the event belongs to the earlier one.
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
    // Not `disabled`: that would lose the focus.
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
    ...(spec.lead === undefined ? [] : [typeof spec.lead === "string" ? h("p", { class: "lead" }, spec.lead) : spec.lead]),
    summary,
    h("div", { class: "dialog-body" }, ...(spec.body ?? fields.map((field) => field.root))),
    h("div", { class: "dialog-actions" }, cancel, action),
  );
  dialog.replaceChildren(form);
  dialog.addEventListener("close", abandon);
  dialog.showModal();
  (spec.focus ?? fields[0]?.input ?? cancel).focus();
}
