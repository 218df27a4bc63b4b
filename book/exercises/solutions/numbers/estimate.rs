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
    /// The disk with the most images is ready last; each image is a way to its place and its bytes.
    pub fn images(&self, images: u32, kibibytes: u32, disks: u32) -> Duration {
        let image = self.page + self.mebibyte * kibibytes / 1024;
        image * images.div_ceil(disks)
    }

    /// The whole table is one way and its mebibytes; a row is a way of its own.
    pub fn rows_worth_a_scan(&self, mebibytes: u32) -> u64 {
        let scan = self.page + self.mebibyte * mebibytes;
        scan.as_nanos().div_ceil(self.page.as_nanos()) as u64
    }

    /// What comes during a sync waits for the next, so that is how many must share it.
    pub fn records_a_sync(&self, records_a_second: u32) -> u32 {
        let come = u128::from(records_a_second) * self.sync.as_nanos();
        come.div_ceil(Duration::from_secs(1).as_nanos()).max(1) as u32
    }
}
