//! Settings of a kitchen, as a kitchen holds them (contract section 6.6).

use super::members::lenient;
use crate::values::Values;

lenient! {
    /// Settings of a kitchen.
    pub struct KitchenSettings {
        /// Who is told about order runs.
        pub alerts: Alerts = "alerts",
        /// Where the kitchen is copied to. Holds keys of the bucket.
        pub backup: Values = "backup",
        /// Tools of the customer's own. May hold keys of theirs.
        pub agile_tools: Values = "agile-tools",
    }
}

lenient! {
    /// Who is told about order runs: e-mail addresses.
    pub struct Alerts {
        /// When one starts.
        pub start: Vec<String> = "orderrunStart",
        /// When one warns.
        pub warning: Vec<String> = "orderrunWarning",
        /// When one takes too long.
        pub over_duration: Vec<String> = "orderrunOverDuration",
        /// When one succeeds.
        pub success: Vec<String> = "orderrunSuccess",
        /// When one fails. The vendor's SDK calls this `Failure`.
        pub failure: Vec<String> = "orderrunError",
    }
}
