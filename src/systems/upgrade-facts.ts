import dependencies from "./facts/dependencies.json" with { type: "json" };
import systems from "./facts/systems.json" with { type: "json" };
import rules from "./facts/upgrade-rules.json" with { type: "json" };
import charts from "./gitlab/chart-versions.json" with { type: "json" };
import datastores from "./gitlab/datastores.json" with { type: "json" };
import checks from "./gitlab/upgrade-checks.json" with { type: "json" };
import path from "./gitlab/upgrade-path.json" with { type: "json" };

/** The upgrade facts shipped with this release, as read from their files; `loadFacts` checks them like any other. */
export const upgradeFactsData = { path, charts, datastores, checks, systems, rules, dependencies };
