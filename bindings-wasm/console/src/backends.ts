import { Senders } from "senders";
import type { RequestEvent, ResponseEvent, SendersOptions, WaitEvent } from "senders";
import { Emulator } from "senders/testing";
import { PageClock } from "./clock.js";

/** Where requests go. */
export type BackendKind = "emulator" | "server" | "proxy";

/** What the activity panel listens to. */
export interface Hooks {
  onRequest(event: RequestEvent): void;
  onResponse(event: ResponseEvent): void;
  onWait(event: WaitEvent): void;
}

/** A client, and the emulator behind it if that lives in this page. */
export interface Backend {
  kind: BackendKind;
  client: Senders;
  /** Where requests go, for people. */
  place: string;
  /** What the page says of this choice. */
  note: string;
  /** What to look at first when it does not answer. */
  hint: string;
  local?: LocalEmulator;
}

/** Where each kind listens unless the user says otherwise. */
export const DEFAULT_URLS: Record<"server" | "proxy", string> = {
  server: "http://127.0.0.1:8421",
  proxy: "http://127.0.0.1:8080",
};

/** The emulator in this page, and the time that it and its client live by. */
export class LocalEmulator {
  /** Called when a request was answered, or will not be. */
  answered: () => void = () => undefined;

  private constructor(
    readonly emulator: Emulator,
    readonly clock: PageClock,
  ) {}

  /** An emulator with nobody in it. */
  static async create(): Promise<LocalEmulator> {
    const clock = new PageClock();
    return new LocalEmulator(await Emulator.create({}, { clock: clock.emulators }), clock);
  }

  /** Options for a client of this emulator. */
  options(hooks: Hooks): SendersOptions {
    const onResponse = (event: ResponseEvent): void => {
      hooks.onResponse(event);
      this.answered();
    };
    return this.emulator.options({ ...hooks, onResponse, clock: this.clock });
  }
}

/** The client of a choice. A URL that cannot be one is an error of the library, whose `field` is `baseUrl`. */
export async function connect(kind: BackendKind, url: string, hooks: Hooks): Promise<Backend> {
  if (kind === "emulator") {
    const local = await LocalEmulator.create();
    const note = "The emulator runs in this page: no server, no account. Reloading the page forgets it.";
    return {
      kind,
      client: new Senders(local.options(hooks)),
      place: "the emulator in this page",
      note,
      hint: "",
      local,
    };
  }
  if (kind === "server") {
    // The emulator's own credentials, which everyone knows; real ones have no place in a page.
    const { accountSid, authToken } = Emulator;
    const client = new Senders({ ...hooks, baseUrl: url, accountSid, authToken, dangerouslyAllowBrowser: true });
    const note = "An emulator on this machine: cargo run -p senders-emulator -- --port 8421";
    return { kind, client, place: url, note, hint: "Does the emulator run there?" };
  }
  const note = "Your own server, which adds the credentials: this page has none and asks for none.";
  return {
    kind,
    client: new Senders({ ...hooks, baseUrl: url, noCredentials: true }),
    place: url,
    note,
    hint: "Does the proxy run there, and does it allow this page (CORS)?",
  };
}
