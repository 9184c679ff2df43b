// oxlint-disable no-restricted-imports -- tests read the shipped files
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A file of deploy/rbac, as shipped. */
export function rbacFile(name: string): string {
  return readFileSync(join(import.meta.dirname, "../../deploy/rbac", name), "utf8");
}

export function observerFile(): string {
  return rbacFile("observer.yaml");
}
