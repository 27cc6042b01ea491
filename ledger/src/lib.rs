//! What a hefu transaction means.
