const exampleFolders: ReadonlySet<string> = new Set([
  "doc",
  "docs",
  "documentation",
  "example",
  "examples",
  "sample",
  "samples",
  "test",
  "tests",
  "testdata",
  "test_data",
  "fixtures",
  "e2e",
  "benchmarks",
]);
/** Below these a folder called `test` is an environment. */
const environmentFolders =
  /^(?:env|envs|environment|environments|clusters?|overlays|stages?|values|deploy|deployments)$/;

/**
 * Whether a file shows or tests something and deploys nothing: it lies below `docs/`, `examples/`, `tests/` and the like, or in the
 * `ci/` values with which a chart below `charts/` is tested (helm/chart-testing: files `ci/*-values.yaml` of a chart).
 */
export function isExamplePath(file: string): boolean {
  const folders = file.toLowerCase().split("/").slice(0, -1);
  return folders.some((folder, index) => {
    if (folder === "ci") return folders[index - 2] === "charts" || /-values\.ya?ml$/.test(file);
    return exampleFolders.has(folder) && !environmentFolders.test(folders[index - 1] ?? "");
  });
}
