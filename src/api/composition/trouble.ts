/** A short name for what went wrong, without anything of its message. */
export const nameOfTrouble = (trouble: unknown): string => {
  const { code, name } = (trouble ?? {}) as { code?: unknown; name?: unknown };
  return String(code ?? name ?? trouble);
};
