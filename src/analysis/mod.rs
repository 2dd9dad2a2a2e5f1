//! Pure functions over measurements: frontiers, cost, energy, limits.
