import type { Route } from "../access/route.ts";
import { findingRoutes } from "./routes-findings.ts";
import { inventoryRoutes } from "./routes-inventory.ts";

/** What the API answers about findings, and about what repositories and clusters are made of. */
export const routes: readonly Route[] = [...findingRoutes, ...inventoryRoutes];
