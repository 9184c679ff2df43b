// oxlint-disable no-restricted-imports -- tests read the shipped roles
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { loadAll } from "js-yaml";
import type { LabCluster } from "../../lab/kubernetes/index.ts";
import type { KubeObject } from "../kernel/kube.ts";

interface Rule {
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

/** A shipped role, bound in one namespace. */
export function shippedRole(file: string, namespace: string): readonly KubeObject[] {
  const text = readFileSync(join(import.meta.dirname, "../../deploy/rbac", file), "utf8");
  return (loadAll(text) as KubeObject[]).map((one) =>
    one.kind === "RoleBinding" ? { ...one, metadata: { ...one.metadata, namespace } } : one,
  );
}

/** `create pods/exec`, one for each verb. */
export function grantedBy(role: readonly KubeObject[]): readonly string[] {
  return role
    .flatMap((one) => (one["rules"] as readonly Rule[] | undefined) ?? [])
    .flatMap(({ resources, verbs }) => resources.flatMap((resource) => verbs.map((verb) => `${verb} ${resource}`)));
}

/** Which every account may ask for (system:discovery). */
const discovery: ReadonlySet<string> = new Set(["", "api", "apis", "version"]);

/** What an account asks for while work is done; nothing of it may be refused. `used` gathers it, as `grantedBy` writes it. */
export function watchRights(lab: LabCluster, account: string) {
  const used = new Set<string>();
  const held = async <T>(work: () => Promise<T>): Promise<T> => {
    const before = lab.entries.length;
    const done = await work();
    for (const { user, verb, resource, status, path: asked } of lab.entries.slice(before)) {
      if (!user.includes(account)) continue;
      assert.notEqual(status, 403, `${verb} ${resource} (${asked})`);
      const name = asked.endsWith("/exec") ? `${resource}/exec` : resource;
      if (!discovery.has(resource)) used.add(`${verb} ${name}`);
    }
    return done;
  };
  return { used, held };
}
