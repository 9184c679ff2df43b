/** From the least to the most, as the server has them. */
export const roles = ["viewer", "operator", "approver", "admin"] as const;
export type Role = (typeof roles)[number];

/** A role by environment; `*` is the one that holds everywhere. */
export type Roles = Readonly<Record<string, Role>>;

/** Whether the role is held there; without an environment the thing belongs to the whole platform. Only to show it: the server decides. */
export function holds(held: Roles, wanted: Role, environment: string | undefined): boolean {
  return includes(held["*"], wanted) || (environment !== undefined && includes(held[environment], wanted));
}

/** Whether the role is held in at least one environment. */
export function holdsSomewhere(held: Roles, wanted: Role): boolean {
  return Object.values(held).some((role) => includes(role, wanted));
}

function includes(held: Role | undefined, wanted: Role): boolean {
  return held !== undefined && roles.indexOf(held) >= roles.indexOf(wanted);
}
