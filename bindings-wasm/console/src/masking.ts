/**
 * Returns text for the activity panel: of a phone number only the first and the last two digits.
 *
 * The table shows numbers in full, as they are the user's own; the panel does not, as it may be copied into a bug report.
 */
export function masked(text: string): string {
  return text.replace(/(\+|%2B|\b)(\d{6,15})\b/gi, (_, sign: string, digits: string) => {
    return `${sign}${digits[0]}${"•".repeat(digits.length - 3)}${digits.slice(-2)}`;
  });
}

/** Returns path and query of a URL, with numbers masked and page tokens shortened. Nothing else of it is shown. */
export function maskedPath(url: string): string {
  const { pathname, search } = new URL(url, "http://localhost");
  const query = search.replace(/(PageToken=)([^&]{8})[^&]*/, "$1$2…");
  return masked(pathname + query);
}

/** Returns a number for people: without the channel. */
export function numberOf(senderId: string | null | undefined): string {
  return String(senderId ?? "").replace(/^whatsapp:/, "");
}
