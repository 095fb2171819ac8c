//! Arrays as `.npy` files (NumPy's format, version 1.0): how pixels in memory are uploaded.

use auth_core::{Error, ErrorKind};
use bytes::{BufMut as _, Bytes, BytesMut};

use super::DataType;
use crate::error::Result;

/// Pixels in memory: rows, columns, bands, the bands of a pixel beside each other, numbers in little endian.
#[derive(Clone, Debug, PartialEq)]
pub struct NdArray {
    shape: [usize; 3],
    descriptor: &'static str,
    pixels: Bytes,
}

impl NdArray {
    /// An array of `[rows, columns, bands]`. The error says when the length of the pixels does not fit.
    ///
    /// ```
    /// use descartes::api::{DataType, NdArray};
    ///
    /// let array = NdArray::new(DataType::UInt16, [2, 3, 1], vec![0; 12])?;
    /// assert!(NdArray::new(DataType::UInt16, [2, 3, 1], vec![0; 11]).is_err());
    /// # Ok::<(), descartes::Error>(())
    /// ```
    pub fn new(data_type: DataType, shape: [usize; 3], pixels: impl Into<Bytes>) -> Result<Self> {
        let pixels = pixels.into();
        let (descriptor, size) = match data_type {
            DataType::Byte => ("|u1", 1),
            DataType::Int8 => ("|i1", 1),
            DataType::UInt16 => ("<u2", 2),
            DataType::Int16 => ("<i2", 2),
            DataType::UInt32 => ("<u4", 4),
            DataType::Int32 => ("<i4", 4),
            DataType::UInt64 => ("<u8", 8),
            DataType::Int64 => ("<i8", 8),
            DataType::Float16 => ("<f2", 2),
            DataType::Float32 => ("<f4", 4),
            DataType::Float64 => ("<f8", 8),
            DataType::Other(word) => return Err(invalid(format!("`{word}` is no type of pixels"))),
        };
        let length = shape.iter().try_fold(size, |product: usize, side| product.checked_mul(*side));
        match length {
            Some(length) if length == pixels.len() && length > 0 => Ok(Self { shape, descriptor, pixels }),
            _ => {
                let [rows, columns, bands] = shape;
                let what = format!(
                    "{} bytes are not {rows} rows of {columns} columns of {bands} bands of {size} bytes",
                    pixels.len()
                );
                Err(invalid(what))
            }
        }
    }

    /// The length of the pixels in bytes.
    pub(super) fn size(&self) -> u64 {
        self.pixels.len() as u64
    }

    /// The whole file.
    pub(super) fn to_npy(&self) -> Bytes {
        let [rows, columns, bands] = self.shape;
        let mut header = format!(
            "{{'descr': '{}', 'fortran_order': False, 'shape': ({rows}, {columns}, {bands}), }}",
            self.descriptor
        );
        // Magic, version, length and header are a multiple of 64 bytes long, with a line break at the end.
        let filled = (10 + header.len() + 1).div_ceil(64) * 64;
        header.extend(std::iter::repeat_n(' ', filled - 10 - header.len() - 1));
        header.push('\n');
        let mut file = BytesMut::with_capacity(filled + self.pixels.len());
        file.put_slice(b"\x93NUMPY\x01\x00");
        file.put_u16_le(header.len() as u16);
        file.put_slice(header.as_bytes());
        file.put_slice(&self.pixels);
        file.freeze()
    }
}

fn invalid(what: String) -> crate::error::Error {
    Error::new(ErrorKind::InvalidInput, what).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_what_numpy_writes() {
        let array = NdArray::new(DataType::UInt16, [1, 2, 1], vec![1, 0, 2, 0]).unwrap();
        let file = array.to_npy();
        assert_eq!(file.len(), 128 + 4);
        assert_eq!(&file[..10], b"\x93NUMPY\x01\x00\x76\x00");
        assert!(file[10..].starts_with(b"{'descr': '<u2', 'fortran_order': False, 'shape': (1, 2, 1), }  "));
        assert_eq!(&file[127..], b"\n\x01\x00\x02\x00");
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        for (data_type, shape, text) in [
            (DataType::Byte, [1, 2, 2], "3 bytes are not 1 rows of 2 columns of 2 bands of 1 bytes"),
            (DataType::Byte, [usize::MAX, 2, 2], "3 bytes are not"),
            (DataType::Other("Int128".into()), [1, 3, 1], "`Int128` is no type of pixels"),
        ] {
            let error = NdArray::new(data_type, shape, vec![0; 3]).unwrap_err();
            assert!(error.to_string().starts_with(text), "{error}");
        }
    }
}
