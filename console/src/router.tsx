import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Navigate } from "@tanstack/react-router";
import { pages } from "./pages/index.ts";
import { NotFound } from "./shell/not-found.tsx";
import { PageFailed } from "./shell/page-failed.tsx";
import { PageLoading } from "./shell/page-loading.tsx";
import { Shell } from "./shell/shell.tsx";
import { parseSearch, searchText } from "./state/search-text.ts";

const root = createRootRoute({ component: Shell });

const routes = pages.flatMap((page) =>
  page.routes.map(({ path, load }) =>
    createRoute({
      getParentRoute: () => root,
      path,
      // Another run, order or store is another page: what was typed or told on one is not there on the next.
      remountDeps: ({ params }) => params,
      component: lazyRouteComponent(async () => ({ page: await load() }), "page"),
    }),
  ),
);

const [first] = pages;

/** Where there is no overview, the first page stands in its place. */
const home = createRoute({
  getParentRoute: () => root,
  path: "/",
  component: () => <Navigate to={first?.path ?? "/settings"} replace />,
});

const hasHome = pages.some((page) => page.routes.some(({ path }) => path === "/"));

/** All addresses of the console. Search parameters are flat texts (search-text.ts). */
export const router = createRouter({
  routeTree: root.addChildren(hasHome ? routes : [...routes, home]),
  parseSearch,
  stringifySearch: searchText,
  defaultPreload: "intent",
  defaultPendingMs: 100,
  defaultPendingComponent: PageLoading,
  defaultErrorComponent: PageFailed,
  defaultNotFoundComponent: NotFound,
  scrollRestoration: true,
});
