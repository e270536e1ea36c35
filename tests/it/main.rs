//! The one integration-test binary: drives the real program and reads the real source tree.

mod cases;
mod emulator;
mod house;
mod http;
mod pipetoll;
