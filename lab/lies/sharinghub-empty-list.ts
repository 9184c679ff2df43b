import type { Lie } from "../stand-in/lie.ts";
import { pathOf } from "./reply.ts";

export const sharinghubEmptyList: Lie = {
  id: "sharinghub-empty-list",
  title: "An empty list with 200",
  system: "sharinghub",
  source:
    "facts/platform.md §2.5: unknown keys of the configuration are never refused, so a renamed one leaves no categories",
  looksLike: "200 OK, valid JSON, the right shape, and nothing in it.",
  caughtBy: { probe: "catalogue", subject: "catalogue/collections" },
  tell: () => async (request) =>
    pathOf(request) === "/api/stac/collections"
      ? Response.json({ collections: [], links: [], numberMatched: 0, numberReturned: 0 })
      : undefined,
};
