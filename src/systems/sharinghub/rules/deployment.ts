import { applicationSubject, isAtLeast, isOff, placeIn, subjectOf, textIn } from "../../ask.ts";
import { defineRule, type Manifest } from "../../contract.ts";
import { sampleApplication } from "../../sample.ts";
import { wordsIn } from "../../stores.ts";
import { hubExample, hubsIn, hubVersionIn, isStub, withConfig } from "../chart.ts";

const chart = "csgroup-oss/sharinghub@0.4.2 deploy/helm/sharinghub";
const plain = withConfig("gitlab:\n  url: https://gitlab.example.org");

export const stubChart = defineRule({
  id: "sharinghub-stub-chart",
  title: "This SharingHub revision asks for an image that does not exist",
  group: "sharinghub",
  severity: "high",
  why: "The charts at the Git tags 0.1.0 and 0.2.0 are stubs: they still carry the appVersion 1.16.0 that helm create writes. Without an image tag of your own the pod asks for SharingHub 1.16.0, which nobody published.",
  sources: ["csgroup-oss/sharinghub@0.2.0 deploy/helm/sharinghub/Chart.yaml"],
  fix: "Write image.tag, equal to the Git tag, or use 0.3.0 or newer.",
  needs: ["configurations"],
  *check({ configurations }) {
    for (const configuration of hubsIn(configurations)) {
      if (!isStub(configuration.chartVersion) || !isOff(configuration.written("image", "tag"))) continue;
      yield {
        kind: "finding",
        subject: subjectOf(configuration),
        environment: configuration.environment,
        at: configuration.at,
        message: `revision ${configuration.chartVersion} without image.tag runs image tag 1.16.0`,
        fix: `Set image.tag: "${configuration.chartVersion}".`,
      };
    }
  },
  examples: {
    failing: [{ name: "0.2.0 without a tag", files: { "sharinghub.yaml": hubExample('"0.2.0"', plain) } }],
    passing: [
      {
        name: "0.2.0 with a tag",
        files: { "sharinghub.yaml": hubExample('"0.2.0"', `image:\n  tag: "0.2.0"\n${plain}`) },
      },
      { name: "0.3.0", files: { "sharinghub.yaml": hubExample('"0.3.0"', plain) } },
    ],
  },
});

export const workersUnbounded = defineRule({
  id: "sharinghub-workers-by-node",
  title: "SharingHub starts workers by the size of the node",
  group: "sharinghub",
  severity: "medium",
  why: "Without gunicorn.workers the server starts two workers for each CPU of the node, whatever the pod may use. On a large node they run out of memory, and each worker keeps a cache of its own, so that answers differ from request to request.",
  sources: [
    `${chart}/values.yaml (gunicorn.workers, resources: {})`,
    "csgroup-oss/sharinghub-server resources/gunicorn.conf.py",
  ],
  fix: "Set gunicorn.workers to a small number, and resources that fit it.",
  needs: ["configurations"],
  *check({ configurations }) {
    for (const configuration of hubsIn(configurations)) {
      if (!isAtLeast(hubVersionIn(configuration), "0.3.0") || !isOff(configuration.setting("gunicorn", "workers")))
        continue;
      yield {
        kind: "finding",
        subject: subjectOf(configuration),
        environment: configuration.environment,
        at: placeIn(configuration.written("gunicorn"), configuration),
        message: "gunicorn.workers is not set",
        fix: "Set gunicorn.workers: 4 and resources.limits.memory.",
      };
    }
  },
  examples: {
    failing: [
      {
        name: "the chart as it comes",
        files: { "sharinghub.yaml": hubExample('"0.4.1"', "image:\n  repository: eoepca/sharinghub") },
      },
    ],
    passing: [{ name: "four workers", files: { "sharinghub.yaml": hubExample('"0.4.1"', plain) } }],
  },
});

const holders = ["Secret", "SealedSecret", "ExternalSecret", "VaultStaticSecret"];

function holds(name: string): (manifest: Manifest) => boolean {
  return (manifest) => holders.includes(manifest.kind) && manifest.name === name;
}

const sealed = (name: string): string =>
  `apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {name: ${name}, namespace: sharinghub}\nspec: {encryptedData: {key: AgB}}\n`;

