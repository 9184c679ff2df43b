import { defineConfig } from "oxlint";
import { bindings, folders, mayImport } from "./boundaries.ts";

/** `../x/**` at each depth at which a file of a folder can stand. */
function fromBelow(target: string): string[] {
  return ["../", "../../", "../../../"].map((up) => `${up}${target}`);
}

function forbid(files: readonly string[], groups: readonly string[], message: string) {
  return {
    files: [...files],
    rules: { "no-restricted-imports": ["error", { patterns: [{ group: [...groups], message }] }] as const },
  };
}

/** `*`: every capability; what binds the outside stays closed to a shell's other files. */
const everything = folders.filter((folder) => folder !== "edge" && folder !== "systems" && folder !== "cli");

const folderRules = Object.entries(mayImport).map(([folder, named]) => {
  const allowed = named.includes("*") ? [...everything, "systems/contract"] : named;
  const forbidden = folders.filter((other) => other !== folder && !allowed.includes(other));
  const groups = forbidden.flatMap((other) => fromBelow(`${other}/**`));
  const contract = allowed.includes("systems/contract") ? fromBelow("systems/contract.ts").map((path) => `!${path}`) : [];
  return forbid([`src/${folder}/**/*.ts`], [...groups, ...contract], `src/${folder} may import only: ${allowed.join(", ") || "nothing of ours"} (boundaries.ts)`);
});

export default defineConfig({
  plugins: ["import", "typescript", "oxc", "unicorn", "react", "jsx-a11y"],
  categories: { correctness: "error" },
  ignorePatterns: ["node_modules", "dist", "**/fixtures/**", "kit/**", "examples/**", "console/src/api/schema.ts"],
  options: { typeAware: true },
  rules: {
    eqeqeq: "error",
    "no-console": "error",
    "import/no-cycle": "error",
    "import/no-default-export": "error",
    "typescript/no-floating-promises": "error",
    "typescript/switch-exhaustiveness-check": "error",
    "typescript/consistent-type-imports": "error",
    "typescript/no-explicit-any": "error",
    "typescript/no-non-null-assertion": "error",
    "typescript/only-throw-error": "error",
    "max-lines": ["error", { max: 300, skipBlankLines: false, skipComments: false }],
    "max-lines-per-function": ["error", { max: 60 }],
    complexity: ["error", { max: 10 }],
  },
  overrides: [
    ...folderRules,
    forbid(
      ["src/systems/*/**/*.ts"],
      [...folders.filter((folder) => folder !== "kernel").flatMap((folder) => fromBelow(`${folder}/**`)), "../*/**", "!../../kernel/**", "!../../systems/contract.ts", "!../contract.ts"],
      "a system imports ../contract.ts and the kernel only (boundaries.ts)",
    ),
    forbid(["src/systems/contract.ts"], folders.filter((folder) => !["kernel", "platform", "systems"].includes(folder)).flatMap((folder) => fromBelow(`${folder}/**`)), "the contract imports the platform and the kernel only"),
    forbid(["src/**/rules.ts", "src/**/rules/*.ts"], ["node:*"], "rules are pure: they take facts and return verdicts"),
    forbid(["console/**/*.{ts,tsx}"], ["**/src/!(api|state|parts|pages|shell)/**", "../../../src/**", "../../../../src/**", "../../../../../src/**", "**/../lab/**"], "the console knows the server by its API only"),
    { files: [...bindings], rules: { "no-restricted-imports": "off" } },
    {
      files: ["**/*.test.ts"],
      rules: { "typescript/no-floating-promises": "off", "max-lines-per-function": "off", "no-restricted-imports": "off" },
    },
    {
      // Markup is long and asks much; roles are there where no element has the whole pattern (a grid of rows, a list to jump from), and what scrolls the keyboard has to
      // reach. The React compiler is not used.
      files: ["console/**/*.tsx"],
      rules: { "max-lines-per-function": ["error", { max: 100 }], complexity: ["error", { max: 16 }], "jsx-a11y/prefer-tag-over-role": "off", "jsx-a11y/no-noninteractive-tabindex": "off", "react/incompatible-library": "off" },
    },
    { files: ["oxlint.config.ts", "console/vite.config.ts", "bench/**", "scripts/**"], rules: { "import/no-default-export": "off", "no-console": "off" } },
  ],
});
