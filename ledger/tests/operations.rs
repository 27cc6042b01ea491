//! Every operation: what must hold before, who may do it, what it changes, and how it is refused.

mod bytes;
mod codes;
mod did_create;
mod did_create_batch;
mod did_end;
mod did_suspend;
mod did_update;
mod holders;
mod keys;
mod life;
mod order;
mod organisations;
mod roles;
mod stage;
mod weak_keys;
