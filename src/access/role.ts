import type { Actor } from "../platform/actor.ts";

/** From the least to the most; each may do all that those before it may. */
export const roles = ["viewer", "operator", "approver", "admin"] as const;
export type Role = (typeof roles)[number];

/** The key of `Roles` that holds in every environment, and for what belongs to none. */
export const everywhere = "*";

/** A role by environment; under `*` the one that holds in all of them. The higher one counts. */
export type Roles = Readonly<Record<string, Role>>;

/** By what somebody is named in the server's configuration: as the login service names them. */
export interface Known {
  readonly names: readonly string[];
  readonly groups: readonly string[];
}

/** Who asks, and what they may do. */
export interface Principal {
  readonly actor: Actor;
  readonly roles: Roles;
  /** Of a login; a token's holder is known by its actor alone. */
  readonly known?: Known | undefined;
  /** Where they hold emergency rights now. */
  readonly emergencies?: readonly string[];
}

/** Nobody we know: may use only what is open to anyone. */
export const anonymous: Principal = { actor: { kind: "system", id: "anonymous", name: "anonymous" }, roles: {} };

/** Whether `held` includes `wanted`. */
export function includes(held: Role | undefined, wanted: Role): boolean {
  return held !== undefined && roles.indexOf(held) >= roles.indexOf(wanted);
}

/**
 * Whether a principal has a role (or a higher one) in an environment. Without an environment the thing belongs to the whole
 * platform: the role must be held everywhere.
 */
export function mayUse(principal: Principal, role: Role, environment: string | undefined): boolean {
  if (includes(ofName(principal, everywhere), role)) return true;
  return environment !== undefined && environment !== everywhere && includes(ofName(principal, environment), role);
}

/** Whether a principal has a role in at least one environment. What they may then see is for `mayUse` to say, row by row. */
export function mayUseSomewhere(principal: Principal, role: Role): boolean {
  return Object.values(principal.roles).some((held) => includes(held, role));
}

/** The environments in which a principal has a role; undefined when it is all of them. */
export function environmentsOf(principal: Principal, role: Role): readonly string[] | undefined {
  if (includes(ofName(principal, everywhere), role)) return undefined;
  return Object.keys(principal.roles).filter((environment) => includes(ofName(principal, environment), role));
}

/**
 * Whether an approval is that of a second person: a person rather than a machine, who neither asked for it nor owns the token
 * that did.
 */
export function isSecondPerson(approver: Actor, requester: Actor): boolean {
  return approver.kind === "person" && requester.id !== approver.id && !requester.id.startsWith(`${approver.id}/`);
}

/** The id of a token's actor: its owner's and its own, so that whoever owns it is not taken for somebody else. */
export function tokenActorId(owner: Actor, tokenId: string): string {
  return `${owner.id}/${tokenId}`;
}

function ofName(principal: Principal, environment: string): Role | undefined {
  return Object.hasOwn(principal.roles, environment) ? principal.roles[environment] : undefined;
}
