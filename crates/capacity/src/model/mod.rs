//! What a service does and what it runs on: the structs that a model file fills.
//!
//! Every field is a quantity whose type says its unit, so serde and the types do most of the
//! checking; what they cannot say, such as that a share is at most 100 %, is in `check.rs`. Where a
//! field stands in its file is `source.rs`.

mod check;
mod error;
mod names;
mod source;

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::{Bandwidth, Bytes, Cost, Count, Rate, Ratio, StoragePrice, Time, TrafficPrice};

pub use error::ModelError;
pub use source::{Input, Source};

// ANCHOR: model
/// A service.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// What the report calls it.
    pub title: String,
    /// How far ahead is planned.
    pub horizon: Time,
    /// Who comes.
    pub users: Users,
    /// What they read and write.
    pub objects: BTreeMap<String, Object>,
    /// What answers them; without it, servers are not counted.
    pub servers: Option<Servers>,
    /// What keeps the objects; without it, one copy is counted.
    pub storage: Option<Storage>,
    /// What answers before the storage is asked.
    pub cache: Option<Cache>,
    /// What it costs to send.
    pub network: Option<Network>,
}
// ANCHOR_END: model

/// Who comes.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Users {
    /// People who come on a day.
    pub daily: Count,
    /// The busiest second, as a multiple of the average one.
    pub peak: Ratio,
    /// How much more of them there are after a year.
    pub growth: Option<Ratio>,
}

// ANCHOR: object
/// A kind of thing that users read and write.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Object {
    /// Requests that read, of each user.
    pub reads: Option<Rate>,
    /// Objects that one such request reads; 1 if it is not said.
    pub fan_out: Option<Ratio>,
    /// Requests that write one, of each user.
    pub writes: Option<Rate>,
    /// How many are there to begin with.
    pub existing: Option<Count>,
    /// What each takes.
    pub size: Bytes,
    /// What some of them carry.
    #[serde(default)]
    pub with: BTreeMap<String, Part>,
    /// How long one is kept; up to the horizon and beyond if it is not said.
    pub keep: Option<Time>,
    /// Stored bytes for each byte, if not as [`Storage::copies`] says.
    pub copies: Option<Ratio>,
    /// The share of what is kept that is asked for so often that it belongs in a cache.
    pub hot: Option<Ratio>,
}

/// Something that a share of the objects carries: a photo, an attachment.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// How many of the objects do.
    pub share: Ratio,
    /// What it takes where it is.
    pub size: Bytes,
    /// Stored bytes for each byte, if not as the object's.
    pub copies: Option<Ratio>,
}
// ANCHOR_END: object

/// Machines that answer requests.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Servers {
    /// Requests that one can answer, measured.
    pub handles: Rate,
    /// How much of that is used at the peak, so that queues stay short.
    pub utilisation: Ratio,
    /// Groups of machines that fail together; 1 if it is not said.
    pub zones: Option<Count>,
    /// How many of the zones may fail at the peak; 1 if there are several, unless it is said.
    pub zones_lost: Option<Count>,
    /// What one costs.
    pub price: Option<Cost>,
}

/// Machines that keep what is written.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Storage {
    /// Stored bytes for each byte: replicas, or the overhead of an erasure code; 1 if it is not said.
    pub copies: Option<Ratio>,
    /// The disk of one machine.
    pub disk: Option<Bytes>,
    /// How full a disk may be; wholly if it is not said.
    pub full: Option<Ratio>,
    /// Operations that one machine can do, measured.
    pub handles: Option<Rate>,
    /// What stored bytes cost, copies included.
    pub price: Option<StoragePrice>,
}

/// Machines that hold what is hot in memory.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cache {
    /// The share of the reads of objects with a hot part that it answers.
    pub hit: Ratio,
    /// What one machine has for it.
    pub memory: Bytes,
    /// What one costs.
    pub price: Option<Cost>,
}

/// The way to the users.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Network {
    /// What a byte costs that is sent to them.
    pub price: Option<TrafficPrice>,
    /// What one link carries.
    pub link: Option<Bandwidth>,
}
