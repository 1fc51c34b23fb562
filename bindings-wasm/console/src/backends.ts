import { Senders } from "senders";
import type { RequestEvent, ResponseEvent, SendersOptions, WaitEvent } from "senders";
import { Emulator } from "senders/testing";
import { PageClock } from "./clock.js";

/** The kind of place to send requests to. */
export type BackendKind = "emulator" | "server" | "proxy";

/** The hooks of the activity panel. */
export interface Hooks {
  onRequest(event: RequestEvent): void;
  onResponse(event: ResponseEvent): void;
  onWait(event: WaitEvent): void;
}

/** A client, with its emulator if that runs in this page. */
export interface Backend {
  kind: BackendKind;
  client: Senders;
  /** The place that gets the requests, as text for people. */
  place: string;
  /** The page's note on this choice. */
  note: string;
  /** The first thing to check if it does not respond. */
  hint: string;
  local?: LocalEmulator;
}

/** The default URL of each kind. */
export const DEFAULT_URLS: Record<"server" | "proxy", string> = {
  server: "http://127.0.0.1:8421",
  proxy: "http://127.0.0.1:8080",
};

/** The emulator in this page, with the clock that it and its client use. */
export class LocalEmulator {
  /** Called when a request got a response, or will not get one. */
  answered: () => void = () => undefined;

  private constructor(
    readonly emulator: Emulator,
    readonly clock: PageClock,
  ) {}

  /** Creates an emulator without senders. */
  static async create(): Promise<LocalEmulator> {
    const clock = new PageClock();
    return new LocalEmulator(await Emulator.create({}, { clock: clock.emulators }), clock);
  }

  /** Returns the options for a client of this emulator. */
  options(hooks: Hooks): SendersOptions {
    const onResponse = (event: ResponseEvent): void => {
      hooks.onResponse(event);
      this.answered();
    };
    return this.emulator.options({ ...hooks, onResponse, clock: this.clock });
  }
}

/** Makes the client of a choice. For a wrong URL the library throws an error whose `field` is `baseUrl`. */
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
    // The emulator's own credentials, which are public; real ones must not be in a page.
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
