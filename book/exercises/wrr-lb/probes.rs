use std::cell::Cell;

/// Consistent hashing with one point for each endpoint, and even shares nevertheless.
///
/// A ring with one point each is uneven, as arcs are. But one can ask more than once: hash the key
/// in several ways, find the next point clockwise for each of these *probes*, and take the endpoint
/// of the probe that had the shortest way. Then a long arc is hit by more probes, which mostly have
/// a long way to go, and lose.
///
/// A key belongs to the same endpoint as long as that is there.
pub struct Probes {
    /// In order. What else is there to keep?
    places: Vec<Place>,
    probes: u32,
}

impl Probes {
    /// Endpoints whose points are where [`hash`] of their names' bytes and the number 0 puts them.
    pub fn new(names: &[&str], probes: u32) -> Self {
        todo!()
    }

    /// The endpoint of a key, counted from zero in the order of the names. There is at least one.
    /// The key's probes are where [`hash`] of its bytes, little-endian, puts it with the numbers 1, 2
    /// and so on.
    ///
    /// The places may be looked at some `probes · log₂ n` times, not `probes · n` times.
    pub fn owner(&self, key: u64) -> usize {
        todo!("how long is the way from the last point round to the first?")
    }
}

/// The hash of some bytes; for each number another one.
pub fn hash(bytes: &[u8], number: u32) -> u64 {
    let mut state = u64::from(number).wrapping_mul(0xd6e8_feb8_6659_fd93) ^ bytes.len() as u64;
    for &byte in bytes {
        state = mix(state ^ u64::from(byte));
    }
    mix(state)
}

fn mix(x: u64) -> u64 {
    let x = x.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

thread_local! {
    static LOOKS: Cell<u64> = const { Cell::new(0) };
}

/// A place on the ring. It counts how often it is looked at.
#[derive(Clone, Copy, Debug)]
pub struct Place(u64);

impl Place {
    /// At this hash.
    pub fn new(hash: u64) -> Self {
        Place(hash)
    }

    /// Where it is.
    pub fn get(self) -> u64 {
        LOOKS.set(LOOKS.get() + 1);
        self.0
    }

    /// How often any place has been looked at on this thread.
    pub fn looks() -> u64 {
        LOOKS.get()
    }
}
