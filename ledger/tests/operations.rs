//! Every operation: what must hold before, who may do it, what it changes, and how it is refused.

mod codes;
mod did_suspend;
mod holders;
mod life;
mod roles;
mod stage;
