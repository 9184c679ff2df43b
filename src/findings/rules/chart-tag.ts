import {
  type Configuration,
  defineRule,
  type Rule,
  type Setting,
  type System,
  type Verdict,
} from "../../systems/contract.ts";

const application = (revision: string, image: string): string => `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: { name: sharinghub, namespace: argocd }
spec:
  project: mlops
  source:
    repoURL: https://github.com/csgroup-oss/sharinghub.git
    path: deploy/helm/sharinghub
    targetRevision: "${revision}"
    helm: { valuesObject: { image: ${image} } }
  destination: { server: https://kubernetes.default.svc, namespace: sharinghub }
`;

/**
 * A tag in the values that is not the version the chart was made for. It needs the systems themselves, since they know which
 * version a chart installs.
 */
export function tagNotTheCharts(systems: readonly System[]): Rule {
  return defineRule({
    id: "pinning-tag-not-the-charts",
    title: "The image's tag is another version than the chart was made for",
    group: "pinning",
    severity: "medium",
    why: "A chart's templates, probes and configuration keys are those of its appVersion. With another image they may be ignored or break, and the next bump of the chart changes nothing that runs, because the tag stays behind.",
    sources: [
      "csgroup-oss/sharinghub: git tag = chart version = appVersion = image tag from 0.3.0 on (facts, platform §4)",
    ],
    fix: "Leave the tag out, so that it follows the chart, or move both together.",
    needs: ["configurations"],
    *check({ configurations }) {
      for (const configuration of configurations) {
        const verdict = judge(configuration, systems);
        if (verdict !== undefined) yield verdict;
      }
    },
    examples: {
      failing: [
        {
          name: "the chart moved to 0.4.1 and the tag stayed",
          files: { "sharinghub.yaml": application("0.4.1", "{ repository: eoepca/sharinghub, tag: 0.3.0 }") },
        },
      ],
      passing: [
        {
          name: "the tag follows the chart",
          files: { "sharinghub.yaml": application("0.4.1", "{ repository: eoepca/sharinghub }") },
        },
        {
          name: "the same version, written twice",
          files: { "sharinghub.yaml": application("0.4.1", "{ repository: eoepca/sharinghub, tag: 0.4.1 }") },
        },
      ],
    },
  });
}

function judge(configuration: Configuration, systems: readonly System[]): Verdict | undefined {
  const { system, chart, chartVersion, component, environment } = configuration;
  const expected = appVersionOf(configuration, systems);
  const tag = configuration.written("image", "tag");
  if (expected === undefined || tag.kind !== "known" || !isOtherVersion(tag.value, expected)) return undefined;
  return {
    kind: "finding",
    subject: `${system}/${component}`,
    environment,
    at: tag.value.at ?? configuration.at,
    message: `Chart ${chart} ${chartVersion} was made for ${expected}, and its image is set to ${tag.value.text}.`,
    fix: `Leave image.tag out, or move chart and image of ${component} to one version.`,
  };
}

function appVersionOf({ system, chart, chartVersion }: Configuration, systems: readonly System[]): string | undefined {
  if (chart === undefined || chartVersion === undefined) return undefined;
  return systems.find(({ id }) => id === system)?.appVersionOf?.(chart, chartVersion);
}

function isOtherVersion({ node, text = "" }: Setting, expected: string): boolean {
  const isVersion = node.kind === "scalar" && !node.templated && /^v?\d+\.\d+/.test(text);
  return isVersion && !isSame(text, expected);
}

/** `0.4.1`, `v0.4.1` and `0.4.1-alpine` are one version. */
function isSame(tag: string, version: string): boolean {
  const bare = tag.replace(/^v/, "");
  const wanted = version.replace(/^v/, "");
  return bare === wanted || (bare.startsWith(wanted) && /^[-_+]/.test(bare.slice(wanted.length)));
}
