type Json = unknown;
type Mapping = Record<string, Json>;

export function isMapping(value: Json): value is Mapping {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** RFC 7386. */
export function mergePatch(target: Json, patch: Json): Json {
  if (!isMapping(patch)) return patch;
  const result: Mapping = isMapping(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = mergePatch(result[key], value);
  }
  return result;
}

/** The key by which Kubernetes merges a list of mappings; undefined for a list that is replaced whole. */
function keyOf(items: readonly Json[]): string | undefined {
  const all = items.filter(isMapping);
  if (all.length === 0 || all.length !== items.length) return undefined;
  return ["name", "containerPort", "mountPath", "uid", "type", "key", "port"].find((key) =>
    all.every((item) => Object.hasOwn(item, key)),
  );
}

/** Strategic merge as kubectl sends it, near enough: lists of mappings merge by their key, `$patch: delete` removes. */
export function strategicPatch(target: Json, patch: Json): Json {
  if (Array.isArray(patch)) return mergedLists(Array.isArray(target) ? target : [], patch);
  if (!isMapping(patch)) return patch;
  const result: Mapping = isMapping(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (key.startsWith("$")) continue;
    if (value === null) delete result[key];
    else result[key] = strategicPatch(result[key], value);
  }
  return result;
}

function mergedLists(target: readonly Json[], patch: readonly Json[]): Json {
  const key = keyOf(patch.filter((item) => !isMapping(item) || item["$patch"] !== "delete"));
  const removed = patch.filter((item) => isMapping(item) && item["$patch"] === "delete") as Mapping[];
  if (key === undefined && removed.length === 0) return patch;
  const by = key ?? "name";
  const result = target.filter((item) => !removed.some((one) => isMapping(item) && item[by] === one[by]));
  for (const item of patch) {
    if (!isMapping(item) || item["$patch"] === "delete") continue;
    const index = result.findIndex((one) => isMapping(one) && one[by] === item[by]);
    if (index < 0) result.push(item);
    else result[index] = strategicPatch(result[index], item);
  }
  return result;
}

/** RFC 6902, the three operations that clients of ours and kubectl send. */
export function jsonPatch(target: Json, operations: readonly Mapping[]): Json {
  const result: Json = structuredClone(target);
  for (const { op, path, value } of operations) {
    const steps = String(path)
      .split("/")
      .slice(1)
      .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
    const last = steps.pop() ?? "";
    let here: Json = result;
    for (const step of steps)
      here = Array.isArray(here) ? here[Number(step)] : isMapping(here) ? here[step] : undefined;
    if (Array.isArray(here)) spliced(here, last, op, value);
    else if (isMapping(here)) {
      if (op === "remove") delete here[last];
      else here[last] = value;
    }
  }
  return result;
}

function spliced(list: Json[], step: string, op: unknown, value: Json): void {
  const index = step === "-" ? list.length : Number(step);
  if (op === "add") list.splice(index, 0, value);
  else if (op === "remove") list.splice(index, 1);
  else list[index] = value;
}
