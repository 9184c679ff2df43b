import { correction } from "./corrections.ts";
import { absent, doneBy, type GuideLine, inKit, open, section } from "./line.ts";

const host = "https://sharinghub.example.org";

const before = section(
  {
    guide: "A",
    section: "SharingHub: before an upgrade",
    requirement: ["UPG-2"],
    state: doneBy("millwright upgrade plan"),
    today: "millwright upgrade plan sharinghub --from V --to V",
  },
  [
    [80, "check", "Release notes are read for changes of the API"],
    [81, "check", "STAC extensions stay compatible (ml-model, eo)"],
    [82, "check", "GitLab's API is still the one it calls"],
    [
      83,
      "command",
      "Today's Helm values are kept",
      {
        typed: "helm get values -n sharinghub sharinghub > sharinghub-values-backup.yaml",
        state: inKit("argocd-apps/values/sharinghub-values.yaml"),
        correction: correction.argoHasNoRelease,
        today: "git show TAG:argocd-apps/values/sharinghub-values.yaml",
      },
    ],
    [
      84,
      "check",
      "The webhook's configuration stays compatible",
      { state: absent("none exists"), correction: correction.noWebhook, today: "nothing to do" },
    ],
  ],
);

const during = section(
  {
    guide: "A",
    section: "SharingHub: during an upgrade",
    requirement: ["UPG-2"],
    state: open.upgrades,
    today: "argocd app wait sharinghub",
  },
  [
    [
      85,
      "check",
      "The chart's version is raised in Git",
      { requirement: ["UPG-2", "VER-3"], state: doneBy("millwright fix"), today: "millwright fix . --to V --diff" },
    ],
    [86, "check", "Argo CD syncs it and new pods start"],
    [
      87,
      "command",
      "The pod's start is watched",
      {
        typed: "kubectl logs -n sharinghub -l app=sharinghub -f",
        correction: correction.podLabels,
        today: "kubectl logs -n sharinghub -l app.kubernetes.io/name=sharinghub -f",
      },
    ],
    [
      88,
      "check",
      "The catalogue's regeneration is awaited",
      {
        state: absent("a changed README appears within the cache time"),
        correction: correction.noCatalogue,
        today: `curl ${host}/api/stac/collections/ai-model/items?limit=1`,
      },
    ],
  ],
);

const after = section(
  {
    guide: "A",
    section: "SharingHub: after an upgrade",
    requirement: ["UPG-2"],
    state: open.upgrades,
    today: `open ${host}`,
  },
  [
    [
      89,
      "command",
      "The STAC root answers",
      {
        typed: "curl https://sharinghub.domain/api/catalog/",
        correction: correction.stacRoute,
        today: `curl ${host}/api/stac`,
      },
    ],
    [
      90,
      "command",
      "Collections are filled",
      {
        typed: "curl https://sharinghub.domain/api/catalog/collections",
        correction: correction.stacRoute,
        today: `curl ${host}/api/stac/collections`,
      },
    ],
    [
      91,
      "check",
      "An item of each category (model, dataset, processor) can be read",
      { today: `curl ${host}/api/stac/collections/dataset/items?limit=1` },
    ],
    [92, "check", "OAuth login with GitLab works", { today: `open ${host}/api/auth/login` }],
    [93, "check", "Links to assets in S3 open"],
    [
      94,
      "check",
      "MLflow's permission check is answered",
      { today: `curl -H "X-Gitlab-Token: …" ${host}/api/check/GROUP/PROJECT?info=true` },
    ],
    [95, "check", "Tracking from an item leads to MLflow"],
  ],
);

export const sharinghubLines: readonly GuideLine[] = [...before, ...during, ...after];
