import type { ProgramCall } from "../../../kernel/backup-ports.ts";
import type { UsableLogin } from "./values-logins.ts";

/** What the programs of Git and SSH are given, beside what all their calls are. */
type Given = Required<Pick<ProgramCall, "env">> & Pick<ProgramCall, "secret" | "secondSecret">;

/**
 * Lends Git a login by a descriptor: it stands in no argument, no address, no environment and no file with a name. A header is for the
 * host that was named alone, and redirects are not followed. SSH closes what it inherits (OpenSSH, ssh.c, closefrom), so that it
 * finds its key at the descriptor of the Git that started it.
 */
export function lend(login: UsableLogin, repository: string): Given {
  switch (login.kind) {
    case "header":
      return {
        env: {
          GIT_CONFIG_GLOBAL: "/dev/fd/3",
          ...(login.insecure ? { GIT_SSL_NO_VERIFY: "true" } : {}),
          ...(login.trusted === undefined ? {} : { GIT_SSL_CAINFO: "/dev/fd/4" }),
        },
        secret: [
          "[http]",
          "\tfollowRedirects = false",
          `[http ${quoted(new URL(repository).origin)}]`,
          `\textraHeader = ${quoted(login.header)}`,
          "",
        ].join("\n"),
        secondSecret: login.trusted,
      };
    case "key":
      return {
        env: {
          GIT_SSH_VARIANT: "ssh",
          GIT_SSH_COMMAND: `ssh -F none -oBatchMode=yes -oIdentitiesOnly=yes -oIdentityAgent=none -i ${ofGit}/3 ${hosts(login)}`,
        },
        secret: login.privateKey,
        secondSecret: login.trusted,
      };
  }
}

/** Git starts it by a shell, whose parent is Git. */
const ofGit = "/proc/$PPID/fd";

/** A host that is not known is not let in; with nothing from Argo CD those are known that this machine knows. */
function hosts({ insecure, trusted }: UsableLogin): string {
  if (insecure) return "-oStrictHostKeyChecking=no -oUserKnownHostsFile=/dev/null -oGlobalKnownHostsFile=/dev/null";
  const known = trusted === undefined ? "" : ` -oUserKnownHostsFile=${ofGit}/4 -oGlobalKnownHostsFile=/dev/null`;
  return `-oStrictHostKeyChecking=yes${known}`;
}

/** As git-config(1) reads a value. */
function quoted(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}
