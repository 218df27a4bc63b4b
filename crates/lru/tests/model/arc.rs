//! ARC: four vectors, the most recently used first, with weights and removals, which the paper does
//! not have.

use crate::{Item, Key, Model, Shown, Value};

const T1: usize = 0;
const T2: usize = 1;
const B1: usize = 2;
const B2: usize = 3;

pub struct Arc {
    lists: [Vec<Item>; 4],
    target: f64,
    capacity: usize,
    evictions: u64,
}

impl Arc {
    fn load(&self, lists: &[usize]) -> usize {
        lists
            .iter()
            .flat_map(|&list| &self.lists[list])
            .map(|item| item.weight)
            .sum()
    }

    fn find(&self, key: Key) -> Option<(usize, usize)> {
        (0..4).find_map(|list| {
            Some((
                list,
                self.lists[list].iter().position(|item| item.key == key)?,
            ))
        })
    }

    fn take(&mut self, key: Key) -> Option<(usize, Item)> {
        let (list, at) = self.find(key)?;
        Some((list, self.lists[list].remove(at)))
    }

    fn replace(&mut self, from_b2: bool) {
        let t1 = self.load(&[T1]) as f64;
        let over = t1 > self.target || (from_b2 && t1 == self.target);
        let from_t1 = self.lists[T2].is_empty() || (over && !self.lists[T1].is_empty());
        let (from, to) = if from_t1 { (T1, B1) } else { (T2, B2) };
        let victim = self.lists[from].pop().unwrap();
        self.lists[to].insert(0, victim);
        self.evictions += 1;
    }

    fn make_room(&mut self, weight: usize, from_b2: bool) {
        while self.load(&[T1, T2]) + weight > self.capacity {
            self.replace(from_b2);
        }
    }

    fn trim(&mut self, weight: usize) {
        while self.load(&[T1, B1]) + weight > self.capacity {
            self.lists[B1].pop();
        }
        while self.load(&[T1, T2, B1, B2]) + weight > 2 * self.capacity {
            let list = if self.load(&[B2]) > 0 { B2 } else { B1 };
            self.lists[list].pop();
        }
    }

    fn adapt(&mut self, list: usize, weight: usize) {
        let (b1, b2) = (self.load(&[B1]) as f64, self.load(&[B2]) as f64);
        if weight > 0 {
            let step = if list == B1 {
                (b2 / b1).max(1.0)
            } else {
                -(b1 / b2).max(1.0)
            };
            self.target = (self.target + step * weight as f64).clamp(0.0, self.capacity as f64);
        }
    }
}

impl Model for Arc {
    fn new(capacity: usize) -> Self {
        Arc {
            lists: Default::default(),
            target: 0.0,
            capacity,
            evictions: 0,
        }
    }

    fn get(&mut self, key: Key) -> Option<&mut Value> {
        self.peek(key)?;
        let (_, item) = self.take(key)?;
        self.lists[T2].insert(0, item);
        Some(&mut self.lists[T2][0].value)
    }

    fn peek(&self, key: Key) -> Option<&Value> {
        let (list, at) = self.find(key)?;
        (list <= T2).then(|| &self.lists[list][at].value)
    }

    fn put(&mut self, key: Key, value: Value, weight: usize) -> Option<Value> {
        let replaced = self.peek(key).copied();
        if weight > self.capacity {
            self.take(key);
            return replaced;
        }
        let item = Item {
            key,
            value,
            weight,
            uses: 0,
        };
        match self.find(key) {
            Some((list @ (B1 | B2), at)) => {
                self.adapt(list, self.lists[list][at].weight);
                self.make_room(weight, list == B2);
                self.take(key);
                self.lists[T2].insert(0, item);
                self.trim(0);
            }
            Some((list, at))
                if self.load(&[T1, T2]) + weight.saturating_sub(self.lists[list][at].weight)
                    <= self.capacity =>
            {
                self.take(key);
                self.lists[T2].insert(0, item);
                self.trim(0);
            }
            _ => {
                self.take(key);
                self.make_room(weight, false);
                self.trim(weight);
                self.lists[T1].insert(0, item);
            }
        }
        replaced
    }

    fn pop(&mut self, key: Key) -> Option<Value> {
        let (list, item) = self.take(key)?;
        (list <= T2).then_some(item.value)
    }

    fn retain(&mut self, keep: impl Fn(Value) -> bool) {
        for list in [T1, T2] {
            self.lists[list].retain(|item| keep(item.value));
        }
    }

    fn resize(&mut self, capacity: usize) {
        self.capacity = capacity;
        self.target = self.target.min(capacity as f64);
        self.make_room(0, false);
        self.trim(0);
    }

    fn clear(&mut self) {
        *self = Arc {
            evictions: self.evictions,
            ..Arc::new(self.capacity)
        };
    }

    fn evictions(&self) -> u64 {
        self.evictions
    }

    fn entries(&self) -> usize {
        self.lists[T1].len() + self.lists[T2].len()
    }

    fn shown(&self) -> Shown {
        let lane = |list: usize| {
            self.lists[list]
                .iter()
                .map(|item| (item.key.to_string(), String::new()))
                .collect()
        };
        let target = (format!("{:.2}", self.target), String::new());
        vec![
            ("T1", lane(T1)),
            ("T2", lane(T2)),
            ("B1", lane(B1)),
            ("B2", lane(B2)),
            ("p", vec![target]),
        ]
    }
}
