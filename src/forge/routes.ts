import * as z from "zod";
import { environmentsOf } from "../access/role.ts";
import { defineRoute } from "../access/route.ts";
import { judgeGuard } from "./reviews.ts";
import { listGuards } from "./store.ts";

/** A fact as the API shows it; `value` of a known one. */
const Shown = z.object({
  kind: z.enum(["known", "absent", "unknown"]),
  value: z.unknown().optional(),
  source: z.string().optional(),
  why: z.string().optional(),
  howToLearn: z.string().optional(),
});

/** `GET /forge` */
export const forgeRoutes = [
  defineRoute({
    method: "GET",
    path: "/forge",
    cli: "forge show",
    summary: "How the forge guards the branch that each environment follows",
    role: "viewer",
    effect: "none",
    environment: "any",
    reply: z.object({
      branches: z.array(
        z.object({
          environment: z.string(),
          project: z.string(),
          branch: z.string().nullable(),
          at: z.string(),
          verdict: z
            .enum(["guarded", "finding", "unknown"])
            .describe("As it would be judged if production followed it"),
          approvals: Shown.describe("How many people have to agree; absent: nobody"),
          around: Shown.describe("Who may change it without a review; absent: nobody"),
        }),
      ),
    }),
    async handle(_input, { store, principal }) {
      const rows = await listGuards(store, environmentsOf(principal, "viewer"));
      return {
        branches: rows.map(({ guard, ...row }) => ({
          ...row,
          verdict: judgeGuard(row.branch ?? "the default branch", guard).kind,
          approvals: { ...guard.approvals },
          around: { ...guard.around },
        })),
      };
    },
  }),
];
