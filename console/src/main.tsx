import { localStorageColorSchemeManager, MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { createRoot } from "react-dom/client";
import { CallError } from "./api/problem.ts";
import { theme, themeKey, variables } from "./parts/theme.ts";
import { router } from "./router.tsx";
import { placeAfterLogin } from "./shell/login.tsx";
import "@mantine/core/styles.layer.css";
import "./parts/tokens.css";

/** The server lets in style tags that carry this; Mantine's own and those of the library that holds the page still behind a dialog. */
const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? "";
Object.assign(globalThis, { __webpack_nonce__: nonce });

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      // Shown at once; what passes by itself is tried again by the interval of each read.
      retry: (failures, error) => error instanceof CallError && error.passing && failures < 1,
      retryDelay: 500,
      networkMode: "always",
    },
    mutations: { networkMode: "always" },
  },
});

const wanted = placeAfterLogin();
if (wanted !== undefined) router.history.replace(wanted);

const place = document.getElementById("root");
if (place === null) throw new Error("index.html has no place for the console");

createRoot(place).render(
  <MantineProvider
    theme={theme}
    cssVariablesResolver={variables}
    defaultColorScheme="auto"
    colorSchemeManager={localStorageColorSchemeManager({ key: themeKey })}
    getStyleNonce={() => nonce}
  >
    <QueryClientProvider client={queries}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </MantineProvider>,
);
