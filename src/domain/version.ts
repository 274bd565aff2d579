// A file of its own: the build puts the version of package.json into it.
import packageJson from '../../package.json' with { type: 'json' };

/** The version of this server. */
export const VERSION = packageJson.version;
