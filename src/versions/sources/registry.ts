import * as z from "zod";
import type { Fact } from "../../kernel/fact.ts";
import { unknown } from "../../kernel/fact.ts";
import { isPrerelease, type Release } from "../releases.ts";
import type { Ask } from "./ask.ts";
import { bearerFor } from "./registry-token.ts";
import { mapKnown, parseJson, readPages, type Source, type UpstreamOf } from "./source.ts";

type Registry = UpstreamOf<"registry">;

/** `tags` is null for a repository without any (distribution does so). */
const TagList = z.object({ tags: z.array(z.string()).nullable() });

/**
 * The tags of a repository by the registry's HTTP API v2 (OCI distribution specification, "Content discovery"). A tag has no
 * date there. Helm writes a chart's `+` as `_`, since tags have none (helm.sh/docs/topics/registries).
 */
export const registry: Source<Registry> = {
  id: "registry",
  async list(ask, upstream) {
    const url = `${upstream.base}/v2/${upstream.repository}/tags/list?n=1000`;
    const tags = await readPages(
      ask,
      url,
      { onUnauthorized: bearerFor(ask, upstream) },
      "a list of tags",
      ({ body }) => {
        const list = parseJson(body, TagList);
        return list === undefined ? undefined : (list.tags ?? []);
      },
    );
    return mapKnown(tags, "a list of tags", (names) => names.map((name) => toRelease(name, upstream.holds)));
  },
};

function toRelease(tag: string, holds: Registry["holds"]): Release {
  const version = holds === "chart" ? tag.replaceAll("_", "+") : tag;
  const prerelease = isPrerelease(version) || (holds === "chart" && /^v?\d+\.\d+\.\d+-/.test(version));
  return { version, prerelease };
}

const manifestTypes = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");

/** The digest a tag stands for now, of the whole index where the image has several platforms. Nothing is downloaded. */
export async function digestOfTag(ask: Ask, upstream: Registry, tag: string): Promise<Fact<string>> {
  const url = `${upstream.base}/v2/${upstream.repository}/manifests/${encodeURIComponent(tag)}`;
  const reply = await ask.get(url, { method: "HEAD", accept: manifestTypes, onUnauthorized: bearerFor(ask, upstream) });
  if (reply.kind !== "known") return reply;
  const digest = reply.value.headers["docker-content-digest"];
  if (digest !== undefined && /^sha(?:256:[0-9a-f]{64}|512:[0-9a-f]{128})$/.test(digest))
    return { ...reply, value: digest };
  return unknown(
    `${reply.source} does not say the digest`,
    `docker buildx imagetools inspect ${upstream.repository}:${tag}`,
  );
}
