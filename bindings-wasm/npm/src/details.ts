/** The fields of an error, as the module writes them. */
export interface Details {
  kind: string;
  message: string;
  /** JSON. */
  sender?: string;
  [field: string]: unknown;
}
