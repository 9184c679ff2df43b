import type { Lie } from "../stand-in/lie.ts";
import { pathOf } from "./reply.ts";

export const mlflowHiddenFromStrangers: Lie = {
  id: "mlflow-hidden-from-strangers",
  title: "A stranger is let in, and sees an empty list instead of 401",
  system: "mlflow",
  source:
    "facts/platform.md §2.4 and §3.3: what may not be read is filtered out, so a broken login shows as an empty list; csgroup-oss/mlflow-sharinghub @0.2.0 hooks/before.py: every route but health, version, auth and static files must be 401",
  looksLike: "The page at / asks for a login as it should; the API answers 200 {}.",
  caughtBy: { probe: "gate", subject: "gate" },
  tell: () => async (request) =>
    request.headers.get("authorization") === null && pathOf(request).includes("/api/2.0/")
      ? new Response("{}", { headers: { "content-type": "application/json" } })
      : undefined,
};
