/** What a location of a database's row leads to. */
export type Place =
  /** A key of that very bucket. */
  | { readonly kind: "bucket"; readonly bucket: string; readonly path: string }
  /** A key below whatever prefix of whatever bucket the application was told of. */
  | { readonly kind: "below"; readonly path: string }
  /** A path on a volume. */
  | { readonly kind: "volume"; readonly path: string; readonly isWhole: boolean };

/** Schemes whose first name is a bucket (mlflow/mlflow mlflow/store/artifact/artifact_repository_registry.py). */
const ofBuckets = new Set(["s3", "gs"]);

/**
 * `s3://bucket/1/run/model`, `mlflow-artifacts:/1/run/model`, `file:///mlruns/1`, a path, or a key itself. Undefined for what is none of
 * these. A place's path has no slash at its ends.
 */
export function placeOf(location: string): Place | undefined {
  const { scheme, host, rest } = partsOf(location);
  const path = rest.replace(/^(?:\.?\/)+|\/+$/g, "");
  if (path === "" || path.includes("\0")) return undefined;
  switch (scheme) {
    case "file":
      return { kind: "volume", path, isWhole: rest.startsWith("/") };
    case undefined:
      return /^\.?\//.test(location)
        ? { kind: "volume", path, isWhole: rest.startsWith("/") }
        : { kind: "below", path };
    case "mlflow-artifacts":
      return { kind: "below", path };
    default:
      return ofBuckets.has(scheme) && host !== "" ? { kind: "bucket", bucket: host, path } : undefined;
  }
}

function partsOf(location: string): {
  readonly scheme: string | undefined;
  readonly host: string;
  readonly rest: string;
} {
  const [, scheme, afterScheme = ""] = /^([a-z][a-z0-9+.-]*):(.*)$/is.exec(location) ?? [];
  if (scheme === undefined) return { scheme, host: "", rest: location };
  const [, host = "", rest = afterScheme] = /^\/\/([^/]*)(.*)$/s.exec(afterScheme) ?? [];
  return { scheme: scheme.toLowerCase(), host, rest };
}
