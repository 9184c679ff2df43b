import type { Route } from "../access/route.ts";
import { accessRoutes } from "../access/routes.ts";
import { backupRoutes } from "../backups/server/routes.ts";
import { calendarRoutes } from "../calendar/routes.ts";
import { documentRoutes } from "../documents/routes.ts";
import { engineRoutes } from "../engine/routes.ts";
import { findingRoutes } from "../findings/routes.ts";
import { forgeRoutes } from "../forge/routes.ts";
import { healthRoutes } from "../health/routes.ts";
import { incidentRoutes } from "../incidents/routes.ts";
import { journalRoutes } from "../journal/routes.ts";
import { liveRoutes } from "../live/routes.ts";
import { noticeRoutes } from "../notices/routes.ts";
import { observationRoutes } from "../observations/routes.ts";
import { overviewRoutes } from "../overview/routes.ts";
import { versionRoutes } from "../versions/routes.ts";
import { secretRoutes } from "./secret-routes.ts";
import { settingsRoutes } from "./settings.ts";
import { statusRoutes } from "./status.ts";

/** The routes of every capability: a new one is a line here. */
export const routes: readonly Route[] = [
  ...statusRoutes,
  ...settingsRoutes,
  ...secretRoutes,
  ...overviewRoutes,
  ...accessRoutes,
  ...findingRoutes,
  ...versionRoutes,
  ...forgeRoutes,
  ...calendarRoutes,
  ...journalRoutes,
  ...noticeRoutes,
  ...incidentRoutes,
  ...engineRoutes,
  ...observationRoutes,
  ...healthRoutes,
  ...liveRoutes,
  ...backupRoutes,
  ...documentRoutes,
];
