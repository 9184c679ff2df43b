import * as z from "zod";
import { type Category, categories } from "./categories.ts";
import type { Project } from "./gitlab.ts";
import { accessLevel, type HubWorld, type RegisteredModel } from "./world.ts";

type Json = Record<string, unknown>;

const conformance = [
  "https://api.stacspec.org/v1.0.0/core",
  "https://api.stacspec.org/v1.0.0/collections",
  "https://api.stacspec.org/v1.0.0/ogcapi-features",
  "https://api.stacspec.org/v1.0.0/item-search",
];

/** From the configuration alone: no GitLab is asked. */
export function stacRoot(world: HubWorld): Json {
  const at = `${world.ownUrl()}/api/stac`;
  return {
    stac_version: "1.0.0",
    type: "Catalog",
    id: "sharinghub",
    title: "SharingHub",
    description: `Catalog generated from your [Gitlab](${world.shown.gitlab}) with SharingHub.`,
    links: [
      { rel: "self", type: "application/json", href: at },
      { rel: "root", type: "application/json", href: at },
      { rel: "data", type: "application/json", href: `${at}/collections` },
      { rel: "search", type: "application/geo+json", href: `${at}/search`, method: "GET" },
      ...categories.map(({ id }) => ({ rel: "child", type: "application/geo+json", href: `${at}/collections/${id}` })),
    ],
    conformsTo: conformance,
  };
}

export function stacCollections(world: HubWorld): Json {
  const collections = categories.map((category) => stacCollection(world, category));
  const at = `${world.ownUrl()}/api/stac/collections`;
  return {
    collections,
    links: [{ rel: "self", type: "application/json", href: at }],
    context: { limit: collections.length, matched: collections.length, returned: collections.length },
    numberMatched: collections.length,
    numberReturned: collections.length,
  };
}

export function stacCollection(world: HubWorld, { id, title }: Category): Json {
  return {
    stac_version: "1.0.0",
    stac_extensions: [],
    type: "Collection",
    id,
    title,
    description: `STAC ${title} generated from your [Gitlab](${world.shown.gitlab}) with SharingHub.`,
    license: "other",
    keywords: [id],
    extent: { spatial: { bbox: [[-180, -90, 180, 90]] }, temporal: { interval: [[null, null]] } },
    links: [{ rel: "items", type: "application/geo+json", href: `${world.ownUrl()}/api/stac/collections/${id}/items` }],
  };
}

/** A project as an item, with links to the models that MLflow has for it. */
export function stacItem(
  world: HubWorld,
  project: Project,
  category: Category,
  models: readonly RegisteredModel[],
): Json {
  const id = Number(project.id.split("/").at(-1));
  const tracking = `${(world.shown.mlflow ?? "").replace(/\/+$/, "")}/${project.fullPath}/tracking/`;
  return {
    stac_version: "1.0.0",
    stac_extensions: [],
    type: "Feature",
    id: project.fullPath,
    geometry: null,
    collection: category.id,
    properties: {
      title: project.name,
      description: project.description ?? "",
      datetime: project.lastActivityAt,
      start_datetime: project.createdAt,
      end_datetime: project.lastActivityAt,
      created: project.createdAt,
      updated: project.lastActivityAt,
      keywords: project.topics,
      "sharinghub:id": id,
      "sharinghub:name": project.name,
      "sharinghub:path": project.fullPath,
      "sharinghub:category": category.id,
      "sharinghub:access-level": accessLevel(project),
      "sharinghub:stars": project.starCount,
    },
    links: [
      {
        rel: "self",
        type: "application/geo+json",
        href: `${world.ownUrl()}/api/stac/collections/${category.id}/items/${project.fullPath}`,
      },
      { rel: "bug_tracker", type: "text/html", href: `${project.webUrl}/issues`, title: "Bug Tracker" },
      ...(category.mlflow && world.shown.mlflow !== undefined
        ? [{ rel: "mlflow:tracking-uri", href: tracking, title: "MLflow - Tracking URI" }]
        : []),
      ...models.map(({ name, version }) => ({
        rel: "mlflow:model",
        href: `${tracking}#/models/${encodeURIComponent(name)}/versions/${version}`,
        title: `${name.replace(/\s*\(\d+\)$/, "")} v${version}`,
        "mlflow:uri": `models:/${name}/${version}`,
      })),
    ],
    assets: {},
  };
}

const Found = z.object({
  registered_models: z
    .array(
      z.object({
        latest_versions: z
          .array(z.object({ name: z.string(), version: z.string(), run_id: z.string(), source: z.string() }))
          .default([]),
      }),
    )
    .default([]),
});

/**
 * The project's models, asked with the caller's token; whatever goes wrong leaves the list empty without a word
 * (app/stac/views.py @0.4.0 _get_registered_models). A model whose source has no `/artifacts/` is passed over. The real one
 * also reads each model's MLmodel; this one does not.
 */
export async function modelsOf(
  world: HubWorld,
  project: Project,
  category: Category,
  token: string,
): Promise<readonly RegisteredModel[]> {
  if (!category.mlflow || world.mlflowUrl === undefined) return [];
  const url = `${world.mlflowUrl}/${project.fullPath}/tracking/api/2.0/mlflow/registered-models/search`;
  const headers = { authorization: `Bearer ${token}` };
  const reply = await fetch(url, { headers, signal: AbortSignal.timeout(10_000) }).catch(() => undefined);
  if (reply?.ok !== true) return [];
  const found = Found.safeParse(await reply.json().catch(() => undefined));
  if (!found.success) return [];
  return found.data.registered_models.flatMap(({ latest_versions: [latest] }) => {
    const artifact = latest?.source.split("/artifacts/", 2)[1];
    return latest === undefined || artifact === undefined
      ? []
      : [{ name: latest.name, version: latest.version, runId: latest.run_id, artifact }];
  });
}
