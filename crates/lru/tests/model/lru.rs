//! LRU: a vector, the most recently used first.

use crate::{Item, Key, Model, Shown, Value};

pub struct Lru {
    items: Vec<Item>,
    capacity: usize,
    evictions: u64,
}

impl Lru {
    fn load(&self) -> usize {
        self.items.iter().map(|item| item.weight).sum()
    }

    fn evict(&mut self, room: usize) {
        while self.load() + room > self.capacity {
            self.items.pop();
            self.evictions += 1;
        }
    }
}

impl Model for Lru {
    fn new(capacity: usize) -> Self {
        Lru {
            items: Vec::new(),
            capacity,
            evictions: 0,
        }
    }

    fn get(&mut self, key: Key) -> Option<&mut Value> {
        let at = self.items.iter().position(|item| item.key == key)?;
        let item = self.items.remove(at);
        self.items.insert(0, item);
        Some(&mut self.items[0].value)
    }

    fn peek(&self, key: Key) -> Option<&Value> {
        self.items
            .iter()
            .find(|item| item.key == key)
            .map(|item| &item.value)
    }

    fn put(&mut self, key: Key, value: Value, weight: usize) -> Option<Value> {
        let replaced = self.pop(key);
        if weight <= self.capacity {
            self.evict(weight);
            self.items.insert(
                0,
                Item {
                    key,
                    value,
                    weight,
                    uses: 0,
                },
            );
        }
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
        vec![(
            "order",
            self.items
                .iter()
                .map(|item| (item.key.to_string(), String::new()))
                .collect(),
        )]
    }
}
