import type { ChartRenderer } from "../handle.ts";
import { gitlab } from "./gitlab.ts";
import { mlflowSharinghub } from "./mlflow-sharinghub.ts";
import { sharinghub } from "./sharinghub.ts";

/** The charts that the platform's repository names; another one is a ComparisonError. */
export const labCharts: Readonly<Record<string, ChartRenderer>> = {
  gitlab,
  sharinghub,
  "mlflow-sharinghub": mlflowSharinghub,
};
