import type { ComponentType } from "react";
import type { IconName } from "../parts/icon.tsx";

/** A page of the navigation with the addresses below it. Each is fetched when it is first opened. */
export interface ConsolePage {
  readonly title: string;
  /** Where the navigation leads. */
  readonly path: string;
  readonly icon: IconName;
  readonly routes: readonly PageRoute[];
}

export interface PageRoute {
  /** `/findings`, `/findings/$id`: a parameter is read with `useParams({ strict: false })`. */
  readonly path: string;
  readonly load: () => Promise<ComponentType>;
}
