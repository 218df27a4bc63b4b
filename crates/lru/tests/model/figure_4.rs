//! ARC(c), figure 4 of Megiddo & Modha 2003, as it stands there: a request is for a key, and
//! everything weighs one.

use crate::{Key, Shown};

/// The lists, the most recently used first, and the target.
pub struct Arc {
    c: usize,
    p: f64,
    t1: Vec<Key>,
    t2: Vec<Key>,
    b1: Vec<Key>,
    b2: Vec<Key>,
}

fn take(list: &mut Vec<Key>, key: Key) -> bool {
    let found = list.iter().position(|&other| other == key);
    found.map(|at| list.remove(at)).is_some()
}

impl Arc {
    pub fn new(c: usize) -> Self {
        Arc {
            c,
            p: 0.0,
            t1: vec![],
            t2: vec![],
            b1: vec![],
            b2: vec![],
        }
    }

    /// Returns whether it was a hit.
    pub fn request(&mut self, x: Key) -> bool {
        let (b1, b2) = (self.b1.len() as f64, self.b2.len() as f64);
        // Case I
        if take(&mut self.t1, x) || take(&mut self.t2, x) {
            self.t2.insert(0, x);
            return true;
        }
        // Case II
        if self.b1.contains(&x) {
            let delta = if b1 >= b2 { 1.0 } else { b2 / b1 };
            self.p = (self.p + delta).min(self.c as f64);
            self.replace(x);
            take(&mut self.b1, x);
            self.t2.insert(0, x);
            return false;
        }
        // Case III
        if self.b2.contains(&x) {
            let delta = if b2 >= b1 { 1.0 } else { b1 / b2 };
            self.p = (self.p - delta).max(0.0);
            self.replace(x);
            take(&mut self.b2, x);
            self.t2.insert(0, x);
            return false;
        }
        // Case IV
        let l1 = self.t1.len() + self.b1.len();
        let l2 = self.t2.len() + self.b2.len();
        if l1 == self.c {
            if self.t1.len() < self.c {
                self.b1.pop();
                self.replace(x);
            } else {
                self.t1.pop();
            }
        } else if l1 < self.c && l1 + l2 >= self.c {
            if l1 + l2 == 2 * self.c {
                self.b2.pop();
            }
            self.replace(x);
        }
        self.t1.insert(0, x);
        false
    }

    fn replace(&mut self, x: Key) {
        let t1 = self.t1.len() as f64;
        if !self.t1.is_empty() && (t1 > self.p || (self.b2.contains(&x) && t1 == self.p)) {
            let victim = self.t1.pop().unwrap();
            self.b1.insert(0, victim);
        } else {
            let victim = self.t2.pop().unwrap();
            self.b2.insert(0, victim);
        }
    }

    pub fn lists(&self) -> Shown {
        let lane = |list: &[Key]| {
            list.iter()
                .map(|key| (key.to_string(), String::new()))
                .collect()
        };
        let target = (format!("{:.2}", self.p), String::new());
        vec![
            ("T1", lane(&self.t1)),
            ("T2", lane(&self.t2)),
            ("B1", lane(&self.b1)),
            ("B2", lane(&self.b2)),
            ("p", vec![target]),
        ]
    }
}
