// Before the first paint, so that a dark page does not flash white. Kept in step with parts/theme.ts by its test.
{
  let kept = null;
  try {
    kept = localStorage.getItem("millwright-theme");
  } catch {
    // A browser that keeps nothing: as the system is.
  }
  const dark = kept === "dark" || (kept !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.setAttribute("data-mantine-color-scheme", dark ? "dark" : "light");
}
