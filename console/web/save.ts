import { later } from "./clock.ts";

/** Gives the person a file, made here and sent nowhere. */
export function save(name: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  later(10_000, () => URL.revokeObjectURL(url));
}

/** Pictures one below the other, on the page's own ground. */
export function savePictures(name: string, pictures: readonly HTMLCanvasElement[]): void {
  const all = document.createElement("canvas");
  all.width = Math.max(1, ...pictures.map(({ width }) => width));
  all.height = Math.max(
    1,
    pictures.reduce((sum, { height }) => sum + height, 0),
  );
  const context = all.getContext("2d");
  if (!context) return;
  context.fillStyle = getComputedStyle(document.body).backgroundColor;
  context.fillRect(0, 0, all.width, all.height);
  let top = 0;
  for (const picture of pictures) {
    context.drawImage(picture, 0, top);
    top += picture.height;
  }
  all.toBlob((blob) => blob && save(name, blob), "image/png");
}
