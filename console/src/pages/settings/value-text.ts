/** A setting's value to read: texts and numbers as they are, lists and groups as lines like those of the file. */
export function valueText(value: unknown): string {
  if (value === undefined || value === null || value === "") return "–";
  if (typeof value !== "object") return plain(value);
  if (Object.keys(value).length === 0) return "none";
  return linesOf(value).join("\n");
}

function linesOf(value: object): readonly string[] {
  if (Array.isArray(value))
    return value.flatMap((one: unknown) => {
      const [first = "", ...rest] = linesOfAny(one);
      return [`- ${first}`, ...rest.map((line) => `  ${line}`)];
    });
  return Object.entries(value).flatMap(([key, part]: readonly [string, unknown]) => {
    const lines = linesOfAny(part);
    const nested = typeof part === "object" && part !== null && Object.keys(part).length > 0;
    return nested ? [`${key}:`, ...lines.map((line) => `  ${line}`)] : [`${key}: ${lines.join(" ")}`];
  });
}

function linesOfAny(value: unknown): readonly string[] {
  if (typeof value !== "object" || value === null) return [plain(value)];
  return Object.keys(value).length === 0 ? ["none"] : linesOf(value);
}

function plain(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "–");
}
