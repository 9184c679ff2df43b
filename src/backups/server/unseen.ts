/** Why nothing is known of a repository: nobody asked it yet, which says nothing against it. */
export const notLookedAt = "it was not looked at yet";

/** … or it was never made, or its folder is not mounted. */
export const notMade = "there is no repository yet";
