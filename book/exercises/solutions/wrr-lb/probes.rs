use std::cell::Cell;

/// Consistent hashing with one point for each endpoint, and even shares nevertheless.
///
/// It is by Appleton and O'Reilly (*Multi-probe consistent hashing*, 2015): with 21 probes nobody has
/// more than about a twentieth above the mean, for which a ring would need hundreds of points each.
/// What it saves is memory, and time when endpoints come and go; what it costs is a search for each
/// probe. The shortest way wins for the same reason as in rendezvous hashing the highest bid does: an
/// endpoint's way to a probe depends on nobody else, so that when one leaves, only its keys move.
pub struct Probes {
    /// In order.
    places: Vec<Place>,
    /// Whose they are.
    owners: Vec<usize>,
    probes: u32,
}

impl Probes {
    /// Endpoints whose points are where [`hash`] of their names' bytes and the number 0 puts them.
    pub fn new(names: &[&str], probes: u32) -> Self {
        let mut points: Vec<(u64, usize)> = names
            .iter()
            .enumerate()
            .map(|(endpoint, name)| (hash(name.as_bytes(), 0), endpoint))
            .collect();
        points.sort_unstable();
        Probes {
            places: points.iter().map(|&(point, _)| Place::new(point)).collect(),
            owners: points.iter().map(|&(_, owner)| owner).collect(),
            probes,
        }
    }

    /// The endpoint of a key, counted from zero in the order of the names.
    pub fn owner(&self, key: u64) -> usize {
        let nearest = (0..self.probes).map(|probe| {
            let from = hash(&key.to_le_bytes(), probe + 1);
            let next = self.places.partition_point(|place| place.get() < from);
            let next = next % self.places.len();
            // Round the ring, if need be.
            (self.places[next].get().wrapping_sub(from), next)
        });
        let (_, next) = nearest.min().expect("there is at least one probe");
        self.owners[next]
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
