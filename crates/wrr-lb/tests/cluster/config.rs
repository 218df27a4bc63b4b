//! What is refused.

use wrr_lb::Algorithm;

use super::*;

#[test]
fn what_cannot_be_meant_is_refused_by_the_name_of_its_field() {
    let refused = |change: fn(&mut ClusterConfig)| {
        let mut config = config();
        change(&mut config);
        Cluster::<u32>::new(config).unwrap_err().to_string()
    };
    assert_eq!(
        refused(|c| c.panic_threshold = 101),
        "panic_threshold: 101 is not between 0 and 100"
    );
    assert_eq!(
        refused(|c| c.outlier.max_ejected_percent = 120),
        "outlier.max_ejected_percent: 120 is not between 0 and 100"
    );
    assert_eq!(
        refused(|c| c.health.unhealthy_after = 0),
        "health.unhealthy_after: 0 is not at least 1"
    );
    assert_eq!(
        refused(|c| c.outlier.max_ejection = seconds(1)),
        "outlier.max_ejection: 1s is not at least outlier.base_ejection"
    );
    assert_eq!(
        refused(|c| c.outlier.success_rate.deviations = f64::NAN),
        "outlier.success_rate.deviations: NaN is not a number from 0"
    );
    assert!(refused(|c| c.slow_start_from = 0).starts_with("slow_start_from: 0 is not"));
    assert!(refused(|c| c.health.healthy_after = 0).starts_with("health.healthy_after: 0"));
    assert!(refused(|c| c.outlier.interval = Duration::ZERO).starts_with("outlier.interval: 0s"));
    assert!(refused(|c| c.outlier.base_ejection = Duration::ZERO).contains("base_ejection"));
    assert!(refused(|c| c.outlier.success_rate.minimum_requests = 0).contains("minimum_requests"));
    assert!(refused(|c| c.algorithm = Algorithm::Maglev { table_size: 8 }).contains("table_size"));
}
