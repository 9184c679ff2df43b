import { documentsKey } from "../../documents/service.ts";
import { guideLines } from "../../guides/index.ts";
import { routes } from "../routes.ts";
import { provide } from "../services.ts";
import type { Building, Capability } from "./capability.ts";

/** What the documents about the platform are made from. */
export function documentsOf({ parts, ports }: Building): Capability {
  const { systems } = ports.probes;
  const sources = {
    systems,
    rules: ports.rules,
    lines: guideLines,
    routes: () => routes,
    config: parts.config,
    mode: parts.mode,
  };
  return { provided: [provide(documentsKey, sources)] };
}
