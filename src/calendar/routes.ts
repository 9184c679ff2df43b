import type { Route } from "../access/route.ts";
import { calendarRoutesOfTime } from "./routes-calendar.ts";
import { dutyRoutes } from "./routes-duties.ts";
import { muteRoutes } from "./routes-mutes.ts";
import { workRoutes } from "./routes-work.ts";
import { workStepRoutes } from "./routes-work-steps.ts";

/** What the API has of the calendar. */
export const calendarRoutes: readonly Route[] = [
  ...calendarRoutesOfTime,
  ...dutyRoutes,
  ...workRoutes,
  ...workStepRoutes,
  ...muteRoutes,
];
