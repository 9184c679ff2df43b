import * as z from "zod";
import { InputError } from "../../kernel/errors.ts";
import { ask, read } from "./ask.ts";
import type { Canary } from "./ports.ts";
import type { CanaryProject } from "./project.ts";

const Item = z.object({
  id: z.string(),
  collection: z.string(),
  links: z.array(z.object({ rel: z.string(), "mlflow:uri": z.string().optional() })),
});

/**
 * The project stands in SharingHub's catalogue, with the model. Asked only once the model is registered: SharingHub keeps what it
 * said of an item, for longer with each question, and a model that is registered does not end that (csgroup-oss/sharinghub-server
 * @0.4.0 app/stac/views.py).
 */
export async function seeLinked({ hub, collection }: Canary, project: CanaryProject, model: string): Promise<string> {
  const path = `/api/stac/collections/${collection}/items/${project.path}`;
  const item = read(hub, "STAC item", await ask(hub, { path }), Item);
  if (item.id !== project.path || item.collection !== collection)
    throw new InputError(`${hub.name} gives ${item.collection}/${item.id} for ${collection}/${project.path}.`);
  if (item.links.some((link) => link.rel === "mlflow:model" && link["mlflow:uri"] === model))
    return `${item.collection}/${item.id} links ${model}`;
  throw new InputError(
    `${hub.name} shows ${collection}/${project.path} without a link to ${model}. It keeps what it said for up to five minutes, each question prolongs that: wait so long before the step is tried again.`,
  );
}
