//! S3-FIFO: three vectors, the newest first, after Algorithm 1 of the paper.

use std::hash::BuildHasher;

use crate::{Hasher, Item, Key, Model, Shown, Value};

pub struct S3Fifo {
    small: Vec<Item>,
    main: Vec<Item>,
    /// The newest first.
    ghosts: Vec<Ghost>,
    /// Sets in the cache's table of ghosts, which has eight places in each: that it may overflow is
    /// part of the policy.
    sets: usize,
    capacity: usize,
    evictions: u64,
}

#[derive(Clone)]
struct Ghost {
    /// None where the key came back.
    key: Option<Key>,
    weight: usize,
}

fn fingerprint(key: Key) -> u32 {
    let hash = Hasher::default().hash_one(key);
    (hash ^ (hash >> 32)) as u32
}

fn load(queue: &[Item]) -> usize {
    queue.iter().map(|item| item.weight).sum()
}

impl S3Fifo {
    fn small_share(&self) -> usize {
        (self.capacity / 10).max(1)
    }

    fn main_share(&self) -> usize {
        self.capacity - self.small_share()
    }

    fn make_room(&mut self, weight: usize) {
        while load(&self.small) + load(&self.main) + weight > self.capacity {
            if load(&self.small) >= self.small_share() || self.main.is_empty() {
                self.evict_from_small();
            } else {
                self.evict_from_main();
            }
            self.evictions += 1;
        }
    }

    fn evict_from_small(&mut self) {
        while let Some(tail) = self.small.pop() {
            if tail.uses <= 1 {
                self.haunt(tail);
                return;
            }
            self.main.insert(0, Item { uses: 0, ..tail });
            if load(&self.main) > self.main_share() {
                break;
            }
        }
        self.evict_from_main();
    }

    fn evict_from_main(&mut self) {
        while let Some(tail) = self.main.pop() {
            if tail.uses == 0 {
                return;
            }
            self.main.insert(
                0,
                Item {
                    uses: tail.uses - 1,
                    ..tail
                },
            );
        }
    }

    /// Adds a ghost, and forgets those that are too old, and the oldest in a set of which there are
    /// nine.
    fn haunt(&mut self, evicted: Item) {
        if self.sets * 4 < self.small.len() + self.main.len() + 1 {
            self.sets = (2 * self.sets).max(1);
        }
        let set = |key: Key| fingerprint(key) as usize % self.sets;
        let neighbours = self
            .ghosts
            .iter()
            .filter(|ghost| ghost.key.is_some_and(|key| set(key) == set(evicted.key)));
        if neighbours.count() == 8 {
            let mut ghosts = self.ghosts.iter_mut().rev();
            let oldest =
                ghosts.find(|ghost| ghost.key.is_some_and(|key| set(key) == set(evicted.key)));
            oldest.unwrap().key = None;
        }
        self.ghosts.insert(
            0,
            Ghost {
                key: Some(evicted.key),
                weight: evicted.weight.max(1),
            },
        );
        let limit = self.main_share();
        while self.ghosts.iter().map(|ghost| ghost.weight).sum::<usize>() > limit {
            self.ghosts.pop();
        }
    }

    /// Strikes a ghost out; returns whether there was one.
    fn strike(&mut self, key: Key) -> bool {
        let ghost = self.ghosts.iter_mut().find(|ghost| ghost.key == Some(key));
        ghost.map(|ghost| ghost.key = None).is_some()
    }

    fn find(&mut self, key: Key) -> Option<&mut Item> {
        self.small
            .iter_mut()
            .chain(&mut self.main)
            .find(|item| item.key == key)
    }

    fn admit(&mut self, item: Item) {
        self.make_room(item.weight);
        let queue = if self.strike(item.key) {
            &mut self.main
        } else {
            &mut self.small
        };
        queue.insert(0, item);
    }

    fn take(&mut self, key: Key) -> Option<Item> {
        let queues = [&mut self.small, &mut self.main];
        queues.into_iter().find_map(|queue| {
            let at = queue.iter().position(|item| item.key == key)?;
            Some(queue.remove(at))
        })
    }
}

impl Model for S3Fifo {
    fn new(capacity: usize) -> Self {
        S3Fifo {
            small: vec![],
            main: vec![],
            ghosts: vec![],
            sets: 0,
            capacity,
            evictions: 0,
        }
    }

    fn get(&mut self, key: Key) -> Option<&mut Value> {
        let item = self.find(key)?;
        item.uses = 3.min(item.uses + 1);
        Some(&mut item.value)
    }

    fn peek(&self, key: Key) -> Option<&Value> {
        self.small
            .iter()
            .chain(&self.main)
            .find(|item| item.key == key)
            .map(|item| &item.value)
    }

    fn put(&mut self, key: Key, value: Value, weight: usize) -> Option<Value> {
        if weight > self.capacity {
            return self.take(key).map(|item| item.value);
        }
        let all = load(&self.small) + load(&self.main);
        let capacity = self.capacity;
        let item = Item {
            key,
            value,
            weight,
            uses: 0,
        };
        let Some(known) = self.find(key) else {
            self.admit(item);
            return None;
        };
        let replaced = known.value;
        if all + weight.saturating_sub(known.weight) <= capacity {
            *known = Item {
                uses: 3.min(known.uses + 1),
                ..item
            };
        } else {
            self.take(key);
            self.admit(item);
        }
        Some(replaced)
    }

    fn pop(&mut self, key: Key) -> Option<Value> {
        let item = self.take(key);
        if item.is_none() {
            self.strike(key);
        }
        item.map(|item| item.value)
    }

    fn retain(&mut self, keep: impl Fn(Value) -> bool) {
        self.small.retain(|item| keep(item.value));
        self.main.retain(|item| keep(item.value));
    }

    fn resize(&mut self, capacity: usize) {
        self.capacity = capacity;
        self.make_room(0);
        (self.ghosts, self.sets) = (vec![], 0);
    }

    fn clear(&mut self) {
        *self = S3Fifo {
            evictions: self.evictions,
            ..S3Fifo::new(self.capacity)
        };
    }

    fn evictions(&self) -> u64 {
        self.evictions
    }

    fn entries(&self) -> usize {
        self.small.len() + self.main.len()
    }

    fn shown(&self) -> Shown {
        let cells = |queue: &[Item]| {
            queue
                .iter()
                .map(|item| (item.key.to_string(), item.uses.to_string()))
                .collect()
        };
        let ghost = |key: Key| (format!("#{:04x}", fingerprint(key) >> 16), String::new());
        let ghosts = self
            .ghosts
            .iter()
            .filter_map(|ghost| ghost.key)
            .map(ghost)
            .collect();
        vec![
            ("small", cells(&self.small)),
            ("main", cells(&self.main)),
            ("ghost", ghosts),
        ]
    }
}
