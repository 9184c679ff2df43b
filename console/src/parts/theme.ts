import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from "@mantine/core";

/** The one accent: what can be clicked, and where one is. Everything else is grey, or says a severity or a state. */
const accent: MantineColorsTuple = [
  "#eef1fc",
  "#dae0f7",
  "#b6c2ef",
  "#95a8f0",
  "#748be6",
  "#4f69d6",
  "#3554c4",
  "#2c47a8",
  "#23388a",
  "#1a2b6c",
];

/** What cannot be taken back. White on its middle has 4.5 : 1, which Mantine's own has not. */
const red: MantineColorsTuple = [
  "#fdecea",
  "#f9d3cf",
  "#f2a9a2",
  "#ea8a81",
  "#e06a5f",
  "#c5362b",
  "#b3261e",
  "#98201a",
  "#7d1a15",
  "#63150f",
];

/** The greys of the dark theme, those of tokens.css. */
const dark: MantineColorsTuple = [
  "#dfe3ea",
  "#c3c8d1",
  "#a0a7b4",
  "#767d8a",
  "#3b414c",
  "#2f343d",
  "#22262d",
  "#1a1d22",
  "#14161a",
  "#0f1114",
];

/** Where Mantine keeps the chosen theme; `public/theme.js` reads the same before the first paint. */
export const themeKey = "millwright-theme";

export const theme = createTheme({
  primaryColor: "accent",
  primaryShade: { light: 6, dark: 5 },
  colors: { accent, dark, red },
  fontFamily: "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif",
  fontFamilyMonospace: "ui-monospace, 'SF Mono', 'Cascadia Mono', 'DejaVu Sans Mono', monospace",
  fontSizes: { xs: "12px", sm: "13px", md: "14px", lg: "16px", xl: "19px" },
  spacing: { xs: "6px", sm: "10px", md: "14px", lg: "20px", xl: "28px" },
  defaultRadius: "sm",
  cursorType: "pointer",
  respectReducedMotion: true,
  headings: {
    fontWeight: "600",
    sizes: { h1: { fontSize: "20px" }, h2: { fontSize: "15px" }, h3: { fontSize: "13px" } },
  },
  components: {
    Button: { defaultProps: { size: "xs" } },
    ActionIcon: { defaultProps: { variant: "subtle", color: "gray" } },
    TextInput: { defaultProps: { size: "xs" } },
    Textarea: { defaultProps: { size: "xs" } },
    Select: { defaultProps: { size: "xs" } },
    NumberInput: { defaultProps: { size: "xs" } },
    PasswordInput: { defaultProps: { size: "sm" } },
    SegmentedControl: { defaultProps: { size: "xs" } },
    Checkbox: { defaultProps: { size: "xs" } },
    Tooltip: { defaultProps: { openDelay: 300, withArrow: true } },
    Modal: { defaultProps: { closeButtonProps: { "aria-label": "Close" }, transitionProps: { duration: 100 } } },
    Drawer: { defaultProps: { closeButtonProps: { "aria-label": "Close" }, transitionProps: { duration: 100 } } },
    Menu: { defaultProps: { transitionProps: { duration: 80 } } },
  },
});

/** Mantine's greys are below 4.5 : 1 on their own grounds; these are not (measured in both themes). */
export const variables: CSSVariablesResolver = () => ({
  variables: { "--mantine-line-height": "1.45" },
  light: {
    "--mantine-color-body": "#ffffff",
    "--mantine-color-text": "#1c2129",
    "--mantine-color-dimmed": "#5a6270",
    "--mantine-color-placeholder": "#667080",
    "--mantine-color-error": "#b3261e",
    "--mantine-color-default-border": "#cfd4dc",
  },
  dark: {
    "--mantine-color-body": "#1a1d22",
    "--mantine-color-text": "#dfe3ea",
    "--mantine-color-dimmed": "#a0a7b4",
    "--mantine-color-placeholder": "#98a0ad",
    "--mantine-color-error": "#ff9d94",
    "--mantine-color-default-border": "#3b414c",
    "--mantine-color-default": "#22262d",
    "--mantine-color-anchor": "#a9b9f7",
  },
});
