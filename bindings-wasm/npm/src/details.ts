/** The fields of an error as the module has them. */
export interface Details {
  kind: string;
  message: string;
  /** JSON. */
  sender?: string;
  [field: string]: unknown;
}
