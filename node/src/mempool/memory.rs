//! What is remembered up to a bound: the oldest is forgotten first.

use std::collections::BTreeMap;
use std::ops::RangeBounds;

/// Values by key, of which the oldest are forgotten when all together weigh too much.
#[derive(Clone, Debug)]
pub(super) struct Memory<K, V> {
    values: BTreeMap<K, Remembered<V>>,
    ages: BTreeMap<u64, K>,
    next: u64,
    weight: usize,
    weight_max: usize,
}

#[derive(Clone, Debug)]
struct Remembered<V> {
    age: u64,
    weight: usize,
    value: V,
}

impl<K: Copy + Ord, V> Memory<K, V> {
    /// Remembers nothing yet, and never more than this.
    pub(super) const fn new(weight_max: usize) -> Self {
        Self { values: BTreeMap::new(), ages: BTreeMap::new(), next: 0, weight: 0, weight_max }
    }

    /// Remembers a value, in place of an older one with that key.
    pub(super) fn insert(&mut self, key: K, value: V, weight: usize) {
        self.remove(&key);
        let age = self.next;
        self.next += 1;
        self.weight += weight;
        self.ages.insert(age, key);
        self.values.insert(key, Remembered { age, weight, value });
        while self.weight > self.weight_max {
            self.forget_oldest();
        }
    }

    /// The value with this key.
    pub(super) fn get(&self, key: &K) -> Option<&V> {
        self.values.get(key).map(|remembered| &remembered.value)
    }

    /// The values whose keys lie in a range.
    pub(super) fn range(&self, keys: impl RangeBounds<K>) -> impl Iterator<Item = &V> {
        self.values.range(keys).map(|(_, remembered)| &remembered.value)
    }

    /// Forgets the values whose keys lie in a range.
    pub(super) fn forget(&mut self, keys: impl RangeBounds<K>) {
        let keys: Vec<K> = self.values.range(keys).map(|(key, _)| *key).collect();
        for key in &keys {
            self.remove(key);
        }
    }

    /// What all of it weighs.
    pub(super) const fn weight(&self) -> usize {
        self.weight
    }

    fn remove(&mut self, key: &K) {
        if let Some(Remembered { age, weight, .. }) = self.values.remove(key) {
            self.ages.remove(&age);
            self.weight -= weight;
        }
    }

    fn forget_oldest(&mut self) {
        if let Some((_, key)) = self.ages.pop_first()
            && let Some(forgotten) = self.values.remove(&key)
        {
            self.weight -= forgotten.weight;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Memory;

    #[test]
    fn the_oldest_is_forgotten_first() {
        let mut memory = Memory::new(10);
        for (key, weight) in [(1, 4), (2, 4), (1, 4), (3, 4)] {
            memory.insert(key, key, weight);
        }
        assert_eq!(memory.range(..).copied().collect::<Vec<_>>(), [1, 3]);
        assert_eq!(memory.weight(), 8);
    }

    #[test]
    fn what_is_too_heavy_is_not_remembered() {
        let mut memory = Memory::new(10);
        memory.insert(1, (), 4);
        memory.insert(2, (), 11);
        assert_eq!((memory.get(&1), memory.get(&2), memory.weight()), (None, None, 0));
    }
}
