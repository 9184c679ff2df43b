import type { Known, Principal } from "./role.ts";

/** Who may approve, on top of the role (`approvers` in `src/platform/server-config.ts`). */
export interface Approver {
  /** All environments, and the platform as a whole, when left out. */
  readonly environment?: string | undefined;
  readonly people: readonly string[];
  readonly groups: readonly string[];
}

/**
 * Whether the configuration lets somebody approve there. Where it names nobody the role is enough; emergency rights, which are a
 * debt until they are reviewed, stand in for being named.
 */
export function mayApprove(
  principal: Principal,
  environment: string | undefined,
  approvers: readonly Approver[],
): boolean {
  const here = approvers.filter((one) => one.environment === undefined || one.environment === environment);
  if (here.length === 0 || principal.emergencies?.includes(environment ?? "") === true) return true;
  const { names, groups } = principal.known ?? knownByActor(principal);
  return here.some(
    (one) => one.people.some((name) => names.includes(name)) || one.groups.some((group) => groups.includes(group)),
  );
}

/** A token counts as its owner, who may be a person of the login service: `oidc:ISSUER:SUB/TOKEN`. */
function knownByActor({ actor }: Principal): Known {
  const [owner = actor.id] = actor.id.split("/");
  return { names: [actor.id, owner, owner.replace(/^oidc:[^:]*:/, "")], groups: [] };
}
