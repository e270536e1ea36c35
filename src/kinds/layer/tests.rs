//! What holds for layers beyond what every kind must hold.
