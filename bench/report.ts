export function median(values: number[]): number {
  return percentile(values, 0.5);
}

export function percentile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function row(name: string, figures: Record<string, string | number>): void {
  const text = Object.entries(figures).map(
    ([what, value]) => `${what} ${typeof value === "number" ? value.toLocaleString("en") : value}`,
  );
  say(`  ${name.padEnd(30)} ${text.join("   ")}`);
}
