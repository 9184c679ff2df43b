import { isAtLeast, isBefore, placeIn, subjectOf } from "../../ask.ts";
import { type Configuration, defineRule, type Verdict } from "../../contract.ts";
import {
  hubExample,
  hubsIn,
  hubVersionIn,
  nodeIn,
  placedIn,
  type ServerConfig,
  serverConfigOf,
  withConfig,
  writtenIn,
} from "../chart.ts";

const changelog = "csgroup-oss/sharinghub-server@0.4.0 CHANGELOG.md, app/config.yaml";

export const configNotYaml = defineRule({
  id: "sharinghub-config-not-yaml",
  title: "SharingHub's configuration is not valid YAML",
  group: "sharinghub",
  severity: "high",
  why: "The server's configuration is a document inside a string (config: |-). Helm and Argo CD see only text and sync it; the server cannot read it and does not start.",
  sources: [
    "csgroup-oss/sharinghub@0.4.2 deploy/helm/sharinghub/values.yaml",
    "EOEPCA/eoepca-plus@947f4dd..6217369 (a colon forgotten, found four minutes later)",
  ],
  fix: "Mend the document; every key ends in a colon, and the indentation is even.",
  needs: ["configurations"],
  *check({ configurations }) {
    for (const configuration of hubsIn(configurations)) {
      if (serverConfigOf(configuration).kind !== "broken") continue;
      yield {
        kind: "finding",
        subject: subjectOf(configuration),
        environment: configuration.environment,
        at: placeIn(configuration.written("config"), configuration),
        message: "the text below config: is not a YAML mapping; the server will not start on it",
        fix: "Check it alone: yq '.spec.source.helm.valuesObject.config' FILE | yq .",
      };
    }
  },
  examples: {
    failing: [
      {
        name: "a colon forgotten",
        files: {
          "sharinghub.yaml": hubExample(
            '"0.4.1"',
            withConfig(
              "server\n  allowed-origins:\n    - https://hub.example.org\ngitlab:\n  url: https://gitlab.example.org",
            ),
          ),
        },
      },
    ],
    passing: [
      {
        name: "a valid document",
        files: { "sharinghub.yaml": hubExample('"0.4.1"', withConfig("gitlab:\n  url: https://gitlab.example.org")) },
      },
    ],
  },
});

interface Renamed {
  readonly old: readonly string[];
  readonly now: string;
  readonly since: string;
  readonly effect: string;
  /** Whether the old key, as written, asks for something. */
  readonly asks: (text: string) => boolean;
}

const renamed: readonly Renamed[] = [
  {
    old: ["s3", "enable"],
    now: "services.store.mode with services.store.url",
    since: "0.4.0",
    effect: "the store route is gone, and DVC pushes fail",
    asks: (text) => text === "true",
  },
  {
    old: ["stac", "s3", "enable"],
    now: "services.store.mode with services.store.url",
    since: "0.4.0",
    effect: "the store route is gone, and DVC pushes fail",
    asks: (text) => text === "true",
  },
  {
    old: ["wizard", "url"],
    now: "services.wizard.url",
    since: "0.4.0",
    effect: "the wizard's link is gone",
    asks: () => true,
  },
  {
    old: ["stac", "search", "cache-timeout"],
    now: "nothing: the cache was removed",
    since: "0.3.0",
    effect: "it has no effect",
    asks: () => true,
  },
];

function* renamedIn(configuration: Configuration, config: ServerConfig): Iterable<Verdict> {
  const version = hubVersionIn(configuration);
  for (const { old, now, since, effect, asks } of renamed) {
    const found = placedIn(config, ...old);
    if (found === undefined || !isAtLeast(version, since) || !asks(writtenIn(config, ...old) ?? "")) continue;
    yield {
      kind: "finding",
      subject: subjectOf(configuration),
      key: old.join("."),
      environment: configuration.environment,
      at: found,
      message: `SharingHub ${version} no longer reads ${old.join(".")}: ${effect}`,
      fix: `Use ${now}, and remove ${old.join(".")}.`,
      ...(effect === "it has no effect" ? { severity: "low" as const } : {}),
    };
  }
}

/** The other way round: the new key with a server that does not know it yet. */
function* tooNewIn(configuration: Configuration, config: ServerConfig): Iterable<Verdict> {
  const version = hubVersionIn(configuration);
  const store = placedIn(config, "services", "store");
  if (store === undefined || !isBefore(version, "0.4.0")) return;
  yield {
    kind: "finding",
    subject: subjectOf(configuration),
    key: "services.store",
    environment: configuration.environment,
    at: store,
    message: `SharingHub ${version} does not know services.store; it reads s3.enable`,
    fix: "Set s3.enable: true, or upgrade to 0.4.0 or newer.",
  };
}

