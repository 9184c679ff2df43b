import type { Route } from "../access/route.ts";
import { componentShow } from "./routes-component.ts";
import { environmentList } from "./routes-environments.ts";
import { changes } from "./routes-events.ts";
import { graphRoutes } from "./routes-graph.ts";
import { guideRoutes } from "./routes-guides.ts";
import { overview } from "./routes-overview.ts";
import { search } from "./routes-search.ts";

/** Views of the whole, made from what the other capabilities keep: `src/overview`. */
export const overviewRoutes: readonly Route[] = [
  overview,
  ...guideRoutes,
  environmentList,
  componentShow,
  ...graphRoutes,
  changes,
  search,
];
