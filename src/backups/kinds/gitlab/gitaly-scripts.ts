/*
 * What is written in Gitaly's pod is read by so many bytes (`$1`) and no end: an input cannot be closed before Kubernetes 1.30. A cut
 * that comes sooner leaves nothing that looks whole.
 */

/** `sh -c … NAME BYTES GIT…`: lines for a Git that reads its input to the end; of a transaction it does nothing without the last line. */
export const linesScript = 'head -c "$1" | { shift; exec "$@"; }';

/** `sh -c … keep BYTES FILE` */
export const keepScript = 'head -c "$1" > "$2.half" && [ "$(wc -c < "$2.half")" -eq "$1" ] && mv "$2.half" "$2"';
