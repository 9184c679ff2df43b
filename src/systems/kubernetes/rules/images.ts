import { isOff, isOn, subjectOf } from "../../ask.ts";
import { type Configuration, defineRule, type Example, type Pin } from "../../contract.ts";
import { imageExample } from "../../end-of-life.ts";
import { sampleApplication } from "../../sample.ts";

/** A tagged image of Docker Hub's `bitnami`; `latest` is what is still published there. */
function isWithdrawn(pin: Pin): boolean {
  const name = pin.name.replace(/^(?:docker\.io|index\.docker\.io|registry-1\.docker\.io)\//, "");
  return pin.kind === "image" && /^bitnami\/[\w.-]+$/.test(name) && pin.version !== null && /\d/.test(pin.version);
}

export const bitnamiWithdrawn = defineRule({
  id: "end-of-life-bitnami-images",
  title: "Image withdrawn by Bitnami",
  group: "end-of-life",
  severity: "high",
  why: "Bitnami withdrew the versioned tags of docker.io/bitnami on 2025-09-29 and moved them, without updates, to docker.io/bitnamilegacy. A pod that runs goes on running; the next one, on another node, cannot pull.",
  sources: [
    "https://gitlab.com/gitlab-org/charts/gitlab/-/issues/6089",
    "gitlabhq/gitlabhq:doc/update/versions/gitlab_18_changes.md @2d6d52117",
  ],
  fix: "Mirror the image, or use bitnamilegacy/… for the time it takes to move to a maintained one.",
  needs: ["pins"],
  *check({ pins }) {
    for (const pin of pins.filter(isWithdrawn)) {
      yield {
        kind: "finding",
        subject: `image/${pin.name}`,
        environment: pin.environment,
        at: { file: pin.file, line: pin.line, column: pin.column },
        message: `${pin.name}:${pin.version} is no longer on Docker Hub`,
        fix: `Use ${pin.name.replace(/bitnami\//, "bitnamilegacy/")}:${pin.version} now, and plan to leave it.`,
      };
    }
  },
  examples: {
    failing: [{ name: "a versioned tag", files: imageExample("db", "bitnami/postgresql:15.4.0") }],
    passing: [
      { name: "the legacy repository", files: imageExample("db", "bitnamilegacy/postgresql:15.4.0") },
      { name: "a mirror", files: imageExample("db", "registry.example.org/bitnami/postgresql:15.4.0") },
    ],
  },
});

/** A configuration whose chart, or whose bundled database, comes from Bitnami; and the keys that would move its images. */
interface FromBitnami {
  readonly configuration: Configuration;
  readonly what: string;
  readonly root: readonly string[];
}

function fromBitnami(configuration: Configuration, pins: readonly Pin[]): FromBitnami | undefined {
  const { system, chart, environment } = configuration;
  if (system === "mlflow-sharinghub" && isOn(configuration.setting("postgresql", "enabled"))) {
    return { configuration, what: "its bundled PostgreSQL (Bitnami's chart postgresql 15.5.20)", root: ["postgresql"] };
  }
  const pin = pins.find(
    ({ kind, name, source, environment: where }) =>
      kind === "chart" &&
      name === chart &&
      where === environment &&
      /charts\.bitnami\.com|bitnamicharts/.test(source ?? ""),
  );
  return pin === undefined
    ? undefined
    : { configuration, what: `Bitnami's chart ${pin.name} ${pin.version ?? ""}`.trim(), root: [] };
}

/** Every key that moves the main image elsewhere is known and empty. */
function keepsDefaultImage({ configuration, root }: FromBitnami): boolean {
  const keys = [
    [...root, "image", "repository"],
    [...root, "image", "registry"],
    [...root, "global", "imageRegistry"],
    ["global", "imageRegistry"],
  ];
  return keys.every((path) => isOff(configuration.written(...path)));
}

const chartExample = (values: string): Example["files"] => ({
  "keycloak.yaml": sampleApplication({
    name: "keycloak",
    repoURL: "https://charts.bitnami.com/bitnami",
    chart: "keycloak",
    targetRevision: "21.4.4",
    values,
  }),
});

export const bitnamiChart = defineRule({
  id: "end-of-life-bitnami-charts",
  title: "Bitnami's chart with its own images",
  group: "end-of-life",
  severity: "medium",
  why: "Charts of Bitnami from before September 2025 point to versioned tags of docker.io/bitnami, which were withdrawn on 2025-09-29. What runs goes on; the pod that has to start on another node does not.",
  sources: [
    "https://gitlab.com/gitlab-org/charts/gitlab/-/issues/6089",
    "csgroup-oss/mlflow-sharinghub@0.2.0 deploy/helm/mlflow-sharinghub/Chart.yaml (postgresql 15.5.20)",
  ],
  fix: "Point image.repository to bitnamilegacy/… or to a mirror, and plan the move to a maintained chart or operator.",
  needs: ["configurations", "pins"],
  *check({ configurations, pins }) {
    for (const configuration of configurations) {
      const found = fromBitnami(configuration, pins);
      if (found === undefined || !keepsDefaultImage(found)) continue;
      yield {
        kind: "finding",
        subject: subjectOf(configuration),
        environment: configuration.environment,
        at: configuration.at,
        message: `${found.what} pulls its images from docker.io/bitnami by default`,
        fix: `Set ${[...found.root, "image", "repository"].join(".")} to a place that still has them; check with: helm template … | grep image:`,
      };
    }
  },
  examples: {
    failing: [{ name: "an old chart as it comes", files: chartExample("replicaCount: 2") }],
    passing: [{ name: "the legacy repository", files: chartExample("image:\n  repository: bitnamilegacy/keycloak") }],
  },
});
