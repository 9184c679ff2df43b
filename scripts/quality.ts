import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { labelledTrees } from "../bench/quality/labels.ts";
import { measure } from "../bench/quality/measure.ts";
import { qualityMarkdown } from "../bench/quality/page.ts";

/** Measures precision and recall on the labelled trees and writes `docs/quality.md`. */
const trees = labelledTrees();
const measurement = await measure(trees);
writeFileSync(join(import.meta.dirname, "..", "docs", "quality.md"), qualityMarkdown(measurement, trees.length));
for (const { tree, kind, by, text } of measurement.disagreements) console.log(`${tree}: ${kind} by ${by}: ${text}`);
