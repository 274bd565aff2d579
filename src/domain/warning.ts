/** What a caller should know beside the answer; it goes to `extensions.warnings`. */
export interface Warning {
  readonly code: string;
  readonly message: string;
}
