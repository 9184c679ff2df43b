import { defineRule, type Pin, type Rule, type Verdict } from "../../systems/contract.ts";
import { roleOf } from "./deployed.ts";

const guide = "EOEPCA/document-mlops:docs/admin/maintenance.md @38622f1 (pin image tags; avoid latest)";
const restarts =
  "mlflow/mlflow issues 12627, 16132, 10493: `:latest` restarted into a newer schema, with no way back (facts, platform §7.8)";

const deployment = (image: string): string => `apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  template:
    spec:
      containers:
        - name: web
          image: ${image}
`;

/** A developer's own environment may follow what is newest: there it is a surprise, not an outage. */
function matters(pin: Pin): boolean {
  return roleOf(pin) === "deployed" && pin.environment !== "local" && pin.environment !== "development";
}

function verdict(pin: Pin, message: string, fix: string): Verdict {
  return {
    kind: "finding",
    subject: `image/${pin.name}`,
    key: roleOf(pin),
    environment: pin.environment,
    at: pin,
    message,
    fix,
    ...(matters(pin) ? {} : { severity: "medium" as const }),
  };
}

function images(pins: readonly Pin[], state: Pin["state"]): readonly Pin[] {
  return pins.filter((pin) => pin.kind === "image" && pin.state === state && pin.effective?.kind !== "known");
}

/** In Helm values a tag may be left to the chart, when the image is written in parts. */
function chartDecides(pin: Pin): boolean {
  return (
    pin.effective?.kind === "unknown" ||
    (roleOf(pin) === "deployed" && inParts.has(pin.reader) && /(repository|tag)$/i.test(pin.path))
  );
}

const inParts: ReadonlySet<string> = new Set(["helm-values", "flux", "argocd", "terraform"]);

interface Open {
  readonly pin: Pin;
  readonly why: string;
  readonly howToLearn: string;
}

function openOf(pin: Pin): Open {
  const { effective } = pin;
  if (effective?.kind === "unknown") return { pin, why: effective.why, howToLearn: effective.howToLearn };
  return { pin, why: "the chart decides", howToLearn: "helm template CHART --version VERSION, with these values" };
}

/** One question for all images that the same answer settles. */
function questionsAbout(pins: readonly Pin[]): readonly Verdict[] {
  const groups = Map.groupBy(pins.map(openOf), ({ pin, why }) => JSON.stringify([pin.file, pin.environment, why]));
  return [...groups.values()].flatMap(questionOf);
}

function questionOf(group: readonly Open[]): readonly Verdict[] {
  const [first] = group;
  if (first === undefined) return [];
  const names = [...new Set(group.map(({ pin }) => pin.name))].sort();
  const more = names.length > 3 ? ` and ${names.length - 3} more` : "";
  return [
    {
      kind: "unknown",
      subject: `image/${names[0]}`,
      environment: first.pin.environment,
      at: first.pin,
      why: `No tag is written for ${names.slice(0, 3).join(", ")}${more}; ${first.why}.`,
      howToLearn: first.howToLearn,
    },
  ];
}

/** Tags that name nothing but "whatever is newest". */
function isLatest(pin: Pin): boolean {
  return /^(latest|edge|nightly|dev|develop|main|master|head|stable|canary|unstable|snapshot)([.-]|$)/i.test(
    pin.version ?? "",
  );
}

/** `15-alpine`, `v2`, `spark-3.5`: a version cut short. A number elsewhere (`arm64`, `centos-9`) counts something else. */
function namesLine(tag: string): boolean {
  return /^v?\d+(\.\d+)*([-_.]|$)|[-_]v?\d+\.\d+/i.test(tag);
}

