/** Names of the wire and of JavaScript. `core/json/src/name.rs` has the same rule for what the server sends. */

/** Two or more lower-case words joined by single underscores, each beginning with a letter: what is respelled. */
const WORDS = /^[a-z][a-z0-9]*(_[a-z][a-z0-9]*)+$/;

/** A wire name as JavaScript writes it. Any other key stays as it is. */
export function camelCase(name: string): string {
  return WORDS.test(name) ? name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase()) : name;
}

/** A JavaScript name as it stands on the wire: the exact reverse. */
export function snakeCase(name: string): string {
  return /^[a-z][a-zA-Z0-9]*$/.test(name) ? name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`) : name;
}
