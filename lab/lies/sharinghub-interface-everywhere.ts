import type { Lie } from "../stand-in/lie.ts";
import { page } from "./reply.ts";

export const sharinghubInterfaceEverywhere: Lie = {
  id: "sharinghub-interface-everywhere",
  title: "The user interface answers every address with 200",
  system: "sharinghub",
  source:
    "facts/platform.md §1.6 and §2.1: 0.4.0 serves its interface at /, and probes that ask / are green whatever happens",
  looksLike: "200 OK from /status, /api/stac and everything else.",
  caughtBy: { probe: "status", subject: "status" },
  tell: () => async () => page('<title>SharingHub</title><div id="root"></div>'),
};
