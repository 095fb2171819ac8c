//! Amounts of memory as people write them.

use auth_core::{Error, ErrorKind};

use crate::error::Result;

/// Megabytes of an amount of memory: `2GB`, `2Gi`, `512MB`, `512Mi` or `512`, in capital letters or not. A gigabyte has
/// 1024 megabytes.
///
/// ```
/// assert_eq!(descartes::api::megabytes("1.5GB")?, 1536);
/// # Ok::<(), descartes::Error>(())
/// ```
pub fn megabytes(amount: &str) -> Result<u64> {
    let lower = amount.trim().to_ascii_lowercase();
    let unit = |units: [&str; 2]| units.into_iter().find_map(|unit| lower.strip_suffix(unit));
    let (number, factor) = match (unit(["gb", "gi"]), unit(["mb", "mi"])) {
        (Some(number), _) => (number, 1024.0),
        (None, Some(number)) => (number, 1.0),
        (None, None) => (lower.as_str(), 1.0),
    };
    let number = number.trim();
    let megabytes = number.parse::<f64>().map(|number| number * factor).unwrap_or(f64::NAN);
    let is_plain = number.chars().all(|char| char.is_ascii_digit() || char == '.');
    if !is_plain || !megabytes.is_finite() || !(1.0..1e12).contains(&megabytes) {
        let what = format!("`{}` is no amount of memory", auth_core::error::shorten(amount, 40));
        return Err(Error::new(ErrorKind::InvalidInput, what)
            .with_help("write it as in 2GB or 512Mi")
            .into());
    }
    Ok(megabytes as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_as_the_vendor_reads_them() {
        for (amount, expected) in [("2GB", 2048), ("512Mi", 512), (" 1 gi", 1024), ("0.5GB", 512), ("16", 16)]
        {
            assert_eq!(megabytes(amount).unwrap(), expected, "{amount}");
        }
        for amount in ["", "GB", "-1GB", "2TB", "inf", "0", "1e3", "NaN"] {
            assert!(megabytes(amount).is_err(), "{amount}");
        }
    }
}
