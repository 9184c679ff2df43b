import { enableCompileCache } from "node:module";
import { join } from "node:path";
import { cacheFolder } from "../edge/cache.ts";

/**
 * Where the program begins: what is loaded after this line finds its compiled code in our own cache, a third of the time until
 * the first file is read. Node's default place for it is a folder of `/tmp` that another user may have made.
 */
if (process.env["MILLWRIGHT_CACHE"] !== "off") enableCompileCache(join(cacheFolder(process.env), "code"));

await import("./main.ts");
