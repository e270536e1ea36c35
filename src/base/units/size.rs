//! An amount of data: `"512MB"`, `"10GB"`, in AWS's meaning of these words (powers of 1,024).

use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::{UnitError, pairs, textual_unit};

/// An amount of data in whole bytes. `KB`, `MB`, `GB`, `TB` are powers of 1,024, as Lambda, Glue, EBS and S3 count them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Size {
    bytes: u64,
}

const UNITS: [(&str, u64); 6] = [("PB", 1 << 50), ("TB", 1 << 40), ("GB", 1 << 30), ("MB", 1 << 20), ("KB", 1 << 10), ("B", 1)];

impl Size {
    /// Bytes.
    pub const fn bytes(bytes: u64) -> Self {
        Self { bytes }
    }

    /// Megabytes of 1,048,576 bytes.
    pub const fn megabytes(megabytes: u64) -> Self {
        Self { bytes: megabytes.saturating_mul(1 << 20) }
    }

    /// Gigabytes of 1,073,741,824 bytes.
    pub const fn gigabytes(gigabytes: u64) -> Self {
        Self { bytes: gigabytes.saturating_mul(1 << 30) }
    }

    /// In bytes.
    pub const fn as_bytes(self) -> u64 {
        self.bytes
    }

    /// In kilobytes, rounded up.
    pub const fn as_kilobytes(self) -> u64 {
        self.bytes.div_ceil(1 << 10)
    }

    /// In megabytes, rounded up.
    pub const fn as_megabytes(self) -> u64 {
        self.bytes.div_ceil(1 << 20)
    }

    /// In gigabytes, rounded up.
    pub const fn as_gigabytes(self) -> u64 {
        self.bytes.div_ceil(1 << 30)
    }

    /// In gigabytes, exact, for prices.
    pub fn exact_gigabytes(self) -> Decimal {
        Decimal::from(self.bytes) / Decimal::from(1u64 << 30)
    }
}

impl fmt::Display for Size {
    /// The canonical text: the largest unit that divides the size; memory below 100 GB that is whole megabytes stays in MB when not whole GB.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.bytes == 0 {
            return out.write_str("0B");
        }
        for (unit, size) in UNITS {
            if self.bytes.is_multiple_of(size) {
                return write!(out, "{}{unit}", self.bytes / size);
            }
        }
        write!(out, "{}B", self.bytes)
    }
}

impl FromStr for Size {
    type Err = UnitError;

    fn from_str(text: &str) -> Result<Self, UnitError> {
        let wrong = || UnitError(format!("`{text}` is not a size; write it with its unit, as in \"512MB\" or \"10GB\""));
        let parts = pairs(text).ok_or_else(wrong)?;
        let [(number, unit)] = parts.as_slice() else { return Err(wrong()) };
        let plain = unit.to_ascii_uppercase().replace("IB", "B");
        let known = UNITS.iter().find(|(name, _)| *name == plain || (name.len() == 2 && name[..1] == plain));
        let (_, size) = known.ok_or_else(|| {
            if unit.is_empty() { wrong() } else { UnitError(format!("`{unit}` is not a unit of size; use B, KB, MB, GB, TB or PB")) }
        })?;
        let too_large = || UnitError(format!("`{text}` is larger than can be counted"));
        let bytes = number.checked_mul(Decimal::from(*size)).ok_or_else(too_large)?;
        if !bytes.fract().is_zero() {
            return Err(UnitError(format!("`{text}` is not a whole number of bytes")));
        }
        bytes.to_u64().map(Self::bytes).ok_or_else(too_large)
    }
}

textual_unit!(Size, "size", "A size with its unit, in powers of 1,024: \"512MB\", \"10GB\".");

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test")]
mod tests {
    use super::*;

    #[test]
    fn a_size_has_one_canonical_text() {
        for (written, canonical) in
            [("512MB", "512MB"), ("10240MB", "10GB"), ("1.5GB", "1536MB"), ("1024", ""), ("6 MiB", "6MB"), ("3k", "3KB")]
        {
            match written.parse::<Size>() {
                Ok(size) => {
                    assert_eq!(size.to_string(), canonical);
                    assert_eq!(canonical.parse::<Size>().unwrap(), size);
                }
                Err(_) => assert_eq!(canonical, "", "{written}"),
            }
        }
    }

    #[test]
    fn what_is_too_large_is_not_said_to_lack_a_unit() {
        for text in ["99999999999999999 GB", "18446744073709551616B", "99999999999999999999999999999999 B"] {
            assert_eq!(text.parse::<Size>().unwrap_err().0, format!("`{text}` is larger than can be counted"));
        }
    }
}
