import { at as nodeAt, textAt } from "../../../kernel/tree.ts";
import { isAtLeast, isBefore, isOff, isOn, isTrial, placeIn, releaseOf, subjectOf } from "../../ask.ts";
import { type Application, type Configuration, defineRule } from "../../contract.ts";
import { gitlabExample, gitlabsIn } from "../installed.ts";

const charts = "integratop/gitlab-org-charts-mirror@3403350c8";

interface Bundled {
  readonly title: string;
  readonly path: readonly string[];
}

const bundled: readonly Bundled[] = [
  { title: "PostgreSQL", path: ["postgresql", "install"] },
  { title: "Redis", path: ["redis", "install"] },
  { title: "MinIO", path: ["global", "minio", "enabled"] },
];

const [postgresql, redis] = bundled;

function bundledIn(configuration: Configuration): readonly Bundled[] {
  return bundled.filter(({ path }) => isOn(configuration.setting(...path)));
}

export const bundledDatastores = defineRule({
  id: "gitlab-bundled-datastores",
  title: "GitLab keeps its data in the chart's bundled datastores",
  group: "gitlab",
  severity: "medium",
  why: "The PostgreSQL, Redis and MinIO that come with the chart are for evaluation. Chart 10 (GitLab 19) no longer has them: the data must be moved out on 18.x first, and a PostgreSQL major change of the bundled one is a dump, a deleted volume and a restore.",
  sources: [
    `${charts} doc/installation/deployment.md, doc/installation/database_upgrade.md, doc/installation/migration/bundled_chart_migration.md`,
    "nobidev/gitlab-charts:doc/releases/10_0.md @0931d4199",
  ],
  fix: "Run PostgreSQL, Redis or Valkey and object storage outside the chart, move the data while on GitLab 18, then switch the bundled ones off.",
  needs: ["configurations"],
  *check({ configurations }) {
    for (const configuration of gitlabsIn(configurations)) {
      if (!isBefore(configuration.chartVersion, "10.0") || isTrial(configuration.environment)) continue;
      for (const { title, path } of bundledIn(configuration)) {
        const setting = configuration.setting(...path);
        const written = setting.kind === "known" && setting.value.at !== undefined;
        yield {
          kind: "finding",
          subject: subjectOf(configuration),
          key: title,
          environment: configuration.environment,
          at: placeIn(setting, configuration),
          message: `the bundled ${title} is in use (${path.join(".")} is ${written ? "set to true" : "true by default"})`,
          fix: `Move ${title} out of the chart before chart 10, then set ${path.join(".")}: false.`,
        };
      }
    }
  },
  examples: {
    failing: [
      {
        name: "nothing said, so the chart installs them",
        files: { "gitlab.yaml": gitlabExample("9.5.0", "global:\n  edition: ce") },
      },
    ],
    passing: [
      {
        name: "all three outside",
        files: {
          "gitlab.yaml": gitlabExample(
            "9.5.0",
            "global:\n  minio:\n    enabled: false\n  psql:\n    host: gitlab-db-rw\npostgresql:\n  install: false\nredis:\n  install: false",
          ),
        },
      },
      {
        name: "a development environment",
        files: { "dev/gitlab.yaml": gitlabExample("9.5.0", "global:\n  edition: ce") },
      },
    ],
  },
});

export const bundledRemoved = defineRule({
  id: "gitlab-bundled-datastores-removed",
  title: "A bundled datastore is still on with chart 10",
  group: "gitlab",
  severity: "critical",
  why: "Chart 10 has no bundled PostgreSQL and Redis and refuses to render while their switches are on. Whoever removes the switch to make it render leaves the old database behind, with all its data.",
  sources: [
    "nobidev/gitlab-charts:doc/releases/10_0.md @0931d4199",
    "gitlabhq/gitlabhq:doc/update/versions/gitlab_19_changes.md",
  ],
  fix: "Stay on chart 9, move the data to datastores of your own, and only then go to chart 10.",
  needs: ["configurations"],
  *check({ configurations }) {
    for (const configuration of gitlabsIn(configurations)) {
      if (!isAtLeast(configuration.chartVersion, "10.0")) continue;
      for (const { title, path } of bundled) {
        const setting = configuration.written(...path);
        if (!isOn(setting)) continue;
        yield {
          kind: "finding",
          subject: subjectOf(configuration),
          key: title,
          environment: configuration.environment,
          at: placeIn(setting, configuration),
          message: `${path.join(".")} is true, and chart ${configuration.chartVersion} has no ${title}`,
          fix: `Go back to the chart that runs today, move ${title}'s data out, then set ${path.join(".")}: false.`,
        };
      }
    }
  },
  examples: {
    failing: [
      {
        name: "PostgreSQL still bundled",
        files: { "gitlab.yaml": gitlabExample("10.0.1", "postgresql:\n  install: true") },
      },
    ],
    passing: [
      {
        name: "switched off",
        files: { "gitlab.yaml": gitlabExample("10.0.1", "postgresql:\n  install: false\nredis:\n  install: false") },
      },
    ],
  },
});

