import { isSendersError } from "senders";
import type { SendersError } from "senders";

/** An error, in the parts that the page shows. */
export interface Problem {
  /** The heading, one line. */
  title: string;
  /** A description of the failure. */
  text: string;
  /** The next step for the user. */
  next: string;
  /** The reference for support: the status, the code and the request's id. */
  reference: string;
  /** The wrong argument, such as `profile.emails[0].email`. */
  field: string | undefined;
  /** Whether to offer to try again. */
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
  outcome_unknown: "It is not known whether it worked",
};

/** The fields that the server's codes are about, for codes about one field. Source: the texts of the codes. */
const FIELDS: Record<number, string> = {
  63101: "configuration.wabaId",
  63110: "senderId",
  63111: "senderId",
  63113: "code",
};

/** Makes a sentence from a phrase. */
function sentence(text: string): string {
  const trimmed = text.trim();
  if (trimmed === "") return "";
  return trimmed[0]?.toUpperCase() + trimmed.slice(1) + (/[.!?…]$/.test(trimmed) ? "" : ".");
}

/** Returns the server's own message, if there is one. */
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
 * Returns the message without the parts that this page shows elsewhere: the field before it, the next step after it, and, for
 * a mistake in a form, the typed text.
 */
function shortened({ message, field, kind }: SendersError): string {
  if (kind === "invalid_argument") message = message.replace(/, got .*$/s, "");
  const short = message.replace(
    /( \(request [^)]*\))?; (nothing was sent|it only reads[^;]*|the server [^;]*); (safe to repeat|repeating it[^;]*|check the outcome[^;]*);.*$/s,
    "",
  );
  return field !== undefined && short.startsWith(`${field} `) ? short.slice(field.length + 1) : short;
}

/** Splits an error of the library into its parts. */
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
    // The next step for 63100 is to read the message, which is already here, at its field if it names one.
    next: argument || code === 63100 ? "" : sentence(nextStep),
    reference: reference.filter((part) => part !== "").join(", "),
    field,
    again: error.retryable,
  };
}
