import { everywhere, includes, type Known, type Role, type Roles } from "./role.ts";

/** Who has a role, as the server's own configuration says it (`access` in `src/platform/server-config.ts`). */
export interface Grant {
  readonly role: Role;
  /** All environments, and the platform as a whole, when left out. */
  readonly environment?: string | undefined;
  /** As the login service names them: by `sub`, or by an address that it verified. */
  readonly people: readonly string[];
  readonly groups: readonly string[];
}

/** The roles that grants give somebody: the highest one in each environment. */
export function rolesOf({ names, groups }: Known, grants: readonly Grant[]): Roles {
  const found = new Map<string, Role>();
  for (const grant of grants) {
    const meant =
      grant.people.some((name) => names.includes(name)) || grant.groups.some((name) => groups.includes(name));
    const environment = grant.environment ?? everywhere;
    if (meant && !includes(found.get(environment), grant.role)) found.set(environment, grant.role);
  }
  return Object.fromEntries(found);
}
