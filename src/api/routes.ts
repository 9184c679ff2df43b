import type { Route } from "../access/route.ts";
import { accessRoutes } from "../access/routes.ts";
import { findingRoutes } from "../findings/routes.ts";

/** The routes of every capability: a new one is a line here. */
export const routes: readonly Route[] = [...accessRoutes, ...findingRoutes];
