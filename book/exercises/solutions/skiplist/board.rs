use skiplist::SortedSet;

/// A line of a page of the leaderboard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub place: usize,
    pub player: String,
    pub points: u32,
}

/// A leaderboard of a game with millions of players, most of whom want to see one page: their own.
///
/// A set is in ascending order, by score and then by name, and a board begins with the highest: so
/// the score is the points *below* zero. A rank tells players apart; a place does not, so it is
/// counted by score. Redis does either with the spans of its skip list (`ZRANK`, `ZCOUNT`).
#[derive(Default)]
pub struct Board {
    players: SortedSet<String>,
}

impl Board {
    /// The player has this many points from now on.
    pub fn set(&mut self, player: &str, points: u32) {
        self.players
            .insert(player.to_owned(), -f64::from(points))
            .expect("points are a number");
    }

    /// The player's place, if he plays: one more than there are players with more points.
    pub fn place(&self, player: &str) -> Option<usize> {
        self.players.score(player).map(|score| self.place_of(score))
    }

    fn place_of(&self, score: f64) -> usize {
        1 + self.players.count_by_score(..score)
    }

    /// The page of a player: he himself, up to `around` above him and up to `around` below, the
    /// best first, and those with the same points in the order of their names. Empty if he does not
    /// play.
    pub fn page(&self, player: &str, around: usize) -> Vec<Row> {
        let Some(rank) = self.players.rank(player) else {
            return Vec::new();
        };
        let page = rank.saturating_sub(around)..=rank.saturating_add(around);
        let rows = self.players.range_by_rank(page);
        rows.map(|(player, score)| Row {
            place: self.place_of(score),
            player: player.clone(),
            points: -score as u32,
        })
        .collect()
    }
}
