//! What holds for functions beyond what every kind must hold.
