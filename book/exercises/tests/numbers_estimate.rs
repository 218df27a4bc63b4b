//! Estimates, against the back of Jeff Dean's envelope and against other disks.

use std::time::Duration;

#[cfg_attr(feature = "yours", path = "../numbers/estimate.rs")]
#[cfg_attr(not(feature = "yours"), path = "../solutions/numbers/estimate.rs")]
mod exercise;

use exercise::Disk;

/// The one of 2009, which spins: 10 ms to any place, 20 ms a mebibyte.
const SPINNING: Disk = Disk {
    page: Duration::from_millis(10),
    mebibyte: Duration::from_millis(20),
    sync: Duration::from_millis(10),
};

/// One without an arm.
const SOLID: Disk = Disk {
    page: Duration::from_micros(100),
    mebibyte: Duration::from_micros(400),
    sync: Duration::from_micros(700),
};

#[test]
fn thirty_images_one_after_the_other() {
    // 10 ms to get there and 5 ms for a quarter of a mebibyte, thirty times.
    let page = SPINNING.images(30, 256, 1);
    assert_eq!(page, Duration::from_millis(450));
    assert_eq!(SOLID.images(30, 256, 1), Duration::from_millis(6));
}

#[test]
fn thirty_images_on_thirty_disks() {
    assert_eq!(SPINNING.images(30, 256, 30), Duration::from_millis(15));
    assert_eq!(
        SPINNING.images(30, 256, 1_000),
        Duration::from_millis(15),
        "more disks than images are no help"
    );
}

#[test]
fn the_disk_that_is_ready_last_decides() {
    assert_eq!(
        SPINNING.images(30, 256, 29),
        Duration::from_millis(30),
        "one disk has two images"
    );
    assert_eq!(SPINNING.images(7, 1024, 3), Duration::from_millis(90));
}

#[test]
fn no_images_take_no_time() {
    assert_eq!(SPINNING.images(0, 256, 4), Duration::ZERO);
}

#[test]
fn a_scan_is_worth_it_sooner_than_one_thinks() {
    // A gibibyte is read in 20.49 s; in that time the arm finds 2 049 places.
    assert_eq!(SPINNING.rows_worth_a_scan(1024), 2_049);
    // Without an arm, twice as many.
    assert_eq!(SOLID.rows_worth_a_scan(1024), 4_097);
}

#[test]
fn a_row_fewer_is_worth_the_index() {
    for disk in [SPINNING, SOLID] {
        for mebibytes in [1, 3, 77, 10_000] {
            let rows = disk.rows_worth_a_scan(mebibytes) as u32;
            let scan = disk.page + disk.mebibyte * mebibytes;
            assert!(disk.page * rows >= scan, "{rows} rows of {mebibytes} MiB");
            assert!(
                disk.page * (rows - 1) < scan,
                "{rows} rows of {mebibytes} MiB"
            );
        }
    }
}

#[test]
fn as_many_records_share_a_sync_as_come_while_one_is_under_way() {
    assert_eq!(SPINNING.records_a_sync(5_000), 50);
    assert_eq!(SPINNING.records_a_sync(5_001), 51, "50 would not be enough");
    assert_eq!(SOLID.records_a_sync(1_000_000), 700);
}

#[test]
fn a_slow_stream_needs_no_company() {
    assert_eq!(SPINNING.records_a_sync(100), 1);
    assert_eq!(SPINNING.records_a_sync(1), 1);
    assert_eq!(
        SOLID.records_a_sync(0),
        1,
        "a sync is for a record at least"
    );
}

#[test]
fn more_records_than_fit_into_32_bits_of_nanoseconds() {
    assert_eq!(SPINNING.records_a_sync(u32::MAX), 42_949_673);
}
