/** The component that a store belongs to: `mlflow` of `mlflow/database`. */
export function componentOf(store: string): string {
  return store.split("/", 1)[0] ?? store;
}
