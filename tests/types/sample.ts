// Every export and every setting, as a user writes them. Type-checked with --strict, never run.
import removeBackgroundToo, {
  OffcutError,
  alphamask,
  applySegmentationMask,
  cut,
  dispose,
  preload,
  probe,
  registerModel,
  removeBackground,
  removeForeground,
  segmentForeground,
  unregisterModel,
  type Background,
  type Colour,
  type Config,
  type Cutout,
  type Format,
  type Frame,
  type ImageSource,
  type Outline,
  type Output,
  type Report,
  type Shadow,
  type Stroke,
} from "../../public/offcut.js";

const colour: Colour = [255, 204, 0];
const format: Format = "image/x-alpha8";
const output: Output = { format, quality: 0.8, type: "mask", depth: 8, mask: false, crop: true, exif: false };
const backgrounds: Background[] = [
  "white",
  [0, 0, 0],
  { kind: "colour", colour },
  { kind: "gradient", from: "#fff", to: colour, angle: 90 },
  { kind: "blur", amount: 0.3 },
  { kind: "image", image: new URL("https://your.site/beach.jpg"), fit: "contain", x: 0.5, y: 1 },
];
const shadow: Shadow = { kind: "drop", x: 0.1, y: 0.1, blur: 0.02, strength: 0.5, colour: "navy" };
const outline: Outline = { width: 0.02, colour };
const frame: Frame = { margin: 0.1, aspect: [4, 5], size: [800, 1000], centre: true };
const strokes: Stroke[] = [
  { tool: "erase", size: 80, points: [[10, 20, 1]], hardness: 0.5, flow: 1, smart: true },
  { tool: "patch", hint: { id: 1, x: 10, y: 20, keep: false } },
];
const config: Config = {
  publicPath: "https://your.site/",
  debug: true,
  device: "gpu",
  profile: "best",
  registry: ["https://your.site/lists/a.json", new URL("https://your.site/lists/b.json")],
  model: "isnet_fp16",
  output,
  progress: (key, current, total) => console.log(`${key.toUpperCase()} ${(current / total).toFixed(2)}`),
  rescale: true,
  proxyToWorker: true,
  fetchArgs: { credentials: "include" },
  signal: AbortSignal.timeout(60_000),
  maxSize: 2000,
  strokes,
  background: backgrounds[0],
  shadow,
  outline,
  frame,
  foreground: true,
};
const own: Config = { model: "a-model-of-my-own" };

export async function all(element: HTMLImageElement, data: ImageData): Promise<Blob[]> {
  const images: ImageSource[] = [
    new Blob(), new ArrayBuffer(8), new Uint8Array(8), data, new URL("https://your.site/"), "./photo.jpg",
    element, { data: new Uint8Array(4), shape: [1, 1, 4] },
  ];
  await preload(config);
  const mine: string = await registerModel(images[0] as Blob, { id: "mine", template: "isnet", acceptTerms: true });
  await unregisterModel(mine, config);
  const made: Cutout = await cut(images[0], own);
  const report: Report = await probe();
  console.log(made.width * made.height, made.models.join(), report.backend, report.times.webgpu);
  try {
    const mask: Blob = await segmentForeground(images[1]);
    return [
      made.blob,
      await removeBackground(images[2], config),
      await removeBackgroundToo(images[3]),
      await removeForeground(images[4]),
      await alphamask(images[5]),
      await applySegmentationMask(images[6], mask, config),
    ];
  } catch (error) {
    if (error instanceof OffcutError && error.code === "CANCELLED" && error.retry) return [];
    throw error;
  } finally {
    await dispose();
  }
}
