import { randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Authority } from "./certificates.ts";
import { base64, kubeconfigOf } from "./kubeconfig.ts";
import { serviceAccount, type User } from "./rbac.ts";

interface LoginParts {
  readonly url: string;
  readonly authority: Authority;
  readonly tokens: Map<string, User>;
  readonly folder: string;
  /** Tokens and files stay: a user has one of each. */
  readonly isKept: boolean;
  readonly save: () => void;
}

interface Logins {
  token(user: User): string;
  kubeconfig(user: string): string;
  certificateKubeconfig(user: string, group: string): string;
  revoke(token: string): void;
}

/** Tokens and kubeconfig files of users. */
export function loginsOf(parts: LoginParts): Logins {
  const { url, authority, tokens, folder, isKept, save } = parts;
  let files = 0;
  const token = (user: User): string => {
    const known = [...tokens].find(([, { name }]) => isKept && name === user.name);
    if (known !== undefined) return known[0];
    const fresh = `lab-${randomBytes(16).toString("hex")}`;
    tokens.set(fresh, user);
    save();
    return fresh;
  };
  const write = (name: string, user: Record<string, string>): string => {
    files += 1;
    mkdirSync(folder, { recursive: true });
    const file = join(folder, `kubeconfig-${isKept ? name.replaceAll(/[^\w.-]+/g, "-") : files}`);
    writeFileSync(file, kubeconfigOf(url, authority.cert, user), { mode: 0o600 });
    return file;
  };
  return {
    token,
    kubeconfig: (user) => write(user, { token: token(userNamed(user)) }),
    certificateKubeconfig: (user, group) => {
      const { cert, key } = authority.client(user, group);
      return write(`certificate-${user}`, { "client-certificate-data": base64(cert), "client-key-data": base64(key) });
    },
    revoke: (gone) => {
      tokens.delete(gone);
      save();
    },
  };
}

function userNamed(user: string): User {
  const [namespace, name] = user.split("/");
  if (namespace !== undefined && name !== undefined) return serviceAccount(namespace, name);
  return { name: user, groups: [...(user === "admin" ? ["system:masters"] : []), "system:authenticated"] };
}
