//! Hashes, keys, the canonical codec, heights, validator sets, votes and certificates of hefu.
