/**
 * What programs we start need to find their way: programs, homes, proxies, certificates, agents. All else stays with us: our
 * own environment may hold every secret of a server.
 */
const inheritedNames =
  /^(?:PATH|HOME|USER|LOGNAME|LANG|LANGUAGE|TZ|TMPDIR|XDG_\w+|SSH_AUTH_SOCK|DBUS_SESSION_BUS_ADDRESS|SSL_CERT_(?:FILE|DIR)|(?:https?|all|no)_proxy|CURL_CA_BUNDLE)$/i;

/** The part of our own environment that a program we start is given. */
export function inheritedEnvironment(own: NodeJS.ProcessEnv): Record<string, string> {
  const inherited: Record<string, string> = {};
  for (const [name, value] of Object.entries(own))
    if (value !== undefined && inheritedNames.test(name)) inherited[name] = value;
  return inherited;
}
