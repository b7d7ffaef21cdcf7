"""Read finished files back and say where each warning stands. Imports nothing of `render`."""
