use skiplist::SortedSet;

/// A line of a page of the leaderboard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub place: usize,
    pub player: String,
    pub points: u32,
}

/// A leaderboard of a game with millions of players, most of whom want to see one page: their own.
#[derive(Default)]
pub struct Board {
    players: SortedSet<String>,
}

impl Board {
    /// The player has this many points from now on.
    pub fn set(&mut self, player: &str, points: u32) {
        todo!("a sorted set has the lowest score first, and among equals the first name; a board?")
    }

    /// The player's place, if he plays: one more than there are players with more points.
    ///
    /// So two with the same points share a place, and the next place stays empty: 1, 2, 2, 4.
    ///
    /// O(log n).
    pub fn place(&self, player: &str) -> Option<usize> {
        todo!("is a place the same as a rank?")
    }

    /// The page of a player: he himself, up to `around` above him and up to `around` below, the
    /// best first, and those with the same points in the order of their names. Empty if he does not
    /// play.
    ///
    /// O(`around` · log n), however many play.
    pub fn page(&self, player: &str, around: usize) -> Vec<Row> {
        todo!("what if he is third, and `around` is five?")
    }
}
