//! LFU: a vector, the most recently used first; the victim is the last of those with the lowest
//! count.

use crate::{Item, Key, Model, Shown, Value};

pub struct Lfu {
    items: Vec<Item>,
    capacity: usize,
    evictions: u64,
}

impl Lfu {
    fn load(&self) -> usize {
        self.items.iter().map(|item| item.weight).sum()
    }

    fn evict(&mut self, room: usize) {
        while self.load() + room > self.capacity {
            let lowest = self.items.iter().map(|item| item.uses).min().unwrap();
            let victim = self
                .items
                .iter()
                .rposition(|item| item.uses == lowest)
                .unwrap();
            self.items.remove(victim);
            self.evictions += 1;
        }
    }
}

impl Model for Lfu {
    fn new(capacity: usize) -> Self {
        Lfu {
            items: Vec::new(),
            capacity,
            evictions: 0,
        }
    }

    fn get(&mut self, key: Key) -> Option<&mut Value> {
        let at = self.items.iter().position(|item| item.key == key)?;
        let item = self.items.remove(at);
        self.items.insert(
            0,
            Item {
                uses: item.uses + 1,
                ..item
            },
        );
        Some(&mut self.items[0].value)
    }

    fn peek(&self, key: Key) -> Option<&Value> {
        self.items
            .iter()
            .find(|item| item.key == key)
            .map(|item| &item.value)
    }

    fn put(&mut self, key: Key, value: Value, weight: usize) -> Option<Value> {
        if weight > self.capacity {
            return self.pop(key);
        }
        let at = self.items.iter().position(|item| item.key == key);
        let known = at.map(|at| self.items.remove(at));
        let replaced = known.as_ref().map(|item| item.value);
        // One that fits goes on counting; one that grew too much comes in anew.
        let fits = |item: &Item| self.load() + item.weight.max(weight) <= self.capacity;
        let uses = known.filter(fits).map_or(1, |item| item.uses + 1);
        self.evict(weight);
        self.items.insert(
            0,
            Item {
                key,
                value,
                weight,
                uses,
            },
        );
        replaced
    }

    fn pop(&mut self, key: Key) -> Option<Value> {
        let at = self.items.iter().position(|item| item.key == key)?;
        Some(self.items.remove(at).value)
    }

    fn retain(&mut self, keep: impl Fn(Value) -> bool) {
        self.items.retain(|item| keep(item.value));
    }

    fn resize(&mut self, capacity: usize) {
        self.capacity = capacity;
        self.evict(0);
    }

    fn clear(&mut self) {
        self.items.clear();
    }

    fn evictions(&self) -> u64 {
        self.evictions
    }

    fn entries(&self) -> usize {
        self.items.len()
    }

    fn shown(&self) -> Shown {
        let mut items = self.items.clone();
        items.sort_by_key(|item| std::cmp::Reverse(item.uses)); // stable: recency decides among equals
        let cell = |item: &Item| (item.key.to_string(), item.uses.to_string());
        vec![("order", items.iter().map(cell).collect())]
    }
}
