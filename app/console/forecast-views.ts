import type { PresentForecast } from "../../alerts/index.ts";
import type { ForecastView, RoomView } from "../../contract/index.ts";
import { isoTime } from "../../core/index.ts";

/** As long as a value of the room holds. */
const forecastHoldsMs = 75 * 60_000;

/** What is expected of a room, by quantity, as the API shows it: nothing that is too old to be true. */
export function forecastViews(forecasts: readonly PresentForecast[], nowMs: number): RoomView["forecast"] {
  const fresh = forecasts.filter(({ madeAtMs }) => nowMs - madeAtMs <= forecastHoldsMs);
  return Object.fromEntries(fresh.map((forecast) => [forecast.quantity, forecastView(forecast)]));
}

function forecastView({ madeAtMs, everyMs, value, low, high, limits }: PresentForecast): ForecastView {
  return {
    madeAt: isoTime(madeAtMs),
    points: value.map((expected, step) => ({
      at: isoTime(madeAtMs + (step + 1) * everyMs),
      value: expected,
      low: low[step]!,
      high: high[step]!,
    })),
    limits: limits.map(({ side, limit, probability, warned, crossing }) => ({
      side,
      limit,
      probability,
      warned,
      crossing: crossing && {
        at: isoTime(crossing.atMs),
        from: isoTime(crossing.fromMs),
        to: isoTime(crossing.toMs),
      },
    })),
  };
}
