import type { Rule } from "../../systems/contract.ts";
import { illegalMove, unrelatedTogether } from "./change.ts";
import { imageFloating, imageLatest, imageMissing } from "./pinning-images.ts";
import { actionNotPinned, chartNotPinned, gitNotPinned } from "./pinning-sources.ts";

/** The rules that belong to no single system. */
export const generalRules: readonly Rule[] = [
  imageLatest,
  imageMissing,
  imageFloating,
  chartNotPinned,
  gitNotPinned,
  actionNotPinned,
  illegalMove,
  unrelatedTogether,
];
