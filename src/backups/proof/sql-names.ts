/** `name`, `"Name"`, `public`: an identifier as SQL writes it. */
const name = String.raw`(?:"(?:[^"]|"")+"|[A-Za-z_\u0080-\u00ff][\w$\u0080-\u00ff]*)`;

const roleForms: readonly RegExp[] = [
  new RegExp(String.raw`\bOWNER TO (${name})\s*;$`, "i"),
  new RegExp(String.raw`^\s*(?:CREATE|ALTER|DROP) (?:ROLE|USER|GROUP) (?:IF EXISTS )?(${name})`, "i"),
  new RegExp(String.raw`^\s*ALTER DEFAULT PRIVILEGES FOR ROLE (${name})`, "i"),
  new RegExp(String.raw`^\s*SET SESSION AUTHORIZATION (${name}|'[^']+')`, "i"),
  new RegExp(String.raw`^\s*CREATE SCHEMA (?:${name} )?AUTHORIZATION (${name})`, "i"),
];

const grantees = new RegExp(
  String.raw`^\s*(?:ALTER DEFAULT PRIVILEGES |GRANT |REVOKE |CREATE POLICY )[\s\S]*?\b(?:TO|FROM) ((?:GROUP )?${name}(?:\s*,\s*${name})*)\s*(?:WITH GRANT OPTION|GRANTED BY|USING|WITH CHECK|CASCADE|;)`,
  "i",
);

const extension = new RegExp(String.raw`^\s*CREATE EXTENSION (?:IF NOT EXISTS )?(${name})`, "i");

/** Words that stand where a role may, and are none. */
const noRoles = new Set(["public", "default", "current_user", "session_user", "current_role"]);

/** The roles and extensions a statement of a dump names. */
export function namesIn(statement: string): {
  readonly roles: readonly string[];
  readonly extensions: readonly string[];
} {
  const text = statement.slice(0, 20_000);
  const found = roleForms.flatMap((form) => form.exec(text)?.[1] ?? []);
  const given =
    grantees
      .exec(text)?.[1]
      ?.replace(/^GROUP /i, "")
      .match(new RegExp(name, "g")) ?? [];
  const extensions = extension.exec(text)?.[1];
  return {
    roles: [...found, ...given].map(plain).filter((role) => !noRoles.has(role)),
    extensions: extensions === undefined ? [] : [plain(extensions)],
  };
}

function plain(written: string): string {
  const text = Buffer.from(written, "latin1").toString("utf8");
  if (text.startsWith('"')) return text.slice(1, -1).replaceAll('""', '"');
  return text.startsWith("'") ? text.slice(1, -1) : text.toLowerCase();
}
