import type { Sender } from "senders";
import { Activity } from "./activity.js";
import type { Backend, BackendKind } from "./backends.js";
import { DEFAULT_URLS, connect } from "./backends.js";
import { whenAbandoned } from "./dialogs.js";
import { announce, byId, h, memory, setText } from "./dom.js";
import { showEmulator, speedOf } from "./emulator-panel.js";
import { described } from "./fields.js";
import { Listing } from "./listing.js";
import type { View } from "./listing.js";
import { numberOf } from "./masking.js";
import { problemOf } from "./problems.js";
import { editProfile } from "./profile.js";
import { register } from "./register.js";
import { remove } from "./remove.js";
import { Table, statusText } from "./table.js";
import { startTheme } from "./theme.js";
import { verify } from "./verify.js";
import { Watcher, isPassing } from "./watching.js";

const activity = new Activity();
const listing = new Listing();
const problemBox = byId("problem", HTMLElement);
const previous = byId("previous", HTMLButtonElement);
const next = byId("next", HTMLButtonElement);
const filter = byId("status-filter", HTMLSelectElement);
/** The buttons that need a client. */
const needing = [byId("refresh", HTMLButtonElement), byId("register", HTMLButtonElement)];
const table = new Table({
  verify: (sender) => backend && verify(backend.client, sender, follow),
  edit: (sender) => backend && editProfile(backend.client, sender, follow),
  remove: (sender) => backend && remove(backend.client, sender, gone),
});

let backend: Backend | undefined;
let watcher: Watcher | undefined;
let loading = new AbortController();
/** The number of backends chosen, so that a slow one does not replace a later one. */
let choices = 0;
/** The result of the last listing. */
let shown: View | undefined;

/** Shows an error above the table, with a way to try again. */
function showProblem(error: unknown, again: () => void): void {
  const problem = problemOf(error);
  const where = backend && problem.again ? [h("p", {}, `Requests go to ${backend.place}. `, backend.hint)] : [];
  const retry = h("button", { type: "button", class: "button small", id: "retry", onclick: again }, "Try again");
  problemBox.replaceChildren(described(problem, ...where), retry);
  problemBox.hidden = false;
}

function hideProblem(): void {
  // The button that is removed next may have the focus.
  if (problemBox.contains(document.activeElement)) byId("senders", HTMLElement).focus();
  problemBox.hidden = true;
  problemBox.replaceChildren();
}

/** Reads the current page again. */
async function refresh(): Promise<void> {
  if (backend === undefined) return;
  const { client } = backend;
  loading.abort();
  const { signal } = (loading = new AbortController());
  table.busy(true);
  try {
    const view = await listing.load(client, signal);
    if (signal.aborted) return;
    hideProblem();
    const empty =
      listing.status === ""
        ? "No senders yet. Register a number to see one come online."
        : `No sender is ${statusText(listing.status).toLowerCase()} here.`;
    table.replace(view.senders, empty);
    shown = view;
    showCount();
    previous.disabled = !view.hasPrevious;
    next.disabled = !view.hasNext;
    watcher?.stopAll();
    for (const sender of view.senders) {
      offerStatus(sender.status);
      if (isPassing(sender)) watcher?.watch(sender.sid);
    }
  } catch (error) {
    if (signal.aborted) return;
    showProblem(error, () => void refresh());
    if (table.senders.length === 0) table.replace([], "The list could not be read.");
  } finally {
    if (!signal.aborted) table.busy(false);
  }
}

/** Shows the number of senders in the table: those of the page, and those registered since. */
function showCount(): void {
  const count = table.senders.length;
  const among = listing.status === "" ? "" : ` of ${shown?.looked ?? 0} looked through`;
  setText(byId("count", HTMLElement), `Page ${shown?.number ?? 1}: ${count} ${count === 1 ? "sender" : "senders"}${among}`);
}

function restart(): void {
  listing.restart();
  void refresh();
}

/** Adds a status to the filter: it offers the known ones, and any other that was seen. */
function offerStatus(status: string): void {
  if ([...filter.options].some((option) => option.value === status)) return;
  filter.append(h("option", { value: status }, status === "" ? "All" : statusText(status)));
}

