import { type ComponentNode, isTimed } from './component-tree.ts';
import { endOf, intervalOf, overlaps } from './extent.ts';
import { type Series, seriesOf } from './instances.ts';
import { type Override, overridesOf } from './overrides.ts';
import { type Clocks, placingOf } from './placing.ts';
import type { TimeRange } from './time-range.ts';
import type { Times } from './times.ts';
import { wallOf } from './zones/zone.ts';

/**
 * A calendar without the overrides that have nothing to do with a time range: neither do they take
 * place in it, nor does what they replace (RFC 4791 §9.6.6). One that stands for later instances too
 * stays unless all of them come after the range.
 */
export const limitedTo = (
  calendar: ComponentNode,
  times: Times,
  clocks: Clocks,
  range: TimeRange,
): ComponentNode => {
  const placing = placingOf(times, clocks);
  const series = seriesOf(times, placing);
  const dropped = new Set<number>();
  for (const override of overridesOf(times, series, placing)) {
    const { start, end, extent } = intervalOf(
      times.components[override.index] ?? {},
      override.part,
      placing,
    );
    const bears =
      overlaps(extent, start, end, range.from, range.to) ||
      (override.thisAndFuture && Math.min(override.moment, start) < range.to) ||
      replacesIn(override, series, range);
    if (!bears) dropped.add(override.index);
  }
  if (dropped.size === 0) return calendar;
  let index = -1;
  const kept = calendar.components.filter((component) => {
    if (!isTimed(component)) return true;
    index += 1;
    return !dropped.has(index);
  });
  return { ...calendar, components: kept };
};

/** Whether the instance that an override replaces would lie in a range. */
const replacesIn = (
  { moment }: Override,
  series: Series | undefined,
  { from, to }: TimeRange,
): boolean => {
  if (series === undefined) return overlaps('instant', moment, moment, from, to);
  const { anchor, part, placing } = series;
  const zone = placing.zoneOf(anchor);
  const end = endOf(zone, wallOf(zone, moment), moment, part.lasting);
  return overlaps(part.extent, moment, end, from, to);
};
