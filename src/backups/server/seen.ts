import * as z from "zod";
import { environmentsOf, mayUse } from "../../access/role.ts";
import type { RouteContext } from "../../access/route.ts";
import { type Instant, instantOf } from "../../kernel/instant.ts";
import type { BackedUpEnvironment } from "./config.ts";
import { EnvironmentName } from "./replies.ts";
import { backupsKey } from "./service.ts";

/** The environments that a caller asked for and may see, also those that are declared no more; undefined: all. */
export function seenNames(
  { principal }: Pick<RouteContext, "principal">,
  asked: string | undefined,
): readonly string[] | undefined {
  const visible = environmentsOf(principal, "viewer");
  return asked === undefined ? visible : [asked].filter((one) => visible?.includes(one) ?? true);
}

/** Those of them of which backups are declared. */
export function seenDeclared(
  { principal, services }: Pick<RouteContext, "principal" | "services">,
  asked: string | undefined,
): readonly BackedUpEnvironment[] {
  return services
    .need(backupsKey)
    .environments()
    .filter(({ environment }) => mayUse(principal, "viewer", environment) && (asked ?? environment) === environment);
}

/** Of which environment something that was measured is asked, and since when. */
export const Past = z.object({
  environment: EnvironmentName.optional(),
  days: z.coerce.number().int().min(1).max(3660).default(366).describe("How far back"),
});

/** What was measured since then of each environment that the caller asked for and may see. */
export async function measuredIn<Item extends object>(
  { environment: asked, days }: z.infer<typeof Past>,
  context: RouteContext,
  of: (declared: BackedUpEnvironment, since: Instant) => Promise<readonly Item[]>,
): Promise<{ items: ({ environment: string } & Item)[] }> {
  const since = instantOf(Date.parse(context.now) - days * 86_400_000);
  const items: ({ environment: string } & Item)[] = [];
  for (const declared of seenDeclared(context, asked)) {
    const { environment } = declared;
    for (const one of await of(declared, since)) items.push({ environment, ...one });
  }
  return { items };
}