export const loginSecretMissing = defineRule({
  id: "sharinghub-login-secret-missing",
  title: "SharingHub's login secret is not among its secrets",
  group: "sharinghub",
  severity: "medium",
  why: "The chart marks the OIDC secret as optional. When it is missing the pod starts all the same and quietly offers a token field instead of a login.",
  sources: [`${chart}/templates/deployment.yaml (GITLAB_OAUTH_*, optional: true)`],
  fix: "Keep RELEASE-oidc with client-id and client-secret where the other secrets are kept.",
  needs: ["configurations", "manifests"],
  *check({ configurations, manifests }) {
    for (const configuration of hubsIn(configurations)) {
      const release = textIn(configuration.written("fullnameOverride")) ?? "sharinghub";
      const here = manifests.filter(({ environment }) => environment === configuration.environment);
      const siblings = here.filter((manifest) => holds(release)(manifest) || holds(`${release}-s3`)(manifest));
      const [sibling] = siblings;
      if (sibling === undefined || here.some(holds(`${release}-oidc`))) continue;
      yield {
        kind: "finding",
        subject: subjectOf(configuration),
        environment: configuration.environment,
        at: sibling.file.locate(sibling.root),
        message: `${siblings.map(({ name }) => name).join(" and ")} are kept here, ${release}-oidc is not`,
        fix: `Add ${release}-oidc with client-id and client-secret; GET /api/config/ then shows the auth mode oauth2.`,
      };
    }
  },
  examples: {
    failing: [
      {
        name: "two of three secrets",
        files: {
          "sharinghub.yaml": hubExample('"0.4.1"', plain),
          "secrets.yaml": `${sealed("sharinghub")}---\n${sealed("sharinghub-s3")}`,
        },
      },
    ],
    passing: [
      {
        name: "all three",
        files: {
          "sharinghub.yaml": hubExample('"0.4.1"', plain),
          "secrets.yaml": `${sealed("sharinghub")}---\n${sealed("sharinghub-s3")}---\n${sealed("sharinghub-oidc")}`,
        },
      },
      { name: "secrets kept elsewhere", files: { "sharinghub.yaml": hubExample('"0.4.1"', plain) } },
    ],
  },
});

export const probeBlind = defineRule({
  id: "sharinghub-probe-sees-nothing",
  title: "SharingHub's probe is green with GitLab down",
  group: "sharinghub",
  severity: "low",
  why: "The chart's probes ask /, which is a static page (a redirect before 0.4). Everything people come for is read from GitLab on each request, and none of it is asked. /api/stac and /api/stac/collections do not ask GitLab either.",
  sources: [
    `${chart}/templates/deployment.yaml`,
    "csgroup-oss/sharinghub-server@0.4.0 app/router.py, app/stac/views.py",
  ],
  fix: "Watch the items of a collection from outside: /api/stac/collections/COLLECTION/items.",
  needs: ["configurations", "manifests"],
  *check({ configurations, manifests }) {
    const hubs = hubsIn(configurations).filter(({ chart: name }) => name !== undefined);
    const items = /\/api\/stac\/(?:search|collections\/[^\s/]{1,200}\/items)/;
    if (hubs.length === 0 || manifests.some(({ root }) => items.test(wordsIn(root)))) return;
    for (const configuration of hubs) {
      yield {
        kind: "finding",
        subject: subjectOf(configuration),
        environment: configuration.environment,
        at: configuration.at,
        message: "the chart's probes ask only for a static page, and nothing here asks for a STAC item",
        fix: "Add a Prometheus Probe for https://HOST/api/stac/collections/ai-model/items?limit=1 that expects an item.",
      };
    }
  },
  examples: {
    failing: [{ name: "the chart alone", files: { "sharinghub.yaml": hubExample('"0.4.1"', plain) } }],
    passing: [
      {
        name: "items are watched",
        files: {
          "sharinghub.yaml": hubExample('"0.4.1"', plain),
          "probe.yaml":
            "apiVersion: monitoring.coreos.com/v1\nkind: Probe\nmetadata: {name: hub}\nspec:\n  targets:\n    staticConfig:\n      static: [https://hub.example.org/api/stac/collections/ai-model/items]\n",
        },
      },
    ],
  },
});

const helmRepository = (sample: { repoURL: string; chart?: string; path?: string }): string =>
  sampleApplication({ name: "sharinghub", targetRevision: '"0.4.1"', ...sample });

export const chartRepository = defineRule({
  id: "sharinghub-chart-is-in-git",
  title: "SharingHub's charts are in Git, not in a Helm repository",
  group: "sharinghub",
  severity: "high",
  why: "The address csgroup-oss.github.io/helm-charts appears in instructions, and no such Helm repository was found. The charts lie in the Git repositories of SharingHub and MLflow SharingHub, with versions 0.x.",
  sources: [
    "csgroup-oss/sharinghub deploy/helm/sharinghub, csgroup-oss/mlflow-sharinghub deploy/helm/mlflow-sharinghub (tags 0.1.0 to 0.4.2)",
  ],
  fix: "Use repoURL: https://github.com/csgroup-oss/sharinghub.git with path: deploy/helm/sharinghub and a Git tag as targetRevision.",
  needs: ["applications"],
  *check({ applications }) {
    for (const application of applications) {
      for (const source of application.sources) {
        if (!/csgroup-oss\.github\.io/.test(source.repoURL ?? "")) continue;
        yield {
          kind: "finding",
          subject: applicationSubject(application),
          environment: application.environment,
          at: application.file.locate(source.root),
          message: `no Helm repository was found at ${source.repoURL}`,
          fix: `Use https://github.com/csgroup-oss/${source.chart ?? "sharinghub"}.git with path: deploy/helm/${source.chart ?? "sharinghub"}.`,
        };
      }
    }
  },
  examples: {
    failing: [
      {
        name: "a Helm repository",
        files: {
          "sharinghub.yaml": helmRepository({
            repoURL: "https://csgroup-oss.github.io/helm-charts",
            chart: "sharinghub",
          }),
        },
      },
    ],
    passing: [
      {
        name: "the Git repository",
        files: {
          "sharinghub.yaml": helmRepository({
            repoURL: "https://github.com/csgroup-oss/sharinghub.git",
            path: "deploy/helm/sharinghub",
          }),
        },
      },
    ],
  },
});
