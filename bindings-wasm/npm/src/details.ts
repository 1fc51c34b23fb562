/** What the module says of an error: `said` is its message without the advice. Names are spelled as in the core. */
export interface Details {
  kind: string;
  message: string;
  said: string;
  /** JSON. */
  sender?: string;
  [field: string]: unknown;
}
