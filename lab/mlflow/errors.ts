/** MLflow's refusal of a request, in its words. */
export class MlflowError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export function invalid(message: string): MlflowError {
  return new MlflowError(400, "INVALID_PARAMETER_VALUE", message);
}

export function missing(message: string): MlflowError {
  return new MlflowError(404, "RESOURCE_DOES_NOT_EXIST", message);
}

/** JSON as MLflow prints it: two spaces, and `{}` for nothing. */
export function json(body: Record<string, unknown>, status = 200): Response {
  const kept = Object.fromEntries(
    Object.entries(body).filter(([, value]) => !(Array.isArray(value) && value.length === 0)),
  );
  const text = Object.keys(kept).length === 0 ? "{}" : JSON.stringify(kept, undefined, 2);
  return new Response(text, { status, headers: { "content-type": "application/json" } });
}

export function html(body: string, status = 200): Response {
  return new Response(body, { status, headers: { "content-type": "text/html; charset=utf-8" } });
}

/** Flask's own page for what it does not serve, and for what broke. */
export function flaskPage(status: 404 | 405 | 500): Response {
  const title = { 404: "Not Found", 405: "Method Not Allowed", 500: "Internal Server Error" }[status];
  return html(`<!doctype html>\n<html lang=en>\n<title>${status} ${title}</title>\n<h1>${title}</h1>\n`, status);
}