export const configKeyRenamed = defineRule({
  id: "sharinghub-config-key-renamed",
  title: "SharingHub ignores a configuration key that was renamed",
  group: "sharinghub",
  severity: "high",
  why: "The server never refuses a key it does not know. After an upgrade a renamed key is simply not read, the feature behind it vanishes, and nothing says so. 0.4.0 moved s3.enable and wizard.url below services.",
  sources: [changelog],
  fix: "Rename the keys together with the version, in one change.",
  needs: ["configurations"],
  *check({ configurations }) {
    for (const configuration of hubsIn(configurations)) {
      const config = serverConfigOf(configuration);
      yield* renamedIn(configuration, config);
      yield* tooNewIn(configuration, config);
    }
  },
  examples: {
    failing: [
      {
        name: "the old switch of the store with 0.4",
        files: {
          "sharinghub.yaml": hubExample(
            '"0.4.1"',
            withConfig("gitlab:\n  url: https://gitlab.example.org\ns3:\n  enable: true\n  bucket: hub"),
          ),
        },
      },
      {
        name: "the new key with 0.3",
        files: {
          "sharinghub.yaml": hubExample(
            '"0.3.0"',
            withConfig("services:\n  store:\n    mode: http\n    url: https://hub.example.org/api/store"),
          ),
        },
      },
    ],
    passing: [
      {
        name: "the new key with 0.4",
        files: {
          "sharinghub.yaml": hubExample(
            '"0.4.1"',
            withConfig(
              "services:\n  store:\n    mode: http\n    url: https://hub.example.org/api/store\ns3:\n  bucket: hub",
            ),
          ),
        },
      },
      {
        name: "the old key with 0.3",
        files: { "sharinghub.yaml": hubExample('"0.3.0"', withConfig("s3:\n  enable: true\n  bucket: hub")) },
      },
    ],
  },
});

/** A store without url, written or by the chart's default configuration. */
function lacksUrl(config: ServerConfig): boolean {
  if (config.kind === "default") return true;
  return (
    nodeIn(config, "services", "store")?.kind === "mapping" &&
    writtenIn(config, "services", "store", "url") === undefined
  );
}

export const storeWithoutUrl = defineRule({
  id: "sharinghub-store-without-url",
  title: "SharingHub's store has no url and the server fails at start",
  group: "sharinghub",
  severity: "high",
  why: "Server 0.4.0 reads the url of every entry of services while it is imported. An entry without one, also the store with mode: null of the chart's own default configuration, ends it with a KeyError before it listens. Known from reading the source.",
  sources: [
    changelog,
    "csgroup-oss/sharinghub@0.4.2 deploy/helm/sharinghub/values.yaml (config.services.store: {mode: null})",
  ],
  fix: "Give services.store a url, or leave services.store out.",
  needs: ["configurations"],
  *check({ configurations }) {
    for (const configuration of hubsIn(configurations)) {
      const version = hubVersionIn(configuration);
      const config = serverConfigOf(configuration);
      if (!isAtLeast(version, "0.4.0") || !isBefore(version, "0.4.3") || !lacksUrl(config)) continue;
      const byDefault = config.kind === "default";
      yield {
        kind: "finding",
        subject: subjectOf(configuration),
        environment: configuration.environment,
        at: placedIn(config, "services", "store") ?? configuration.at,
        message: byDefault
          ? `config is not set, and the default of chart ${version} has a store without url`
          : `services.store has no url, and SharingHub ${version} needs one`,
        fix: "Set services.store.url: https://HOST/api/store with mode: http, or write a config without services.store.",
      };
    }
  },
  examples: {
    failing: [
      {
        name: "no url",
        files: { "sharinghub.yaml": hubExample('"0.4.0"', withConfig("services:\n  store:\n    mode: null")) },
      },
      {
        name: "the chart's own configuration",
        files: { "sharinghub.yaml": hubExample('"0.4.1"', "image:\n  repository: eoepca/sharinghub") },
      },
    ],
    passing: [
      {
        name: "with a url",
        files: {
          "sharinghub.yaml": hubExample(
            '"0.4.0"',
            withConfig("services:\n  store:\n    mode: http\n    url: https://hub.example.org/api/store"),
          ),
        },
      },
      {
        name: "no store",
        files: { "sharinghub.yaml": hubExample('"0.4.0"', withConfig("gitlab:\n  url: https://gitlab.example.org")) },
      },
    ],
  },
});
