/**
 * Whether Git takes it as the name of a ref (git-check-ref-format(1)), below `refs/`: what is no such name is refused before anything is
 * done with those beside it. Characters that are not of ASCII are free.
 */
export function isRefName(name: string): boolean {
  return name.startsWith("refs/") && !strange.test(name) && name.split("/").every((part) => !strangePart.test(part));
}

// oxlint-disable-next-line no-control-regex -- they are what is looked for
const strange = /[\u0000-\u0020\u007f~^:?*[\\]|\.\.|@\{|\.$/;

const strangePart = /^$|^\.|\.lock$/;
