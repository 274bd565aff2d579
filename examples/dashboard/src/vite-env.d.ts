interface ImportMetaEnv {
  /** URL of the API. Default: the server of this repository on its default port. */
  readonly VITE_GRAPHQL_URL?: string;
}
