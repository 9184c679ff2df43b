import type { ReactNode } from "react";
import type { Read } from "../api/use-read.ts";
import { Problem } from "./problem.tsx";

/**
 * What a read brought, or why not: `<Loaded read={run} skeleton={<SkeletonCard height={300} />}>{(run) => …}</Loaded>`. Older data stay
 * on screen while the connection is lost; the banner says so.
 */
export function Loaded<T>(props: {
  readonly read: Read<T>;
  readonly skeleton: ReactNode;
  readonly children: (data: T) => ReactNode;
}) {
  const { read } = props;
  if (read.error !== undefined && (read.data === undefined || !read.error.passing))
    return <Problem error={read.error} retry={read.reload} />;
  return read.data === undefined ? props.skeleton : props.children(read.data);
}
