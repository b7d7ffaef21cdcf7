"""Builds on a Dask cluster: real schedulers and workers, as processes of their own."""
