/** Debian's and Red Hat's packages say in the name of their folder which major lies there; undefined for other folders. */
export function packagedMajor(folder: string): number | undefined {
  const major = /^\/usr\/(?:lib\/postgresql\/|pgsql-)(\d+)\/bin$/.exec(folder)?.[1];
  return major === undefined ? undefined : Number(major);
}
