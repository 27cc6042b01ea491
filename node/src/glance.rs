//! Short looks at what is stored, by tasks: to wake a thread takes longer than such a look.

use crate::application::Shared;

/// Looks at what is stored, or gives the look back if a block is being written just now: only a thread may
/// wait for that which has nothing else to do.
pub(crate) fn glance<S, T, F: FnOnce(&S) -> T>(store: &Shared<S>, look: F) -> Result<T, F> {
    match store.try_read() {
        Ok(store) => Ok(look(&store)),
        Err(_) => Err(look),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::RwLock;

    #[test]
    fn a_look_is_given_back_while_somebody_writes() {
        let store: Shared<u8> = Shared::new(RwLock::new(1));
        let look = |store: &u8| *store;
        let reader = store.read().unwrap();
        assert_eq!(glance(&store, look).ok(), Some(1), "readers are not in each other's way");
        drop(reader);
        let writer = store.write().unwrap();
        let Err(look) = glance(&store, look) else { panic!("it looked in the middle of a write") };
        drop(writer);
        assert_eq!(glance(&store, look).ok(), Some(1));
    }
}
