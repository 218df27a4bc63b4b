//! Chance that a seed decides.

/// SplitMix64 (Steele et al., OOPSLA 2014): small, seedable, good enough.
#[derive(Clone, Debug)]
pub(super) struct Random(pub(super) u64);

impl Random {
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }

    /// Another stream, for something whose length should not disturb this one.
    pub(super) fn fork(&mut self) -> Random {
        Random(self.next())
    }

    /// A number below `n`, which is not 0.
    pub(super) fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }
}

/// How a crash treats a group of changes. Without groups that share one fate, what needs many
/// changes to survive, or to be lost, would never be seen.
#[derive(Clone, Copy, Debug)]
pub(super) enum Mood {
    LosesAll,
    KeepsAll,
    Tosses,
}

impl Mood {
    pub(super) fn draw(random: &mut Random) -> Self {
        match random.next() % 4 {
            0 => Mood::LosesAll,
            1 => Mood::KeepsAll,
            _ => Mood::Tosses,
        }
    }

    pub(super) fn keeps(self, random: &mut Random) -> bool {
        match self {
            Mood::LosesAll => false,
            Mood::KeepsAll => true,
            Mood::Tosses => random.next().is_multiple_of(2),
        }
    }
}
