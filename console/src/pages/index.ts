import { backups } from "./backups/index.tsx";
import { components } from "./components/index.tsx";
import { documents } from "./documents/index.tsx";
import { findings } from "./findings/index.tsx";
import { guides } from "./guides/index.tsx";
import { health } from "./health/index.tsx";
import { incidents } from "./incidents/index.tsx";
import { journal } from "./journal/index.tsx";
import { overview } from "./overview/index.tsx";
import type { ConsolePage } from "./page.ts";
import { runs } from "./runs/index.tsx";
import { settings } from "./settings/index.tsx";
import { work } from "./work/index.tsx";

/** The pages in the order of the navigation: a new one is a folder and a line. */
export const pages: readonly ConsolePage[] = [
  overview,
  guides,
  components,
  work,
  runs,
  findings,
  health,
  backups,
  journal,
  incidents,
  documents,
  settings,
];
