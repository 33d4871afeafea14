import { useEffect, useState } from "preact/hooks";

/** A QR code as one path: nothing of it leaves this browser. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const [cells, setCells] = useState<boolean[][] | null>(null);
  useEffect(() => {
    let here = true;
    void import("uqr").then(({ encode }) => here && setCells(encode(text, { border: 2 }).data));
    return () => {
      here = false;
    };
  }, [text]);
  if (!cells) return null;
  const path = cells.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : []))).join("");
  return (
    <svg class="qr" viewBox={`0 0 ${cells.length} ${cells.length}`} role="img" aria-label={label}>
      <rect width="100%" height="100%" fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}
