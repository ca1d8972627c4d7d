// Operators in words, for a form and a tree.
export const MEANINGS = {
  eq: "is",
  ne: "is not",
  in: "is one of",
  nin: "is none of",
  gt: "is more than",
  gte: "is at least",
  lt: "is less than",
  lte: "is at most",
  contains: "contains",
  startswith: "starts with",
  endswith: "ends with",
  ieq: "is, ignoring case",
  icontains: "contains, ignoring case",
  istartswith: "starts with, ignoring case",
  iendswith: "ends with, ignoring case",
  exists: "has a value",
};
const OF_TIME = { gt: "is after", gte: "is from", lt: "is before", lte: "is until" };

/** An operator in words, for values of a type. */
export function meaning(operator, type) {
  const words = type === "datetime" || type === "date" ? { ...MEANINGS, ...OF_TIME } : MEANINGS;
  return words[operator] ?? operator;
}
