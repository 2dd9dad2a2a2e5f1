// @ts-check
/** The measurements that no other beats on both of two metrics, as src/analysis/frontier.rs finds them. */

/**
 * Places in `points` that no other point dominates (at least as good on both axes, better on one), in ascending x. Equal
 * points don't dominate each other.
 * @param {{x: number, y: number}[]} points @param {"higher" | "lower"} xBetter @param {"higher" | "lower"} yBetter
 * @returns {number[]}
 */
export function frontier(points, xBetter, yBetter) {
  const [xSign, ySign] = [xBetter, yBetter].map((better) => (better === "higher" ? 1 : -1));
  const mirrored = points.map(({ x, y }) => ({ x: xSign * x, y: ySign * y }));
  const finite = points.map((_, index) => index).filter((index) => Number.isFinite(points[index].x) && Number.isFinite(points[index].y));
  // Best x first; among equal x the best y first.
  const fromBest = finite.sort((a, b) => mirrored[b].x - mirrored[a].x || mirrored[b].y - mirrored[a].y);
  /** @type {number[]} */
  const kept = [];
  for (const index of fromBest) {
    const [point, last] = [mirrored[index], mirrored[kept.at(-1) ?? -1]];
    // Everything kept so far is at least as good on x, so only its best y matters, and the last kept has it.
    if (!last || point.y > last.y || (point.x === last.x && point.y === last.y)) kept.push(index);
  }
  return kept.sort((a, b) => points[a].x - points[b].x || points[a].y - points[b].y);
}