export const imageLatest: Rule = defineRule({
  id: "pinning-image-latest",
  title: "An image is deployed by a tag that names whatever is newest",
  group: "pinning",
  severity: "high",
  why: "Such a tag is re-pointed with every build. A restarted or rescheduled pod runs another version than its neighbours, nobody decided it, the repository does not show it, and when the new version migrated a database there is no way back.",
  sources: [guide, restarts],
  fix: "Write the release that runs now, or its digest: `kubectl get pods -o jsonpath='{..imageID}'` shows it. Then let upgrades come as commits.",
  needs: ["pins"],
  *check({ pins }) {
    for (const pin of images(pins, "moving").filter(isLatest)) {
      yield verdict(
        pin,
        `${pin.name} is taken as "${pin.version}": every restart may run another version.`,
        `Pin ${pin.name} to a release or a digest: millwright fix --diff proposes one where it is known.`,
      );
    }
  },
  examples: {
    failing: [
      { name: "a Deployment runs latest", files: { "app.yaml": deployment("registry.example.org/shop/web:latest") } },
    ],
    passing: [
      { name: "a whole release", files: { "app.yaml": deployment("registry.example.org/shop/web:1.4.2") } },
      {
        name: "a tag with its digest",
        files: { "app.yaml": deployment(`registry.example.org/shop/web:latest@sha256:${"0f".repeat(32)}`) },
      },
    ],
  },
});

export const imageMissing: Rule = defineRule({
  id: "pinning-image-missing",
  title: "An image is deployed without a tag",
  group: "pinning",
  severity: "high",
  why: "No tag means `latest`: the same as asking for whatever is newest, only less visible.",
  sources: [guide, "https://kubernetes.io/docs/concepts/containers/images/#image-names (a missing tag means latest)"],
  fix: "Write the tag. Where a chart fills it in from its appVersion, pin the chart: that is enough.",
  needs: ["pins"],
  *check({ pins }) {
    const decidedElsewhere: Pin[] = [];
    for (const pin of images(pins, "missing")) {
      if (/[A-Z]/.test(pin.name)) continue; // No image's name: `IMAGE_URL` is filled in before it is applied.
      if (chartDecides(pin)) decidedElsewhere.push(pin);
      else
        yield verdict(
          pin,
          `${pin.name} has no tag, which means latest.`,
          `Write the tag of ${pin.name} that runs now.`,
        );
    }
    yield* questionsAbout(decidedElsewhere);
  },
  examples: {
    failing: [
      {
        name: "a Deployment names an image without a tag",
        files: { "app.yaml": deployment("registry.example.org/shop/web") },
      },
    ],
    passing: [
      {
        name: "a digest instead of a tag",
        files: { "app.yaml": deployment(`registry.example.org/shop/web@sha256:${"0f".repeat(32)}`) },
      },
      {
        name: "a kustomization sets the tag",
        files: {
          "base/app.yaml": deployment("registry.example.org/shop/web"),
          "base/kustomization.yaml":
            "resources: [app.yaml]\nimages:\n  - name: registry.example.org/shop/web\n    newTag: 1.4.2\n",
        },
      },
      { name: "a name to be filled in before it is applied", files: { "app.yaml": deployment("IMAGE_URL") } },
    ],
  },
});

export const imageFloating: Rule = defineRule({
  id: "pinning-image-floating",
  title: "An image is deployed by a tag of a release line, not of a release",
  group: "pinning",
  severity: "low",
  why: "`postgres:15-alpine` is re-pointed with every minor release and every rebuild of its base. It is milder than `latest`, since the line stays; still two nodes may run two versions, and no commit says when that changed.",
  sources: [guide],
  fix: "Write the whole release (`15.13-alpine3.21`) or add the digest.",
  needs: ["pins"],
  *check({ pins }) {
    for (const pin of images(pins, "moving").filter((candidate) => !isLatest(candidate))) {
      yield {
        ...verdict(
          pin,
          namesLine(pin.version ?? "")
            ? `${pin.name}:${pin.version} names a line of releases: it may be pointed to another one.`
            : `${pin.name}:${pin.version} is a name its owner can point elsewhere, not a release.`,
          `Write the whole release of ${pin.name} that runs now, or add its digest.`,
        ),
        severity: "low",
      };
    }
  },
  examples: {
    failing: [
      { name: "a database runs a major version's tag", files: { "db.yaml": deployment("postgres:15-alpine") } },
    ],
    passing: [
      { name: "the whole release", files: { "db.yaml": deployment("postgres:15.13-alpine3.21") } },
      { name: "a build's commit", files: { "web.yaml": deployment("registry.example.org/shop/web:v1-3f15cb8") } },
    ],
  },
});
