import type { Reader } from "../reader.ts";
import { argocd } from "./argocd.ts";
import { compose } from "./compose.ts";
import { dockerfile } from "./dockerfile.ts";
import { flux } from "./flux.ts";
import { githubActions } from "./github-actions.ts";
import { gitlabCi } from "./gitlab-ci.ts";
import { helmChart } from "./helm-chart.ts";
import { helmValues } from "./helm-values.ts";
import { kubernetes } from "./kubernetes.ts";
import { kustomize } from "./kustomize.ts";
import { python } from "./python.ts";
import { terraform } from "./terraform.ts";

/** Every reader. Where two see the same place, the first in this list names the pin: the more particular come first. */
export const readers: readonly Reader[] = [
  argocd,
  helmChart,
  githubActions,
  gitlabCi,
  terraform,
  python,
  helmValues,
  flux,
  kustomize,
  kubernetes,
  compose,
  dockerfile,
];
