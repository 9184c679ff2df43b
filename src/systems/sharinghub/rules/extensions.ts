import { placeIn, subjectOf } from "../../ask.ts";
import { type Configuration, defineRule } from "../../contract.ts";
import { hubExample, hubsIn, serverConfigOf, withConfig, writtenIn } from "../chart.ts";

type Prefix = "ml-model" | "mlm";

function prefixOf(configuration: Configuration): Prefix | undefined {
  const config = serverConfigOf(configuration);
  const [old, now] = [
    writtenIn(config, "stac", "extensions", "ml-model"),
    writtenIn(config, "stac", "extensions", "mlm"),
  ];
  if ((old === undefined) === (now === undefined)) return undefined;
  return old === undefined ? "mlm" : "ml-model";
}

export const extensionPrefixChanged = defineRule({
  id: "sharinghub-extension-prefix",
  title: "SharingHub reads only the mlm fields of a project's README",
  group: "sharinghub",
  severity: "medium",
  why: "SharingHub takes STAC fields from a README by the prefix of the configured extension. With mlm instead of ml-model, projects whose README still says ml-model: lose those fields and the role of their checkpoint, without a message.",
  sources: ["csgroup-oss/sharinghub@2648372 (ml-model to mlm)", "csgroup-oss/sharinghub-server@0.4.0 app/stac"],
  fix: "Keep both extensions configured until the READMEs are changed.",
  needs: ["configurations"],
  *check({ configurations }) {
    const hubs = hubsIn(configurations);
    for (const configuration of hubs) {
      if (prefixOf(configuration) !== "mlm") continue;
      const other = hubs.find((hub) => hub !== configuration && prefixOf(hub) === "ml-model");
      const subject = subjectOf(configuration);
      const { environment } = configuration;
      const at = placeIn(configuration.written("config"), configuration);
      if (other === undefined) {
        const why = "only the extension mlm is configured; whether a README still uses ml-model: stands in GitLab";
        yield {
          kind: "unknown",
          subject,
          environment,
          at,
          why,
          howToLearn: "Search GitLab's projects with the topic sharinghub:aimodel for `ml-model:` in README.md",
        };
      } else {
        const message = `mlm here and ml-model in ${other.environment ?? other.component}: the same README shows different fields`;
        yield {
          kind: "finding",
          subject,
          environment,
          at,
          message,
          fix: "Configure stac.extensions.ml-model beside mlm here until the READMEs are changed.",
        };
      }
    }
  },
  examples: {
    failing: [
      {
        name: "two environments, two prefixes",
        files: {
          "staging/sharinghub.yaml": hubExample(
            '"0.4.1"',
            withConfig("stac:\n  extensions:\n    mlm: https://stac-extensions.github.io/mlm/v1.4.0/schema.json"),
          ),
          "production/sharinghub.yaml": hubExample(
            '"0.4.1"',
            withConfig(
              "stac:\n  extensions:\n    ml-model: https://stac-extensions.github.io/ml-model/v1.0.0/schema.json",
            ),
          ),
        },
      },
    ],
    passing: [
      {
        name: "both",
        files: {
          "sharinghub.yaml": hubExample(
            '"0.4.1"',
            withConfig(
              "stac:\n  extensions:\n    ml-model: https://stac-extensions.github.io/ml-model/v1.0.0/schema.json\n    mlm: https://stac-extensions.github.io/mlm/v1.4.0/schema.json",
            ),
          ),
        },
      },
    ],
    unknown: [
      {
        name: "mlm alone",
        files: {
          "sharinghub.yaml": hubExample(
            '"0.4.1"',
            withConfig("stac:\n  extensions:\n    mlm: https://stac-extensions.github.io/mlm/v1.4.0/schema.json"),
          ),
        },
      },
    ],
  },
});
