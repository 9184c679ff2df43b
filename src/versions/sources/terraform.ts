import * as z from "zod";
import type { Fact } from "../../kernel/fact.ts";
import { isPrerelease, type Release, type Releases } from "../releases.ts";
import type { Ask } from "./ask.ts";
import { mapKnown, parseJson, type Source, type UpstreamOf } from "./source.ts";

const Services = z.object({ "providers.v1": z.string().optional(), "modules.v1": z.string().optional() });
const Versions = z.array(z.object({ version: z.string() }));
const ProviderVersions = z.object({ versions: Versions });
const ModuleVersions = z.object({ modules: z.array(z.object({ versions: Versions })) });

/** A registry's providers (developer.hashicorp.com, "Provider registry protocol"): `GET :namespace/:type/versions`. */
export const terraformProvider: Source<UpstreamOf<"terraform-provider">> = {
  id: "terraform-provider",
  list: (ask, { base, address }) =>
    list(ask, base, "providers.v1", address, (body) => parseJson(body, ProviderVersions)?.versions),
};

/** A registry's modules ("Module registry protocol"): `GET :namespace/:name/:system/versions`. */
export const terraformModule: Source<UpstreamOf<"terraform-module">> = {
  id: "terraform-module",
  list: (ask, { base, address }) =>
    list(ask, base, "modules.v1", address, (body) =>
      parseJson(body, ModuleVersions)?.modules.flatMap(({ versions }) => versions),
    ),
};

async function list(
  ask: Ask,
  base: string,
  service: "providers.v1" | "modules.v1",
  address: string,
  read: (body: string) => z.output<typeof Versions> | undefined,
): Promise<Releases> {
  const root = await discover(ask, base, service);
  if (root.kind !== "known") return root;
  const url = new URL(`${address}/versions`, root.value);
  return mapKnown(await ask.get(url.href), "a list of versions", ({ body }) => read(body)?.map(toRelease));
}

/** Where the host keeps a service ("Remote service discovery"), relative to the discovery document. */
async function discover(ask: Ask, base: string, service: "providers.v1" | "modules.v1"): Promise<Fact<string>> {
  const url = `${base}/.well-known/terraform.json`;
  return mapKnown(await ask.get(url), `a registry that offers ${service}`, ({ body }) => {
    const path = parseJson(body, Services)?.[service];
    if (path === undefined || !URL.canParse(path, url)) return undefined;
    const root = new URL(path.endsWith("/") ? path : `${path}/`, url);
    return /^https?:$/.test(root.protocol) ? root.href : undefined;
  });
}

function toRelease({ version }: { readonly version: string }): Release {
  return { version, prerelease: isPrerelease(version) || /^v?\d+\.\d+\.\d+-/.test(version) };
}
