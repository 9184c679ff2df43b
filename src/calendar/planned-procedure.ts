import type { RouteContext } from "../access/route.ts";
import { enginePolicy } from "../engine/routes.ts";
import { procedureOf } from "./runs.ts";
import { calendarKey } from "./service.ts";
import { type OrderRow, orderOf } from "./tables.ts";
import type { WorkProcedure } from "./work-order.ts";

/** Without arguments the ones that are offered for the work are meant, as they are now. */
export async function plannedProcedure(
  {
    procedure: id,
    arguments: given,
  }: { readonly procedure?: string | undefined; readonly arguments: WorkProcedure["arguments"] },
  row: OrderRow,
  { services, store }: RouteContext,
): Promise<WorkProcedure | undefined> {
  const { environment } = row;
  if (id === undefined || environment === null) return undefined;
  const offered =
    Object.keys(given).length > 0 ? undefined : await services.need(calendarKey).offer(store, orderOf(row));
  const meant = offered?.procedure === id ? offered.arguments : given;
  return procedureOf(services.need(enginePolicy), { id, arguments: meant, environment });
}
