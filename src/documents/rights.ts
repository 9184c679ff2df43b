import type { Role } from "../access/role.ts";
import type { Route } from "../access/route.ts";

/** What a role may do besides what the ones before it may. */
export interface Right {
  readonly role: Role | "anyone";
  readonly says: string;
  readonly verbs: readonly RightVerb[];
}

interface RightVerb {
  readonly cli: string;
  readonly summary: string;
  readonly effect: Route["effect"];
}

const says: readonly (readonly [Right["role"], string])[] = [
  ["anyone", "Without a login: whether the server lives."],
  ["viewer", "Sees: everything of the environments in which the role is held, never a secret."],
  ["operator", "Carries out: plans and records work, starts runs, answers what they ask."],
  ["approver", "Agrees: to what somebody else asked for, never to what they asked for themselves."],
  ["admin", "Rules: makes tokens, keeps secrets."],
];

/** From the routes themselves: what each role may do that is more than reading; for viewers and anyone, how much they may read. */
export function rightsOf(routes: readonly Route[]): readonly Right[] {
  return says.map(([role, text]) => ({
    role,
    says: text,
    verbs: routes
      .filter((route) => route.role === role && (route.effect !== "none" || role === "admin"))
      .map(({ cli, summary, effect }) => ({ cli, summary, effect }))
      .toSorted((a, b) => a.cli.localeCompare(b.cli)),
  }));
}
