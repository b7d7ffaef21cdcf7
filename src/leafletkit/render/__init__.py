"""Formats: each module turns an `Edition` into finished files. They import nothing of `proof`."""
