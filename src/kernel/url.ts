/**
 * A URL as it may be shown: user and password, and the value of every query parameter that looks like a credential, become
 * `***`; the user of an SSH address without a password is no secret, and nothing is found without it. Text that is no URL is searched for `//user:password@` all the same.
 */
export function redactUrls(text: string): string {
  return text
    .replace(/((?<ssh>ssh:)?\/\/)(?<user>[^/\s@"']{1,512})@/g, (whole, lead: string, ssh?: string, user?: string) =>
      ssh !== undefined && user?.includes(":") === false ? whole : `${lead}***@`,
    )
    .replace(
      /([?&;](?:[\w.-]{0,40}(?:token|secret|password|passwd|signature|credential|api_?key|access_?key)[\w.-]{0,40}|sig|auth|key)=)[^&\s"'#]{1,4096}/gi,
      "$1***",
    );
}
