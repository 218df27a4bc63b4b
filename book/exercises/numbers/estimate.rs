use std::time::Duration;

/// What a disk takes, as the table of the chapter says it.
#[derive(Clone, Copy, Debug)]
pub struct Disk {
    /// To get to a place anywhere and read one page there.
    pub page: Duration,
    /// To read the next mebibyte, once it is there.
    pub mebibyte: Duration,
    /// To make durable what was written.
    pub sync: Duration,
}

impl Disk {
    /// How long a page with so many images takes, each of `kibibytes` in a file of its own. The files
    /// lie evenly on so many disks like this one, and all disks read at once, each one image after
    /// the other.
    pub fn images(&self, images: u32, kibibytes: u32, disks: u32) -> Duration {
        todo!("which disk is ready last, and what does an image cost it?")
    }

    /// A query wants some rows of a table of so many mebibytes. An index says where they are, each
    /// on a page of its own, anywhere. For how many rows, and for no fewer, does it take no longer
    /// to read the whole table in order?
    pub fn rows_worth_a_scan(&self, mebibytes: u32) -> u64 {
        todo!("one way to the beginning, and then the mebibytes")
    }

    /// How many records must share a sync, at least, so that a log takes so many a second, with one
    /// sync after the other?
    pub fn records_a_sync(&self, records_a_second: u32) -> u32 {
        todo!("how many come while one sync is under way?")
    }
}
