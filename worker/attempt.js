// Calls a method and is never rejected: gives {value}, or {wrong}, the text of what was thrown. ONNX
// Runtime throws bare numbers as well, and Python would wait for a promise like that for ever.
export const attempt = async (owner, method, ...given) => {
  try {
    return { value: await owner[method](...given) };
  } catch (wrong) {
    return { wrong: String(wrong) };
  }
};
