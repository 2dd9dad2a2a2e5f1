//! One file a kind of page: what it shows, and nothing of how it is written to disk.
