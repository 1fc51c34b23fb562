import { CREDENTIALS, PLACES } from "./client.js";
import { variable } from "./environment.js";
import { server } from "./transport.js";

/** Makes clients read options from the environment, if there is one; the entries for servers and workers call it. */
export function fromEnvironment(): void {
  server.advice =
    ", or set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN, or TWILIO_API_KEY and TWILIO_API_SECRET, in the environment " +
    "(noCredentials: true sends none, for a proxy that adds them)";

  /** Completes the options. Given options have priority. */
  server.complete = (options, credentials) => {
    const given = (names: string[]): boolean => names.some((name) => options[name] !== undefined);
    const take = (pairs: Record<string, string>): boolean => {
      const found = Object.entries(pairs).map(([name, key]) => [name, variable(key)] as const);
      if (found.some(([, value]) => value === undefined)) return false;
      Object.assign(options, Object.fromEntries(found));
      return true;
    };
    if (credentials && !given(CREDENTIALS) && !take({ apiKey: "TWILIO_API_KEY", apiSecret: "TWILIO_API_SECRET" })) {
      take({ accountSid: "TWILIO_ACCOUNT_SID", authToken: "TWILIO_AUTH_TOKEN" });
    }
    if (!given(PLACES)) take({ baseUrl: "SENDERS_BASE_URL" });
    if (options["baseUrl"] === undefined) {
      if (options["region"] === undefined) take({ region: "TWILIO_REGION" });
      if (options["edge"] === undefined) take({ edge: "TWILIO_EDGE" });
    }
  };
}
