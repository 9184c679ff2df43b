import { at, type Node, type Scalar, type Step, textAt } from "../../kernel/tree.ts";
import { isCompleteImage, splitImage } from "../image.ts";

/** Whether a key path says that an image stands there: `image`, `initImage`, `images.server`. */
export function pathNamesImage(steps: readonly Step[]): boolean {
  const words = steps.filter((step) => typeof step === "string");
  return (
    /image$/i.test(words.at(-1) ?? "") || /^images$/i.test(words.at(-2) ?? "") || /^images$/i.test(words.at(-1) ?? "")
  );
}

/**
 * The image reference that a scalar of Helm values is as a whole; `skip` leaves an option such as `--image=` out. A key
 * called `image` is enough for a bare name; elsewhere the reference must be complete, in an environment variable or an
 * argument with a registry or folder too, since `redis:6379` is a host.
 */
export function referenceIn(scalar: Scalar, steps: readonly Step[], root: Node): { readonly skip: number } | undefined {
  if (typeof scalar.value !== "string" || scalar.style === "literal" || scalar.style === "folded") return undefined;
  const key = steps.filter((step) => typeof step === "string").at(-1) ?? "";
  if (!/image(?:s|Name|Ref(?:erence)?)?$/i.test(key)) return argumentIn(scalar.text, steps, root);
  const named = key === "image" ? isBareImage(scalar) : isWhole(scalar.text);
  return named && !hasParts(root, steps) ? { skip: 0 } : undefined;
}

/** `image` beside its own tag is only the repository: the mapping says the whole. */
function hasParts(root: Node, steps: readonly Step[]): boolean {
  const last = steps.at(-1);
  if (typeof last !== "string") return false;
  const parent = at(root, ...steps.slice(0, -1));
  const tag = last === "image" ? "tag" : `${last.replace(/Name$/, "")}Tag`;
  return [tag, `${last}Tag`, ...(last === "image" ? ["hub", "registry"] : [])].some((sibling) => {
    const text = textAt(parent, sibling);
    return text !== undefined && text !== "";
  });
}

/** A templated reference counts only when its name is constant enough to be called an image. */
function isBareImage(scalar: Scalar): boolean {
  const { text } = scalar;
  if (/:\/\/|\s|\.(?:png|svg|jpe?g|gif|ico|img|iso|qcow2)$/i.test(text)) return false;
  if (scalar.templated) return /^[\w.-]+[/:]/.test(text) || /[/:][\w.-]+$/.test(text);
  return isWhole(text) || /^[a-z0-9][a-z0-9._-]*(?::\d+)?(?:\/[a-z0-9._-]+)*$/.test(text);
}

/** Complete, and what stands behind the name is a tag and not a port with a path. */
function isWhole(text: string): boolean {
  const { tag, digest } = splitImage(text);
  return (tag !== undefined || digest !== undefined) && isCompleteImage(text);
}

const carriers = /^(?:env|extraEnv|envVars|extraEnvVars|environment|extraEnvs|args|extraArgs|command|additionalArgs)$/i;

function mayBeArgument(text: string, steps: readonly Step[]): boolean {
  return /[:@]/.test(text) && steps.some((step) => typeof step === "string" && carriers.test(step));
}

function argumentIn(text: string, steps: readonly Step[], root: Node): { readonly skip: number } | undefined {
  if (!mayBeArgument(text, steps)) return undefined;
  const skip = /^--?[\w.-]+=/.exec(text)?.[0].length ?? 0;
  const reference = text.slice(skip);
  if (!isWhole(reference)) return undefined;
  const { name, tag } = splitImage(reference);
  const label = `${text.slice(0, skip)} ${steps.at(-1)} ${textAt(root, ...steps.slice(0, -1), "name") ?? ""}`;
  const sure = /image/i.test(label) || tag === undefined || /\d\.|^(?:latest|main|master|stable|nightly)$/.test(tag);
  return name.includes("/") && sure ? { skip } : undefined;
}
