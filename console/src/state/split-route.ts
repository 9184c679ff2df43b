import { parseSearch, type SearchTexts } from "./search-text.ts";

/** A page of the console as the server names it, `/findings?rule=x`, in the parts that the router takes. */
export function splitRoute(route: string): { readonly to: string; readonly search: SearchTexts } {
  const [to = "/", ...rest] = route.split("?");
  return { to, search: parseSearch(rest.join("?")) };
}
