import * as z from "zod";

/** What a snapshot holds, as `restic ls --json` prints it, a line each. */
const StoredNode = z.object({
  struct_type: z.literal("node"),
  path: z.string(),
  type: z.string(),
  size: z.number().optional(),
  mtime: z.string().optional(),
});
export type StoredNode = z.infer<typeof StoredNode>;

/** Files and folders among the lines; the first is the snapshot itself. */
export function nodesIn(text: string): readonly StoredNode[] {
  return text.split("\n").flatMap((line) => {
    const node = line === "" ? undefined : StoredNode.safeParse(JSON.parse(line));
    return node?.success === true ? [node.data] : [];
  });
}
