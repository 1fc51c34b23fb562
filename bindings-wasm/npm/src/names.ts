/** Names of the API and of JavaScript. `core/json/src/name.rs` has the same rule for names that the server sends. */

/** The names that are changed: two or more lower-case words joined by single underscores, each of which begins with a letter. */
const WORDS = /^[a-z][a-z0-9]*(_[a-z][a-z0-9]*)+$/;

/** Returns an API name as JavaScript writes it. Any other key is not changed. */
export function camelCase(name: string): string {
  return WORDS.test(name) ? name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase()) : name;
}

/** Returns a JavaScript name as the API writes it: the exact reverse. */
export function snakeCase(name: string): string {
  return /^[a-z][a-zA-Z0-9]*$/.test(name) ? name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`) : name;
}
