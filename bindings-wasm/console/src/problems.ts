import { isSendersError } from "senders";
import type { SendersError } from "senders";

/** What went wrong, in the pieces in which the page shows it. */
export interface Problem {
  /** One line for a heading. */
  title: string;
  /** What happened. */
  text: string;
  /** What to do next. */
  next: string;
  /** For support: the status, the code and the request's id. */
  reference: string;
  /** The argument at fault, such as `profile.emails[0].email`. */
  field: string | undefined;
  /** Whether to offer the same again. */
  again: boolean;
}

const TITLES: Record<string, string> = {
  invalid_argument: "Something in the form is not right",
  authentication: "The credentials are wrong",
  permission_denied: "The credentials may not do this",
  not_found: "There is no such sender",
  conflict: "The server refused it",
  rate_limited: "Too many requests",
  invalid_request: "The server refused it",
  server_error: "The server failed",
  timeout: "No answer in time",
  connection: "The server cannot be reached",
  tls: "The connection is not secure",
  invalid_response: "The answer makes no sense",
  outcome_unknown: "Nobody knows whether it worked",
};

/** What the server's codes are about, when that is one field. Source: the texts of the codes. */
const FIELDS: Record<number, string> = {
  63101: "configuration.wabaId",
  63110: "senderId",
  63111: "senderId",
  63113: "code",
};

/** A sentence of a phrase. */
function sentence(text: string): string {
  const trimmed = text.trim();
  if (trimmed === "") return "";
  return trimmed[0]?.toUpperCase() + trimmed.slice(1) + (/[.!?…]$/.test(trimmed) ? "" : ".");
}

/** What the server said in its own words, if it said something. */
function serverMessage(body: string | undefined): string | undefined {
  try {
    const { message, detail } = JSON.parse(body ?? "") as { message?: unknown; detail?: unknown };
    return [message, detail].find((text) => typeof text === "string");
  } catch {
    // Not JSON, such as a proxy's page.
    return undefined;
  }
}

/**
 * The message without what a log needs and this page shows elsewhere: the field before it, what to do after it, and, of a
 * mistake in a form, what was typed.
 */
function shortened({ message, field, kind }: SendersError): string {
  if (kind === "invalid_argument") message = message.replace(/, got .*$/s, "");
  const short = message.replace(
    /( \(request [^)]*\))?; (nothing was sent|it only reads[^;]*|the server [^;]*); (safe to repeat|repeating it[^;]*|check the outcome[^;]*);.*$/s,
    "",
  );
  return field !== undefined && short.startsWith(`${field} `) ? short.slice(field.length + 1) : short;
}

/** Takes an error of the library apart. */
export function problemOf(error: unknown): Problem {
  if (!isSendersError(error)) {
    const text = sentence(error instanceof Error ? error.message : String(error));
    return {
      title: "Something went wrong",
      text,
      next: "Reload the page.",
      reference: "",
      field: undefined,
      again: true,
    };
  }
  const { nextStep, kind, code } = error;
  const field = error.field ?? (code === undefined ? undefined : FIELDS[code]);
  const argument = kind === "invalid_argument";
  const reference = [
    error.status === undefined ? "" : `status ${error.status}`,
    code === undefined ? "" : `code ${code}`,
    error.requestId === undefined ? "" : `request ${error.requestId}`,
  ];
  return {
    title: TITLES[kind] ?? "Something went wrong",
    text: sentence((argument ? undefined : serverMessage(error.body)) ?? shortened(error)),
    // What to do about 63100 is to read the message, which is here already, at its field if it names one.
    next: argument || code === 63100 ? "" : sentence(nextStep),
    reference: reference.filter((part) => part !== "").join(", "),
    field,
    again: error.retryable,
  };
}
