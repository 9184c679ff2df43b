/*
 * Tar as the standard has it (POSIX.1-2017 pax "ustar Interchange Format"): a name that is long or not ASCII, and a size beyond
 * 8 GiB, stand in an extended header before. Every tar reads it.
 */

const block = 512;
const largestOctal = 8 ** 11 - 1;

/** What stands before a file's content. */
export function tarHeader(name: string, size: number, modified: number): Uint8Array {
  const plain = /^[\x20-\x7e]{1,100}$/.test(name);
  const records = [
    ...(plain ? [] : [record("path", name)]),
    ...(size > largestOctal ? [record("size", String(size))] : []),
  ];
  const short = plain ? name : `${name.slice(0, 6).replace(/[^\x20-\x7e]/g, "_")}/object`;
  const own = header(short, size > largestOctal ? 0 : size, modified, "0");
  if (records.length === 0) return own;
  const extended = Buffer.concat(records);
  return Buffer.concat([header("pax", extended.length, modified, "x"), extended, tarPadding(extended.length), own]);
}

/** What stands after a file's content of this size. */
export function tarPadding(size: number): Uint8Array {
  return new Uint8Array((block - (size % block)) % block);
}

export const tarEnd: Uint8Array = new Uint8Array(2 * block);

/** `LENGTH key=value`, its length its own digits included. */
function record(key: string, value: string): Buffer {
  const rest = ` ${key}=${value}\n`;
  const bytes = Buffer.byteLength(rest);
  let length = bytes + String(bytes).length;
  if (bytes + String(length).length !== length) length = bytes + String(length).length;
  return Buffer.from(`${length}${rest}`);
}

function header(name: string, size: number, modified: number, type: string): Buffer {
  const bytes = Buffer.alloc(block);
  bytes.write(name, 0, 100, "latin1");
  bytes.write("0000600\0", 100);
  bytes.write("0000000\0", 108);
  bytes.write("0000000\0", 116);
  bytes.write(`${size.toString(8).padStart(11, "0")}\0`, 124);
  bytes.write(`${Math.max(0, Math.floor(modified)).toString(8).padStart(11, "0")}\0`, 136);
  bytes.write("        ", 148);
  bytes.write(type, 156);
  bytes.write("ustar\0", 257, "latin1");
  bytes.write("00", 263);
  const sum = bytes.reduce((all, byte) => all + byte, 0);
  bytes.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return bytes;
}
