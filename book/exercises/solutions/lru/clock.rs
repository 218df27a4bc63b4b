/// A cache of keys under the CLOCK policy (Corbató 1968).
///
/// The pages lie in a ring, and a hand points at one of them. A hit sets the page's bit and moves
/// nothing. When room is needed, the hand goes round: a page whose bit is set loses the bit and is
/// passed by, the first one without is evicted, and the newcomer takes its place, its bit clear,
/// with the hand on the page after it.
pub struct Clock {
    ring: Vec<Page>,
    hand: usize,
    capacity: usize,
}

struct Page {
    key: u64,
    used: bool,
}

impl Clock {
    /// An empty cache with room for `capacity` keys.
    pub fn new(capacity: usize) -> Self {
        Clock {
            ring: Vec::with_capacity(capacity),
            hand: 0,
            capacity,
        }
    }

    /// Asks for `key`, and lets it in if it is not there; returns whether it was.
    pub fn request(&mut self, key: u64) -> bool {
        if let Some(page) = self.ring.iter_mut().find(|page| page.key == key) {
            page.used = true;
            return true;
        }
        let newcomer = Page { key, used: false };
        if self.ring.len() < self.capacity {
            self.ring.push(newcomer);
        } else {
            while self.ring[self.hand].used {
                self.ring[self.hand].used = false;
                self.advance();
            }
            self.ring[self.hand] = newcomer;
            self.advance();
        }
        false
    }

    fn advance(&mut self) {
        self.hand = (self.hand + 1) % self.capacity;
    }
}
