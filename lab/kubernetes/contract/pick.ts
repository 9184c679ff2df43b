/** What lies at a dotted path of JSON, of each entry where that is a list; undefined where there is nothing. */
export function at(body: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>(fieldOf, body);
}

function fieldOf(value: unknown, name: string): unknown {
  if (Array.isArray(value)) return value.map((one) => fieldOf(one, name));
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}

/** The values at these paths, by path. */
export function pick(...paths: readonly string[]): (body: unknown) => unknown {
  return (body) => Object.fromEntries(paths.map((path) => [path, at(body, path) ?? null]));
}

/** Which of these fields are there at all. */
export function present(...paths: readonly string[]): (body: unknown) => unknown {
  return (body) => Object.fromEntries(paths.map((path) => [path, at(body, path) !== undefined]));
}

export function both(...looks: readonly ((body: unknown) => unknown)[]): (body: unknown) => unknown {
  return (body) => looks.map((look) => look(body));
}
