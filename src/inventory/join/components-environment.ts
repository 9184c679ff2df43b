import { environmentOf, type PlatformConfig } from "../../platform/config.ts";

/**
 * The environment that the first of these paths and names belongs to: an Application's own file, then what it deploys, then
 * its values files, then its name.
 */
export function firstEnvironment(paths: readonly (string | undefined)[], config: PlatformConfig): string | undefined {
  for (const path of paths) {
    const found = path === undefined ? undefined : environmentOf(path, config);
    if (found !== undefined) return found;
  }
  return undefined;
}
