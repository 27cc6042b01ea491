//! Every operation: what must hold before, who may do it, what it changes, and how it is refused.

mod life;
