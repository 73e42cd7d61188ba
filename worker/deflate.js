// A second core for zlib. Only JavaScript starts a worker in milliseconds; what packs is zlib itself,
// in WebAssembly. In: {level, block}, a Uint8Array. Out: {packed}, a deflate stream that ends by a sync
// flush (worker/offcut/pixels/deflate.py), and {ready} once at the start.
const SYNC_FLUSH = 2;
const NOTHING_TO_DO = -5; // zlib's Z_BUF_ERROR
const source = fetch(new URL("../vendor/zlib/zlib-streams.wasm", import.meta.url));
const zlib = (await WebAssembly.instantiateStreaming(source)).instance.exports;
zlib._initialize();

function pack(block, level) {
  // deflate never needs more than this (zlib's own bound, and the flush).
  const room = block.length + (block.length >> 12) + (block.length >> 14) + 64;
  const input = zlib.malloc(block.length);
  const output = zlib.malloc(room);
  const stream = zlib.deflate_new();
  try {
    zlib.deflate_init_raw(stream, level);
    new Uint8Array(zlib.memory.buffer, input, block.length).set(block);
    const told = zlib.deflate_process(stream, input, block.length, output, room, SYNC_FLUSH);
    const code = told >> 24;
    const taken = zlib.deflate_last_consumed(stream);
    if ((code < 0 && code !== NOTHING_TO_DO) || taken !== block.length) throw new Error(`zlib ${code}`);
    return new Uint8Array(zlib.memory.buffer, output, told & 0xffffff).slice();
  } finally {
    zlib.deflate_end(stream);
    zlib.free(input);
    zlib.free(output);
  }
}

onmessage = ({ data: { block, level } }) => {
  const packed = pack(block, level);
  postMessage({ packed }, [packed.buffer]);
};
postMessage({ ready: true });
