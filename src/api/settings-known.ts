import { serviceKey } from "../access/route.ts";
import type { PlatformConfig } from "../platform/config.ts";
import type { ServerConfig } from "../platform/server-config.ts";
import type { SealingKeys } from "../store/sealed.ts";
import type { ConfigFile } from "./serve-ports.ts";

/** What the server's main knows of its own configuration. */
export interface SettingsKnown {
  readonly version: string;
  config(): ServerConfig;
  file(): ConfigFile | undefined;
  platform(): PlatformConfig;
  mode(): "observe" | "shadow" | "act";
  /** undefined: no key is configured. */
  sealingKeys(): Promise<SealingKeys | undefined>;
}

export const settingsKey = serviceKey<SettingsKnown>("settings");
