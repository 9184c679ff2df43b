import type { Rule } from "../../systems/contract.ts";
import { illegalMove, unrelatedTogether } from "./change.ts";
import { imageFloating, imageLatest, imageMissing } from "./pinning-images.ts";
import { actionNotPinned, chartNotPinned, gitNotPinned } from "./pinning-sources.ts";
import { packageNotPinned, suppressionExpired, versionReadAsNumber } from "./pinning-text.ts";
import { removedApi } from "./removed-apis.ts";
import { deletesState, destructiveOnSchedule, loopStaysInFolder, prunesEverything, unlocksBlindly } from "./scripts.ts";
import { backendCommentedOut, moduleNotPinned, providerNotPinned } from "./terraform.ts";

/** The rules that belong to no single system. */
export const generalRules: readonly Rule[] = [
  imageLatest,
  imageMissing,
  imageFloating,
  chartNotPinned,
  gitNotPinned,
  actionNotPinned,
  versionReadAsNumber,
  packageNotPinned,
  removedApi,
  providerNotPinned,
  moduleNotPinned,
  backendCommentedOut,
  deletesState,
  prunesEverything,
  destructiveOnSchedule,
  unlocksBlindly,
  loopStaysInFolder,
  illegalMove,
  unrelatedTogether,
  suppressionExpired,
];
