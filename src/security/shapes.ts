/** A secret that can be told by its form alone. */
export interface Shape {
  readonly what: string;
  /** Must occur for the pattern to be worth trying. */
  readonly sign: string;
  /** Matches the secret itself, or captures it as group 1. */
  readonly pattern: RegExp;
  /** How many of its first characters may be shown: its public prefix. */
  readonly prefix: number;
}

/**
 * Forms that their issuers document. Each is anchored so that it does not begin or end inside a longer word.
 * Sources: docs.gitlab.com/security/tokens (token prefixes); docs.github.com "About authentication to GitHub" (token formats);
 * docs.aws.amazon.com IAM identifiers (AKIA); api.slack.com token types; RFC 7468 (private keys).
 */
export const shapes: readonly Shape[] = [
  {
    what: "private key",
    sign: "PRIVATE KEY-----",
    pattern: /-----BEGIN (?:[A-Z0-9]{1,20} ){0,4}PRIVATE KEY-----(?=[\s\\]*[A-Za-z0-9+/=]{16})/g,
    prefix: 11,
  },
  { what: "AWS access key", sign: "AKIA", pattern: /(?<![A-Za-z0-9])AKIA[A-Z2-7]{16}(?![A-Za-z0-9])/g, prefix: 4 },
  {
    what: "GitLab token",
    sign: "gl",
    pattern: /(?<![\w-])gl(?:pat|dt|rt|cbt|ptt|ft|soat|agent|oas|ffct|imt)-[\w-]{20,}/g,
    prefix: 6,
  },
  { what: "GitHub token", sign: "gh", pattern: /(?<![\w-])gh[pousr]_[A-Za-z0-9]{36,}/g, prefix: 4 },
  { what: "GitHub token", sign: "github_pat_", pattern: /(?<![\w-])github_pat_\w{60,}/g, prefix: 11 },
  { what: "Slack token", sign: "xox", pattern: /(?<![\w-])xox[abeprs]-[\w-]{20,}/g, prefix: 5 },
  {
    what: "Slack webhook",
    sign: "hooks.slack.com",
    pattern: /https:\/\/hooks\.slack\.com\/services\/(T[A-Z0-9]{6,}\/B[A-Z0-9]{6,}\/[A-Za-z0-9]{20,})/g,
    prefix: 0,
  },
  { what: "Google API key", sign: "AIza", pattern: /(?<![\w-])AIza[\w-]{35}(?![\w-])/g, prefix: 4 },
  { what: "Hugging Face token", sign: "hf_", pattern: /(?<![\w-])hf_[A-Za-z0-9]{34,}/g, prefix: 3 },
  {
    what: "password in a URL",
    sign: "://",
    // Begins only where a scheme can, and every part is bounded: a long line is gone through once.
    pattern:
      /(?<![a-z0-9+.-])[a-z][a-z0-9+.-]{0,30}:\/\/[^\s:/@"'`<>{}$()[\]]{1,256}:([^\s:/@"'`<>]{3,512})@[\w.-]{1,253}/gi,
    prefix: 0,
  },
];
