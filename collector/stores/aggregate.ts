/** What is kept of the values of one bucket. */
export interface Aggregate {
  min: number;
  max: number;
  sum: number;
  count: number;
}

export function ofValue(value: number): Aggregate {
  return { min: value, max: value, sum: value, count: 1 };
}

/** Adds one value to an aggregate, in place. */
export function addValue(to: Aggregate, value: number): void {
  if (value < to.min) to.min = value;
  if (value > to.max) to.max = value;
  to.sum += value;
  to.count++;
}

/** Adds the aggregate to the bucket it belongs to. */
export function mergeInto(buckets: Map<number, Aggregate>, startMs: number, part: Aggregate): void {
  const bucket = buckets.get(startMs);
  if (bucket === undefined) buckets.set(startMs, { min: part.min, max: part.max, sum: part.sum, count: part.count });
  else {
    bucket.min = Math.min(bucket.min, part.min);
    bucket.max = Math.max(bucket.max, part.max);
    bucket.sum += part.sum;
    bucket.count += part.count;
  }
}

/** Adds one value to the bucket it belongs to. */
export function addInto(buckets: Map<number, Aggregate>, startMs: number, value: number): void {
  const bucket = buckets.get(startMs);
  if (bucket === undefined) buckets.set(startMs, ofValue(value));
  else addValue(bucket, value);
}
