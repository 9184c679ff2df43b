import type { Route } from "../access/route.ts";
import { routesOfFindings } from "./routes-findings.ts";
import { routesOfInventory } from "./routes-inventory.ts";

/** What the API answers about findings, and about what repositories and clusters are made of. */
export const findingRoutes: readonly Route[] = [...routesOfFindings, ...routesOfInventory];
