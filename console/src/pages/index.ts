import { findings } from "./findings/index.tsx";
import { journal } from "./journal/index.tsx";
import type { ConsolePage } from "./page.ts";
import { runs } from "./runs/index.tsx";
import { settings } from "./settings/index.tsx";

/** The pages in the order of the navigation: a new one is a folder and a line. */
export const pages: readonly ConsolePage[] = [runs, findings, journal, settings];
