import { useQueryClient } from "@tanstack/react-query";
import { logOut } from "../api/client.ts";
import { shown } from "../api/use-write.ts";

/** Ends the login, forgets what was read with it, and begins at the first page. */
export function useLogOut(): () => Promise<void> {
  const queries = useQueryClient();
  return async () => {
    await logOut().catch(shown);
    queries.clear();
    window.location.assign("/");
  };
}