/** The chart versions that take their bundled images from Bitnami's withdrawn catalogue: charts/gitlab#6089 names the last of each line. */
function pullsWithdrawn(chartVersion: string | undefined): boolean {
  const [major = 99, minor = 99] = releaseOf(chartVersion) ?? [];
  if (major < 9) return true;
  if (major > 9 || minor > 2) return false;
  return isBefore(chartVersion, ["9.0.6", "9.1.5", "9.2.2"][minor] ?? "0");
}

export const bundledImagesWithdrawn = defineRule({
  id: "end-of-life-gitlab-bundled-images",
  title: "The bundled PostgreSQL or Redis comes from a withdrawn image",
  group: "end-of-life",
  severity: "high",
  why: "Bitnami withdrew its versioned images from Docker Hub on 2025-09-29. Charts up to 17.11, 18.0.5, 18.1.4 and 18.2.1 still point there: the database runs until its pod moves to another node, and then it cannot be pulled.",
  sources: [
    "gitlabhq/gitlabhq:doc/update/versions/gitlab_18_changes.md @2d6d52117",
    "https://gitlab.com/gitlab-org/charts/gitlab/-/issues/6089",
  ],
  fix: "Point postgresql.image.repository and redis.image.repository to bitnamilegacy/… or to your own mirror now, and move the datastores out of the chart.",
  needs: ["configurations"],
  *check({ configurations }) {
    for (const configuration of gitlabsIn(configurations)) {
      if (!pullsWithdrawn(configuration.chartVersion)) continue;
      for (const store of [postgresql, redis]) {
        const root = store?.path[0] ?? "";
        const elsewhere = [
          configuration.written(root, "image", "repository"),
          configuration.written(root, "image", "registry"),
          configuration.written("global", "imageRegistry"),
        ];
        if (store === undefined || !isOn(configuration.setting(...store.path)) || !elsewhere.every(isOff)) continue;
        yield {
          kind: "finding",
          subject: subjectOf(configuration),
          key: store.title,
          environment: configuration.environment,
          at: configuration.at,
          message: `chart ${configuration.chartVersion} pulls its ${store.title} from docker.io/bitnami, where the versioned tags are gone`,
          fix: `Set ${root}.image.repository to bitnamilegacy/${root} or to a mirror that still has the tag.`,
        };
      }
    }
  },
  examples: {
    failing: [
      { name: "chart 9.1.4 as it comes", files: { "gitlab.yaml": gitlabExample("9.1.4", "global:\n  edition: ce") } },
    ],
    passing: [
      {
        name: "the legacy repository",
        files: {
          "gitlab.yaml": gitlabExample(
            "9.1.4",
            "postgresql:\n  image:\n    repository: bitnamilegacy/postgresql\nredis:\n  image:\n    repository: bitnamilegacy/redis",
          ),
        },
      },
      {
        name: "a chart with the new location",
        files: { "gitlab.yaml": gitlabExample("9.5.0", "global:\n  edition: ce") },
      },
    ],
  },
});

function healsItself(application: Application): boolean {
  return textAt(application.spec, "syncPolicy", "automated", "selfHeal") === "true";
}

export const selfHealDuringDatabaseUpgrade = defineRule({
  id: "gitlab-self-heal-and-bundled-database",
  title: "Self-heal undoes the steps of the coming database upgrade",
  group: "gitlab",
  severity: "medium",
  why: "The way from GitLab 17 to 18 with the bundled PostgreSQL deletes a StatefulSet and scales pods to zero by hand. With self-heal on, Argo CD puts them back in the middle of it, and the restore runs against a database in use.",
  sources: [
    `${charts} doc/installation/database_upgrade.md`,
    "argoproj/argo-cd:docs/user-guide/auto_sync.md @0444e4b99",
  ],
  fix: "Switch automated sync off for the upgrade, in Git, and on again after it; better, move PostgreSQL out of the chart first.",
  needs: ["configurations", "applications"],
  *check({ configurations, applications }) {
    for (const configuration of gitlabsIn(configurations)) {
      const application = applications.find(
        ({ name, environment }) => name === configuration.component && environment === configuration.environment,
      );
      if (application === undefined || !healsItself(application)) continue;
      if (!isBefore(configuration.chartVersion, "9.0") || !isOn(configuration.setting("postgresql", "install")))
        continue;
      const automated = nodeAt(application.spec, "syncPolicy", "automated");
      yield {
        kind: "finding",
        subject: subjectOf(configuration),
        environment: configuration.environment,
        at: automated === undefined ? configuration.at : application.file.locate(automated),
        message: `chart ${configuration.chartVersion} with the bundled PostgreSQL and selfHeal: true: the next major step cannot be done by hand`,
        fix: "Set spec.syncPolicy.automated.selfHeal: false before the upgrade to chart 9.",
      };
    }
  },
  examples: {
    failing: [
      {
        name: "chart 8, bundled database, self-heal",
        files: {
          "gitlab.yaml": gitlabExample(
            "8.11.8",
            "global:\n  edition: ce",
            "automated:\n  prune: true\n  selfHeal: true",
          ),
        },
      },
    ],
    passing: [
      {
        name: "self-heal off",
        files: {
          "gitlab.yaml": gitlabExample(
            "8.11.8",
            "global:\n  edition: ce",
            "automated:\n  prune: true\n  selfHeal: false",
          ),
        },
      },
    ],
  },
});
