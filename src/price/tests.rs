//! Whole-book tests.
