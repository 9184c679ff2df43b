import { isCompleteImage, splitImage } from "../image.ts";

/** Hosts of source code: `github.com/org/repo:v1` is no image. */
const sourceHosts = /^(?:[\w.-]+@)?(?:www\.)?(?:github\.com|gitlab\.com|bitbucket\.org|codeberg\.org)\//;
const fileName =
  /\.(?:ya?ml|json|toml|conf|cfg|ini|py|go|js|ts|java|sh|md|txt|log|sock|html|css|sql|xml|csv|pem|crt|key)$/i;
const movingWords =
  /^(?:latest|main|master|stable|nightly|edge|dev|develop|devel|head|canary|alpine|slim)(?:[-_.].*)?$/i;
/** `system:masters`, checksums, and other pairs that are written like a name with a tag. */
const pairs = /^(?:system|sha\d+|md5|urn|arn|role|user|group|key|value|tcp|udp)[:@]/;
const prefix = /^(?:--?[\w.-]+=|[A-Za-z_][\w.-]*=)?(?:docker-image:\/\/|docker-pullable:\/\/|docker:\/\/|oci:\/\/)?/;

/**
 * Where in a text that is no image field an image reference begins; undefined when the text is something else. `label` is what
 * the text is called: the variable, the option, the key. Without a label that speaks of an image the reference must have a
 * folder (`redis:6379` is a host, `python:3.11` a word), and a tag that names a version or one of the usual moving ones.
 * A plain number is a port (`default/web:8080`, as in ingress-nginx's `tcp-services`) unless label or size speak against it.
 */
export function imageStartsAt(text: string, label: string): number | undefined {
  if (text.length > 600 || !/^\S*[:@]\S*$/.test(text)) return undefined;
  const skip = prefix.exec(text)?.[0].length ?? 0;
  const reference = text.slice(skip);
  if (!isCompleteImage(reference) || isOther(reference)) return undefined;
  const { name, tag, digest, registry } = splitImage(reference);
  if (digest !== undefined) return skip;
  const isLabelled = /image/i.test(label + text.slice(0, skip));
  const surroundings = { isLabelled, hasFolder: name.includes("/"), hasRegistry: registry !== undefined, label };
  return tag !== undefined && isLikelyTag(tag, surroundings) ? skip : undefined;
}

/** What is written like an image and is none. */
function isOther(reference: string): boolean {
  return pairs.test(reference) || sourceHosts.test(reference) || fileName.test(splitImage(reference).name);
}

interface Surroundings {
  readonly isLabelled: boolean;
  readonly hasFolder: boolean;
  readonly hasRegistry: boolean;
  readonly label: string;
}

function isLikelyTag(tag: string, { isLabelled, hasFolder, hasRegistry, label }: Surroundings): boolean {
  if (/^\d+$/.test(tag)) return isLikelyNumber(Number(tag), { isLabelled, hasFolder, hasRegistry, label });
  if (isLabelled) return true;
  return hasFolder && (/\d/.test(tag) || movingWords.test(tag));
}

/** Major versions are small; ports that services listen on begin at 22 and end at 65535, and containers use few below 80. */
function isLikelyNumber(number: number, { isLabelled, hasFolder, hasRegistry, label }: Surroundings): boolean {
  const isMajor = number < 80;
  if (/^\d+$/.test(label) || /host|addr|endpoint|server|service|url|port|target|upstream|proxy/i.test(label))
    return false;
  if (isLabelled) return isMajor || number > 65_535 || hasRegistry;
  return hasFolder && (isMajor || number > 65_535);
}

const placeholder = /\s|^[/.]|^data:|\.(?:png|svg|jpe?g|gif|ico|webp|iso|img|qcow2|vmdk|ova)$/i;

/** Where the reference in an image field begins; undefined when a field of that name holds something else (a picture, a path). */
export function fieldStartsAt(text: string, templated: boolean): number | undefined {
  const skip = /^(?:docker-image|docker-pullable|docker|oci):\/\//.exec(text)?.[0].length ?? 0;
  const reference = text.slice(skip);
  if (reference === "" || reference.length > 600) return undefined;
  if (templated) return /:\/\//.test(reference) ? undefined : skip;
  return placeholder.test(reference) || !/^[\w<][\w.\-/:@<>+]*$/.test(reference) || reference.includes("://")
    ? undefined
    : skip;
}