/** Shows a sender that was just read. */
function seen(sender: Sender): void {
  offerStatus(sender.status);
  if (!table.update(sender)) return;
  const reason = sender.status === "OFFLINE" ? sender.offlineReasons?.[0]?.message : undefined;
  announce(`${numberOf(sender.senderId)} is now ${statusText(sender.status)}${reason ? `: ${reason}` : ""}`);
}

/** Fetches a sender after a change, because the response only repeats the request, and follows it until its status rests. */
function follow(sid: string): void {
  watcher?.watch(sid);
}

function gone(sid: string): void {
  watcher?.stop(sid);
  table.remove(sid);
  showCount();
  if (table.senders.length === 0) void refresh();
}

/** Switches to another backend. Late responses of the old one are ignored. */
async function choose(kind: BackendKind, url: string): Promise<void> {
  const mine = ++choices;
  loading.abort();
  watcher?.stopAll();
  watcher = undefined;
  backend = undefined;
  for (const button of needing) button.disabled = true;
  table.replace([], "");
  table.busy(true);
  showEmulator(undefined, () => undefined);
  const address = byId("address", HTMLElement);
  address.hidden = kind === "emulator";
  byId("url", HTMLInputElement).value = url;
  try {
    const made = await connect(kind, url, activity.restart());
    if (mine !== choices) return;
    backend = made;
    for (const button of needing) button.disabled = false;
    const watched = { seen, gone, failed: (error: unknown) => showProblem(error, () => void refresh()) };
    watcher = new Watcher(made.client, watched);
    setText(byId("backend-note", HTMLElement), made.note);
    const speed = speedOf(new URLSearchParams(location.search).get("speed"));
    if (made.local && speed !== undefined) made.local.clock.speed = speed;
    showEmulator(made.local, restart);
    restart();
  } catch (error) {
    if (mine !== choices) return;
    table.busy(false);
    showProblem(error, () => void choose(kind, url));
  }
}

function startBackends(): void {
  const form = byId("backend", HTMLFormElement);
  const url = byId("url", HTMLInputElement);
  const isKind = (text: string | null | undefined): text is BackendKind => text === "emulator" || text === "server" || text === "proxy";
  const addressOf = (kind: BackendKind): string => (kind === "emulator" ? "" : (memory.read(`url.${kind}`) ?? DEFAULT_URLS[kind]));
  const kindNow = (): BackendKind => {
    const { value } = form.elements.namedItem("kind") as RadioNodeList;
    return isKind(value) ? value : "emulator";
  };
  form.addEventListener("change", (event) => {
    if (event.target === url) return;
    const kind = kindNow();
    memory.write("backend", kind);
    void choose(kind, addressOf(kind));
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const kind = kindNow();
    memory.write(`url.${kind}`, url.value.trim());
    void choose(kind, url.value.trim());
  });
  // The address of the page beats what is remembered: `?backend=server&url=http://127.0.0.1:8421`.
  const query = new URLSearchParams(location.search);
  const asked = query.get("backend") ?? memory.read("backend");
  const kind = isKind(asked) ? asked : "emulator";
  (form.elements.namedItem("kind") as RadioNodeList).value = kind;
  void choose(kind, query.get("url") ?? addressOf(kind));
}

function start(): void {
  startTheme();
  for (const status of ["", "ONLINE", "OFFLINE", "PENDING_VERIFICATION", "CREATING", "VERIFYING", "ONLINE:UPDATING", "TWILIO_REVIEW"]) {
    offerStatus(status);
  }
  filter.addEventListener("change", () => {
    listing.status = filter.value;
    restart();
  });
  const size = byId("page-size", HTMLSelectElement);
  size.addEventListener("change", () => {
    listing.pageSize = Number(size.value);
    restart();
  });
  const turn = (by: 1 | -1): void => {
    listing.turn(by);
    void refresh();
  };
  previous.addEventListener("click", () => turn(-1));
  next.addEventListener("click", () => turn(1));
  byId("refresh", HTMLButtonElement).addEventListener("click", () => void refresh());
  byId("register", HTMLButtonElement).addEventListener("click", () => {
    if (backend === undefined) return;
    register(backend.client, backend.local?.emulator, (sender) => {
      table.addFirst(sender);
      showCount();
      follow(sender.sid);
    });
  });
  whenAbandoned(() => void refresh());
  startBackends();
}

start();
