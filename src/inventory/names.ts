const pictures = "png|jpe?g|gif|svg|ico|webp|bmp|tiff?|avif|mp4|webm|mov|mp3|wav|ogg|woff2?|ttf|otf|eot|pdf|psd";
const archives = "zip|gz|tgz|bz2|xz|zst|7z|rar|jar|war|whl|deb|rpm|iso|img|exe|dll|so|o|a|class|pyc|wasm";
const models = "onnx|pt|pth|ckpt|safetensors|h5|hdf5|npy|npz|parquet|avro|orc|feather|pkl|joblib|sqlite3?|db";
const prose = "md|markdown|rst|adoc|html?|css|scss|less|csv|tsv|ipynb|drawio|puml|po|pot";
const code =
  "py|pyi|js|jsx|mjs|cjs|ts|tsx|go|rs|rb|java|kt|scala|c|h|cc|cpp|hpp|cs|php|swift|r|jl|lua|pl|sql|proto|vue";
const never = new RegExp(`\\.(?:${[pictures, archives, models, prose, code].join("|")})$`, "i");

/** A Dockerfile may end in anything: `Dockerfile.py` builds the Python image. */
const always = /(?:^|\/)(?:Dockerfile|Containerfile)[^/]*$/i;

/** Whether no reader reads files of this name, so that they need not be opened: pictures, archives, prose and source code. */
export function isNeverRead(path: string): boolean {
  return never.test(path) && !always.test(path);
}
