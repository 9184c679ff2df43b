import { knownKey } from "../../overview/known.ts";
import { sharedMarks } from "../../overview/marks.ts";
import { keepOpenFindings } from "../../overview/open-findings.ts";
import { openPlatformViews } from "../../overview/platform-views.ts";
import { loadFacts } from "../../upgrades/facts.ts";
import { parseProvenSets } from "../../versions/matrix.ts";
import { liveWorkers } from "../../worker/store.ts";
import { provide } from "../services.ts";
import { settingsKey } from "../settings-known.ts";
import type { Building, Capability } from "./capability.ts";

/** Views of the whole. */
export function overviewOf({ parts, ports, platform }: Building): Capability {
  const { dependencies } = loadFacts(ports.facts.upgrade);
  const known = {
    platform,
    server: () => parts.config(),
    mode: () => parts.mode(),
    workers: async (...[store, now]: Parameters<typeof liveWorkers>) => (await liveWorkers(store, now)).length,
    marks: sharedMarks(1000),
    view: openPlatformViews(dependencies),
    openFindings: keepOpenFindings(),
    dependencies,
    proven: parseProvenSets(ports.facts.provenSets),
  };
  const settings = {
    version: parts.version,
    config: parts.config,
    file: parts.configFile,
    platform,
    mode: parts.mode,
    sealingKeys: parts.sealingKeys,
  };
  return { provided: [provide(knownKey, known), provide(settingsKey, settings)] };
}
