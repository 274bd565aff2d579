// A file of its own: the build puts the version of package.json into it.
import packageJson from '../../package.json' with { type: 'json' };

/** How this server names itself in its requests (RFC 9110, section 10.1.5). */
export const USER_AGENT = `device-reports-graphql/${packageJson.version}`;
