import type { Releases, Upstream } from "../releases.ts";
import type { Ask } from "./ask.ts";
import { github, gitlab } from "./forges.ts";
import { git } from "./git-tags.ts";
import { helm } from "./helm.ts";
import { python } from "./python.ts";
import { registry } from "./registry.ts";
import { terraformModule, terraformProvider } from "./terraform.ts";

/** Asks whoever `upstream` names for all releases. */
export function listReleases(ask: Ask, upstream: Upstream): Promise<Releases> {
  switch (upstream.kind) {
    case "helm":
      return helm.list(ask, upstream);
    case "registry":
      return registry.list(ask, upstream);
    case "git":
      return git.list(ask, upstream);
    case "gitlab":
      return gitlab.list(ask, upstream);
    case "github":
      return github.list(ask, upstream);
    case "python":
      return python.list(ask, upstream);
    case "terraform-provider":
      return terraformProvider.list(ask, upstream);
    case "terraform-module":
      return terraformModule.list(ask, upstream);
  }
}
